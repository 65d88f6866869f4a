// What the page knows: the state, and the map's data as the islands hold it: what changes often, and the quotes.
// What comes from the map only ever becomes text (textContent); HTML is taken from our own server alone, in refresh().

const SHOWN = 3; // cards of a cell before "more", as the page is made
const CONTEXT = 170; // characters around a quote before "more of the text"
const LONG = 700; // characters of a quote before "show all of it"
const BATCH = 30; // quotes of a card shown at once
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const main = $("#main");
const panel = $("#panel");
const said = $("#said");
const NAMES = ["q", "persona", "row", "kind", "asked", "status", "people", "quotes"];

let data, held, cards, quotes;
let state = { people: "1", a: "all", b: "" };
let shown = []; // ids of the cards that fit the filters, in the order of the page
let open = null; // what the panel shows: {card} or {entry}
let opener = null; // what had the focus before
let timer = 0;

/** Take in the data, and the quotes if they are others than before. */
function read(text, quoted) {
  if (quoted !== undefined) held = JSON.parse(quoted);
  data = { ...held, ...JSON.parse(text) };
  cards = new Map(data.cards.map((card) => [card.id, card]));
  quotes = new Map();
}

const load = () => data || read($("#data").textContent, $("#quotes").textContent);

/** A quote with all that its row points at. */
function quote(number) {
  if (!quotes.has(number)) {
    const [place, speaker, role, at, stretch, start, end, position, feeling, doubt] = data.quotes[number];
    const [source, record] = data.places[place];
    const [path, kind, asked, language] = data.sources[source];
    quotes.set(number, {
      id: data.ids[number], path, record, kind, asked, language, position, start, end, doubt: Boolean(doubt),
      speaker: data.strings[speaker], role: data.roles[role], at: data.strings[at], feeling: data.strings[feeling],
      text: data.stretches[stretch],
    });
  }
  return quotes.get(number);
}

const words = (item) => item.text.slice(item.start, item.end);
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** What a card is searched in: its title, what is told of it, and its quotes. */
function haystack(card) {
  card.folded ??= fold([card.t, card.d, ...[...(card.e || []), ...(card.a || [])].map((n) => words(quote(n)))].join("\n"));
  return card.folded;
}

function say(key, values = {}) {
  let phrase = data.words[key];
  if (typeof phrase === "object") phrase = values.n === 1 ? phrase.one : phrase.other;
  return phrase.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function fromHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const next = { people: "1", a: "all", b: "" };
  for (const name of [...NAMES, "a", "b"]) if (given.get(name)) next[name] = given.get(name).slice(0, 200);
  return { next, card: given.get("card") };
}

function toHash() {
  const given = new URLSearchParams();
  for (const name of NAMES) if (state[name] && !(name === "people" && state[name] === "1")) given.set(name, state[name]);
  if (state.a !== "all") given.set("a", state.a);
  if (state.b) given.set("b", state.b);
  if (open?.card) given.set("card", open.card);
  const hash = given.toString();
  if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}
