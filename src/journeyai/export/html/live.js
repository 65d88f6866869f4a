// What a served page can do beyond a file: change the map, and follow changes made elsewhere.
// Talks to journeyai/serving/routes.py; stands behind page.js, whose `window.journeyai` opens cards and shows new parts.
(() => {
"use strict";
const page = window.journeyai;
const {token, head, quotes} = JSON.parse(document.getElementById("live").textContent);
const OFTEN = 1500, SELDOM = 10000;

let number = head;     // the state of the map that this window shows
let held = quotes;     // names the quotes that this window has; the server sends them only if they are others
let tools = null;      // what can be done to it: words, stages, cards
let cards = new Map();
let shown = null;      // the card whose panel is open: {id, box}
let isBusy = false, isLost = false, isEnded = false;
let notice = "";
const drafts = new Map();  // card → what was typed and not yet saved; a card that is gone may come back

// Talking to the server

async function fetchReply(path, options) {
  const answer = await fetch(path, {cache: "no-store", ...options});
  const isJson = (answer.headers.get("content-type") || "").startsWith("application/json");
  if (isJson) return answer.json();
  throw new Refused(answer.status, await answer.text());
}

class Refused extends Error {
  constructor(status, text) { super(text); this.status = status; }
}

const read = path => fetchReply(`${path}?number=${number}&quotes=${held}`);

const write = (path, body = {}) => fetchReply(path, {
  method: "POST",
  headers: {"Content-Type": "application/json", "X-JourneyAI-Page": token},
  body: JSON.stringify({number, quotes: held, ...body}),
});

async function change(path, body, then = () => {}) {
  if (isBusy) return;
  setBusy(true);
  try {
    const reply = await write(path, body);
    if (reply.done) then();
    take(reply);
  } catch (error) {
    fail(error);
  }
  setBusy(false);
}

function fail(error) {
  if (error instanceof Refused && error.status !== 403) return tell(error.status >= 500 ? say("failed") : error.message);
  // Nobody answers, or a server that was started anew and does not know this window.
  if (!isEnded) { isEnded = true; draw(); tell(say("ended")); }
}

async function look() {
  if (!isBusy) {
    const before = number;
    try {
      const reply = await read("news");
      if (isEnded) { isEnded = false; draw(); tell(say("back")); }
      // If something was done meanwhile, the answer to that told more.
      if (!isBusy && number === before) take(reply);
    } catch (error) {
      // What goes wrong for a moment when nobody asked is no news.
      if (!(error instanceof Refused) || error.status === 403) fail(error);
    }
  }
  plan();
}

let planned = 0;
function plan() {
  clearTimeout(planned);
  planned = setTimeout(look, document.hidden || isEnded ? SELDOM : OFTEN);
}

// Taking in what it says

function take(reply) {
  const isNew = reply.main !== undefined;
  const wasLost = isLost;
  isLost = reply.lost;
  number = reply.number;
  if (reply.tools) setTools(reply.tools);
  if (isNew) {
    const restore = hold();
    page.refresh(reply);
    held = reply.quotes_name;
    draw();
    restore();
  } else if (reply.tools || wasLost !== isLost) {
    draw();
  }
  // A trouble that lasts is told once.
  if (reply.said && !(isLost && wasLost && reply.said === notice)) tell(reply.said);
}

function setTools(told) {
  tools = told;
  cards = new Map(told.cards.map(card => [card.id, card]));
}

function say(key, values = {}) {
  let text = tools ? tools.words[key] : "";
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, () => value);
  return text;
}

function tell(text) {
  notice = text;
  page.say(text);
  // Behind a dialog nothing is read out, so the same is told inside; later, as only what changes is read out.
  setTimeout(() => {
    for (const place of document.querySelectorAll(".live-said")) place.textContent = notice;
  }, 60);
}

// Focus stays where it was, by the name of the control, and so does what is being read

function hold() {
  const active = document.activeElement;
  const name = active && active.dataset ? active.dataset.live : "";
  const {selectionStart: start, selectionEnd: end} = active || {};
  const body = document.querySelector(".panel-body");
  const top = body.scrollTop;
  return () => {
    body.scrollTop = top;
    if (!name) return;
    const again = [...document.querySelectorAll(`[data-live="${name}"]`)].find(one => one.offsetParent && !one.disabled)
      || document.querySelector('.live-bar [data-live="undo"]:not(:disabled)');
    if (!again) return;
    again.focus({preventScroll: true});
    if (start !== undefined && start !== null && again.setSelectionRange) again.setSelectionRange(start, end);
  };
}

function setBusy(busy) {
  isBusy = busy;
  document.documentElement.classList.toggle("live-busy", busy);
}

// Drawing

function make(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "live") made.dataset.live = value;
    else if (name === "onclick") made.addEventListener("click", value);
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

const button = (name, text, onclick, given = {}) =>
  make("button", {type: "button", className: "live-button", live: name, textContent: text, onclick, ...given});

function draw() {
  if (!tools) return;
  drawBar();
  // The page empties the box when it shows what is no card.
  if (shown && shown.box.childElementCount) drawActions();
}

function historyButtons() {
  const of = name => {
    const what = tools[name];
    const title = what ? say(`${name}_what`, {what}) : "";
    return button(name, say(name), () => change(name), {title, disabled: !what || isEnded || isLost});
  };
  return [of("undo"), of("redo")];
}

function drawBar() {
  let bar = document.querySelector(".live-bar");
  if (!bar) {
    bar = make("aside", {className: "live-bar"});
    document.body.append(bar);
  }
  bar.setAttribute("aria-label", say("bar"));
  const buttons = historyButtons();
  if (isLost) buttons.push(button("restore", say("restore"), () => change("restore")));
  bar.replaceChildren(...buttons);
}

function drawActions() {
  const {id, box} = shown;
  const card = cards.get(id);
  box.hidden = !card;
  if (!card) return;
  const off = isEnded || isLost;
  const change1 = (kind, more = {}) => change("change", {changes: [{kind, targets: [id], ...more}]});
  const verdicts = make("div", {className: "live-row"},
    button("accept", say(card.accepted ? "accepted" : "accept"), () => change1("accept"), {disabled: off || Boolean(card.accepted)}),
    button("reject", say("reject"), () => change1("reject"), {disabled: off || Boolean(card.locked)}),
    card.locked
      ? button("lock", say("unlock"), () => change1("unlock"), {disabled: off})
      : button("lock", say("lock"), () => change1("lock"), {disabled: off}),
    ...historyButtons());
  const told = make("p", {className: "live-said", role: "status", textContent: notice});
  const rest = card.locked
    ? [make("p", {className: "live-hint", textContent: say("locked")})]
    : [editing(card, off), merging(card, off)];
  if (isLost) verdicts.append(button("restore", say("restore"), () => change("restore")));
  box.replaceChildren(make("h3", {className: "live-heading", textContent: say("actions")}), verdicts, told, ...rest);
}

// Editing: one form, one step

const FIELDS = [["title", "edit_title"], ["detail", "edit_detail"], ["owner", "set_owner"]];

function editing(card, off) {
  const draft = drafts.get(card.id) || {};
  const value = name => draft[name] !== undefined ? draft[name] : String(card[name] || "");
  const text = (name, tag) => label(name, make(tag, {
    name, live: `edit-${name}`, maxLength: tools.letters, value: value(name), autocomplete: "off", dir: "auto",
    ...(tag === "textarea" ? {rows: 2} : {type: "text"}),
  }));
  const stages = tools.stages.map(([id, name]) => make("option", {value: id, textContent: name}));
  const fields = [text("title", "input"), text("detail", "textarea"), label("stage", choice("stage", stages, value("stage")))];
  if (card.lane === "pain_point") {
    const grades = ["1", "2", "3"].map(n => make("option", {value: n, textContent: say(`severity_${n}`)}));
    if (!card.severity) grades.unshift(make("option", {value: "", textContent: say("not_said")}));
    fields.push(label("severity", choice("severity", grades, value("severity"))));
  }
  if (card.lane === "opportunity") fields.push(...planning(card, value));
  fields.push(text("owner", "input"));
  const form = make("form", {className: "live-form", noValidate: true}, ...fields,
    make("div", {className: "live-row"},
      make("button", {type: "submit", className: "live-button", live: "save", textContent: say("save"), disabled: off}),
      button("cancel", say("cancel"), () => { drafts.delete(card.id); draw(); focusOn("edit-title"); })));
  form.addEventListener("input", () => keepDraft(card, form));
  form.addEventListener("submit", event => { event.preventDefault(); save(card, form); });
  return make("details", {className: "live-part", open: isOpen("edit", card.id)},
    summary("edit", card.id), form);
}

// How an opportunity is graded, and how far it has got

function planning(card, value) {
  const option = ([id, name]) => make("option", {value: id, textContent: name});
  const chosen = (name, options, about) => {
    const offered = options.map(option);
    if (!card[name]) offered.unshift(option(["", say("not_said")]));
    return labelled(about, choice(name, offered, value(name)));
  };
  return [
    // Where nobody has graded, nothing is known: that is no grade to choose.
    ...tools.criteria.map(([name, about]) => chosen(name, tools.grades.filter(([grade]) => card[name] || grade !== "unknown"), about)),
    chosen("progress", tools.headways, say("progress")),
  ];
}

function choice(name, options, value) {
  const select = make("select", {name, live: `edit-${name}`}, ...options);
  select.value = value;
  return select;
}

const labelled = (about, control) => make("label", {className: "live-field"}, make("span", {textContent: about}), control);
const label = (name, control) => labelled(say(name), control);

const opened = new Set();  // parts of the panel that are unfolded: "edit c12"
const isOpen = (part, id) => opened.has(`${part} ${id}`);

function summary(part, id) {
  const made = make("summary", {live: part, textContent: say(part)});
  made.addEventListener("click", () => {
    const key = `${part} ${id}`;
    if (opened.has(key)) opened.delete(key); else opened.add(key);
  });
  return made;
}

function keepDraft(card, form) {
  const typed = {};
  for (const {name, value} of form.elements) {
    if (name && value !== String(card[name] || "")) typed[name] = value;
  }
  if (Object.keys(typed).length) drafts.set(card.id, typed); else drafts.delete(card.id);
}

function save(card, form) {
  keepDraft(card, form);
  const typed = drafts.get(card.id) || {};
  const targets = [card.id];
  const changes = FIELDS.filter(([name]) => name in typed).map(([name, kind]) => ({kind, targets, text: typed[name]}));
  if ("stage" in typed) changes.push({kind: "move_card", targets, to: typed.stage});
  if (typed.severity) changes.push({kind: "set_severity", targets, to: typed.severity});
  for (const [name] of tools.criteria) {
    if (typed[name]) changes.push({kind: "set_grade", targets, to: name, text: typed[name]});
  }
  if (typed.progress) changes.push({kind: "set_progress", targets, to: typed.progress});
  if (changes.length) change("change", {changes}, () => drafts.delete(card.id));
}

function focusOn(name) {
  const control = shown && shown.box.querySelector(`[data-live="${name}"]`);
  if (control) control.focus();
}

// Merging

const picked = new Map();  // card → the one that was chosen to go into it

function merging(card, off) {
  const part = make("details", {className: "live-part", open: isOpen("merge", card.id)}, summary("merge", card.id));
  const fill = () => {
    if (!part.open || part.querySelector("select")) return;
    // Cards merge within their kind; those of the same stage come first.
    const others = tools.cards.filter(one => one.id !== card.id && one.lane === card.lane && !one.locked);
    const select = make("select", {live: "merge-with"},
      make("option", {value: "", textContent: say("merge_choose")}), ...groups(card, others));
    if (others.some(one => one.id === picked.get(card.id))) select.value = picked.get(card.id);
    const go = button("merge-now", say("merge_now"), () => change("change", {
      changes: [{kind: "merge_cards", targets: [card.id, select.value], to: card.id}],
    }), {disabled: off || !select.value});
    select.addEventListener("change", () => {
      picked.set(card.id, select.value);
      go.disabled = off || !select.value;
    });
    part.append(make("div", {className: "live-form"},
      make("label", {className: "live-field"}, make("span", {textContent: say("merge_with")}), select),
      make("p", {className: "live-hint", textContent: say("merge_about")}),
      make("div", {className: "live-row"}, go)));
  };
  part.addEventListener("toggle", fill);
  fill();
  return part;
}

function groups(card, others) {
  const stages = [...tools.stages].sort((a, b) => (b[0] === card.stage) - (a[0] === card.stage));
  return stages.map(([stage, name]) => make("optgroup", {label: name}, ...others
    .filter(one => one.stage === stage)
    .map(one => make("option", {value: one.id, textContent: `${one.id} ${one.title}`}))))
    .filter(group => group.childElementCount);
}

// Looks: the page's own colours; a sheet made by a script needs no leave of the page's policy

function dress() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .live-bar{position:fixed;inset:auto 1rem 1rem auto;z-index:20;display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;
      justify-content:flex-end;max-width:min(40rem,calc(100vw - 2rem));padding:.5rem .6rem;border-radius:.75rem;
      background:var(--paper,Canvas);color:var(--ink,CanvasText);border:1px solid var(--line,GrayText);
      box-shadow:0 4px 16px rgb(0 0 0/.16);font-size:.875rem}
    .live-said{margin:0;min-height:1.3em;overflow-wrap:anywhere}
    .live-button{min-height:2rem;padding:.25rem .75rem;border:1px solid var(--line-strong,GrayText);border-radius:.5rem;
      background:var(--paper,Canvas);color:inherit;font:inherit;cursor:pointer}
    .live-button:disabled{opacity:.55;cursor:default}
    .live-row{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0}
    .live-heading{margin:0 0 .25rem;font-size:.875rem}
    .live-part{margin:.5rem 0} .live-part summary{cursor:pointer;padding:.25rem 0}
    .live-form{display:grid;gap:.6rem;margin:.5rem 0}
    .live-field{display:grid;gap:.2rem;font-size:.875rem}
    .live-field :is(input,textarea,select){width:100%;min-height:2.25rem;padding:.35rem .5rem;border:1px solid var(--line-strong,GrayText);
      border-radius:.5rem;background:var(--paper,Canvas);color:inherit;font:inherit}
    .live-hint{margin:0;font-size:.8125rem}
    .live-busy{cursor:progress}
    @media screen{body{padding-bottom:4rem}}
    @media (max-width:60rem){html .said{bottom:5rem}}
    @media print{.live-bar{display:none}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

// Beginning

document.addEventListener("journeyai:opened", event => {
  const {card, panel} = event.detail;
  if (!shown || shown.id !== card) notice = "";
  const box = panel.querySelector(".card-actions");
  shown = {id: card, box};
  if (tools) drawActions();
  else box.append(make("p"));
});

document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

window.addEventListener("beforeunload", event => {
  if ([...drafts.keys()].some(id => cards.has(id))) event.preventDefault();
});

async function begin() {
  dress();
  try {
    take(await read("tools"));
  } catch (error) {
    fail(error);
  }
  plan();
}
begin();
})();
