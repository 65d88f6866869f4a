// Filters and search: which cards show, told in words.

function fits(card, wanted) {
  if (state.persona && !(card.p || []).includes(state.persona)) return false;
  if ((card.n || 0) < wanted.people) return false;
  if (state.status && !card.s.includes(state.status)) return false;
  if (state.kind || state.asked) {
    const proof = (n) => {
      const item = quote(n);
      return (!state.kind || data.kinds[item.kind]?.[0] === state.kind) && (!state.asked || item.asked === Number(state.asked));
    };
    if (!(card.e || []).some(proof)) return false;
  }
  return !wanted.words.length || wanted.words.every((word) => haystack(card).includes(word));
}

const isIdle = () => !NAMES.some((name) => name !== "quotes" && state[name] && !(name === "people" && state[name] === "1"));

function apply() {
  load();
  const people = Math.max(0, parseInt(state.people, 10) || 1);
  const wanted = { people: people > 1 ? people : 0, words: fold(state.q || "").split(/\s+/).filter(Boolean) };
  const idle = isIdle();
  const fitting = new Set(data.cards.filter((card) => idle || fits(card, wanted)).map((card) => card.id));
  shown = new Set();
  for (const cell of $$(".cell")) cut(cell, fitting, idle);
  for (const part of $$(".extra")) cut(part, fitting, idle);
  shown = [...shown];
  const stages = $$(".stage").length || 1;
  // Paper lays all cells in one grid, which must know how many rows there are: the curve, the heading, the feeling, these.
  $(".map").style.setProperty("--rows", 3 + $$(".cell").filter((cell) => !cell.hidden).length / stages);
  for (const lane of $$(".lane[data-row]")) lane.hidden = Boolean(state.row) && lane.dataset.row !== state.row;
  $(".map").classList.toggle("quoted", state.quotes === "1");
  tell(idle);
  mark();
}

/** Show the cards of a cell that fit, the first few before "more"; print fewer. */
function cut(cell, fitting, idle) {
  const items = $$("li", cell);
  cell.hidden = Boolean(state.row) && cell.dataset.row !== undefined && cell.dataset.row !== state.row;
  if (!items.length) return;
  const printed = Number(cell.dataset.print) || items.length;
  let count = 0;
  for (const item of items) {
    const card = item.firstElementChild.dataset.card;
    const fit = card ? fitting.has(card) : idle;
    item.classList.toggle("out", !fit);
    item.classList.toggle("s", fit && count >= SHOWN);
    item.classList.toggle("p", fit && count >= printed);
    if (fit) count += 1;
    if (fit && card && !cell.hidden) shown.add(card);
  }
  const more = $(".more", cell);
  if (more) {
    more.hidden = count <= SHOWN;
    more.dataset.n = count - SHOWN;
    label(cell, more);
  }
  const paper = $(".more-print", cell);
  if (paper) {
    paper.classList.toggle("none", count <= printed);
    paper.textContent = `+ ${say("more", { n: count - printed })}`;
  }
}

function label(cell, more) {
  const isOpen = cell.classList.contains("open");
  more.setAttribute("aria-expanded", String(isOpen));
  more.textContent = isOpen ? say("fewer") : say("more", { n: more.dataset.n });
}

/** Say in words what is shown. */
function tell(idle) {
  const total = data.cards.length;
  const told = $("#state");
  const count = document.createElement("b");
  count.textContent = idle ? say("all", { total }) : say(shown.length ? "shown" : "none", { n: shown.length, total });
  const chosen = ["persona", "row", "kind", "asked", "status"].filter((name) => state[name]).map((name) => {
    const option = $$(`[name="${name}"] option`).find((one) => one.value === state[name]);
    return option ? option.textContent : state[name];
  });
  if (Number(state.people) > 1) chosen.push(say("people", { n: Number(state.people) }));
  if (state.q) chosen.push(say("words", { text: state.q }));
  told.replaceChildren(count, chosen.length ? ` · ${chosen.join(" · ")}` : "");
  $('[data-do="reset"]').hidden = idle;
  $(".controls").classList.toggle("idle", idle);
  for (const button of $$(".person")) button.setAttribute("aria-pressed", String(button.dataset.person === state.persona));
  for (const profile of $$(".profile")) profile.classList.toggle("chosen", profile.dataset.profile === state.persona);
}

function fill() {
  for (const name of NAMES) {
    const field = $(`[name="${name}"]`);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = state[name] === "1";
    else field.value = state[name] || (name === "people" ? "1" : "");
    if (field.tagName === "SELECT" && field.selectedIndex < 0) {
      field.value = "";
      delete state[name];
    }
    field.closest("label").classList.toggle("on", Boolean(state[name]) && !(name === "people" && state[name] === "1"));
  }
  for (const side of ["a", "b"]) {
    const field = $(`[data-compare="${side}"]`);
    if (!field) continue;
    field.value = state[side];
    if (field.selectedIndex < 0) field.value = state[side] = side === "a" ? "all" : "";
  }
}

function change(next) {
  state = { ...state, ...next };
  fill();
  apply();
  toHash();
}
