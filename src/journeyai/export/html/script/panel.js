// The panel that proves a card: its quotes among the words around them.

function make(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function show(what) {
  load();
  const row = what.card !== undefined ? cards.get(what.card) : data.entries[what.entry];
  if (!row) return false;
  open = what;
  if (!panel.open) opener = document.activeElement;
  const isCard = what.card !== undefined;
  $(".panel-place", panel).textContent = isCard ? `${data.stageNames[row.g] || row.g} · ${data.lanes[row.l] || row.l}` : "";
  const heading = $("#panel-title");
  long(heading, row.t || row.id, 300);
  long($(".panel-detail", panel), row.d || "", 1200);
  $(".panel-facts", panel).replaceChildren(...(row.f || []).map(([name, body]) => {
    const line = make("div", undefined, name ? "" : "lead");
    line.append(make("dt", name), make("dd", body));
    return line;
  }));
  $(".panel-quotes", panel).replaceChildren(...evidence(row, isCard));
  const actions = $(".card-actions", panel);
  actions.hidden = true;
  actions.replaceChildren();
  const at = isCard ? shown.indexOf(what.card) : -1;
  $(".panel-count", panel).textContent = at < 0 ? "" : say("of", { n: at + 1, total: shown.length });
  $('[data-do="previous"]', panel).disabled = at <= 0;
  $('[data-do="next"]', panel).disabled = at < 0 || at >= shown.length - 1;
  if (!panel.open) panel.showModal();
  $(".panel-body", panel).scrollTop = 0;
  heading.focus({ preventScroll: true });
  toHash();
  if (isCard) document.dispatchEvent(new CustomEvent("journeyai:opened", { detail: { card: what.card, panel } }));
  return true;
}

/** Put *text* in *element*, cut where it is very long, with a button for the rest. */
function long(element, text, limit) {
  element.textContent = text.length > limit ? `${text.slice(0, limit)}…` : text;
  if (text.length > limit) element.append(" ", rest("show_all", () => { element.textContent = text; }));
}

function rest(key, then, values) {
  const button = make("button", say(key, values), "link");
  button.type = "button";
  button.addEventListener("click", then);
  return button;
}

function evidence(row, isCard) {
  const found = [];
  const own = row.e || [];
  const against = row.a || [];
  if (!own.length && isCard) found.push(make("p", say("no_quotes"), "blank"));
  for (const [key, numbers] of [["for", own], ["against", against]]) {
    if (!numbers.length) continue;
    const heading = make("h3", say(key, { n: numbers.length }), key === "against" ? "contra" : "");
    const asked = numbers.filter((n) => quote(n).asked === 1).length;
    const unasked = numbers.filter((n) => quote(n).asked === 0).length;
    const told = [asked && say("asked", { n: asked }), unasked && say("unasked", { n: unasked })].filter(Boolean);
    if (told.length) heading.append(make("small", told.join(" · ")));
    found.push(heading, list(numbers));
  }
  return found;
}

function list(numbers) {
  const holder = make("div", undefined, "quotes");
  const more = (from) => {
    holder.append(...numbers.slice(from, from + BATCH).map((n) => cited(quote(n))));
    const left = numbers.length - from - BATCH;
    if (left <= 0) return;
    const button = rest("more_quotes", () => { button.remove(); more(from + BATCH); }, { n: left });
    holder.append(button);
  };
  more(0);
  return holder;
}

/** A quote among the words around it, with who said it, when, and where it stands. */
function cited(item) {
  const figure = make("figure", undefined, "quote");
  const block = make("blockquote");
  block.dir = "auto";
  if (item.language) block.lang = item.language;
  figure.append(block);
  fillQuote(block, item, CONTEXT, LONG);
  const cite = make("figcaption", undefined, "cite");
  const who = make("span", undefined, "who-said");
  const where = make("span", undefined, "where");
  cite.append(who, where);
  let line = who;
  const add = (tag, text, className) => text && line.append(make(tag, text, className));
  add("b", item.speaker);
  add("span", item.role);
  add("span", data.kinds[item.kind]?.[1]);
  add("span", item.at);
  add("span", item.feeling);
  if (item.doubt) add("span", say("unsure"), "doubtful");
  line = where;
  add("code", item.path);
  if (item.record && item.record !== item.speaker) add("span", say("record", { text: item.record }));
  add("span", say("position", { n: item.position }));
  add("span", item.id);
  figure.append(cite);
  return figure;
}

function fillQuote(block, item, around, limit) {
  const { text, start, end } = item;
  const from = start <= around ? 0 : boundary(text, start - around, 1);
  const to = text.length - end <= around ? text.length : boundary(text, end + around, -1);
  const whole = text.slice(start, end);
  const cutShort = whole.length > limit;
  const mark = make("mark");
  mark.append(...searched(cutShort ? `${whole.slice(0, limit)}…` : whole));
  block.replaceChildren((from > 0 ? "… " : "") + text.slice(from, start).trimStart(), mark, text.slice(end, to).trimEnd() + (to < text.length ? " …" : ""));
  if (cutShort) block.append(" ", rest("show_all", () => fillQuote(block, item, around, Infinity)));
  else if (from > 0 || to < text.length) {
    if (around < 2000) block.append(" ", rest("more_context", () => fillQuote(block, item, around * 4, limit)));
  }
}

/** The nearest place between words, looking *step* wards from *at*, not further than a long word. */
function boundary(text, at, step) {
  for (let n = 0; n < 40; n += 1) if (/\s/.test(text[at + n * step] || " ")) return at + n * step;
  return at;
}

/** The text with the words that are searched for underlined. */
function searched(text) {
  const wanted = fold(state.q || "").split(/\s+/).filter((word) => word.length > 1);
  const folded = fold(text);
  if (!wanted.length || folded.length !== text.length) return [text];
  const parts = [];
  let done = 0;
  for (;;) {
    const hits = wanted.map((word) => [folded.indexOf(word, done), word.length]).filter(([at]) => at >= 0);
    if (!hits.length || parts.length > 200) break;
    const [at, length] = hits.sort((x, y) => x[0] - y[0] || y[1] - x[1])[0];
    parts.push(text.slice(done, at), make("em", text.slice(at, at + length)));
    done = at + length;
  }
  return [...parts, text.slice(done)];
}

function step(by) {
  const at = shown.indexOf(open?.card);
  const next = shown[at + by];
  if (at >= 0 && next) show({ card: next });
}

function closed() {
  if (panel.open) return; // the browser tells of a closing later; another card has been opened since
  const last = open;
  open = null;
  toHash();
  if (last) {
    const selector = last.card !== undefined ? `[data-card="${CSS.escape(last.card)}"]` : `[data-entry="${last.entry}"]`;
    const same = opener?.isConnected && opener.matches(selector);
    reveal(same ? opener : $(selector))?.focus();
  }
}

/** Open the cell of a card that stands behind "more", so that the focus can go there. */
function reveal(card) {
  const item = card?.closest("li");
  const cell = item?.closest(".cell, .extra");
  if (item?.classList.contains("s") && cell && !cell.classList.contains("open")) toggle(cell);
  return card;
}

function toggle(cell) {
  cell.classList.toggle("open");
  const more = $(".more", cell);
  if (more) label(cell, more);
}
