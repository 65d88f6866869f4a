// The theme, what people do, the start, and the start again when the server sends a changed map.

function theme(next) {
  const root = document.documentElement;
  if (next !== undefined) {
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("journeyai-theme", next);
    } catch {
      // A page opened from disk may not be allowed to keep anything.
    }
  }
  const now = root.dataset.theme || "auto";
  $(".theme-words").textContent = say(`theme_${now}`);
  $('[data-do="theme"]').title = say(`theme_${now}`);
  return now;
}

const ORDER = { auto: "dark", dark: "light", light: "auto" };
const DO = {
  reset: () => {
    change({ q: "", persona: "", row: "", kind: "", asked: "", status: "", people: "1" });
    $('[name="q"]').focus();
  },
  theme: () => theme(ORDER[theme()]),
  filters: (button) => {
    const isOpen = $("#filters").classList.toggle("open");
    button.setAttribute("aria-expanded", String(isOpen));
  },
  more: (button) => toggle(button.parentElement),
  close: () => panel.close(),
  previous: () => step(-1),
  next: () => step(1),
};

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-do], [data-card], [data-entry], [data-person], .skip");
  if (event.target === panel) panel.close();
  if (!target) return;
  if (target.dataset.do) { load(); DO[target.dataset.do]?.(target); }
  else if (target.dataset.card) show({ card: target.dataset.card });
  else if (target.dataset.entry) show({ entry: Number(target.dataset.entry) });
  else if (target.dataset.person) {
    const persona = state.persona === target.dataset.person ? "" : target.dataset.person;
    change({ persona, a: persona ? "all" : state.a, b: persona || (state.b === state.persona ? "" : state.b) });
  } else {
    event.preventDefault(); // the address keeps the filters
    $("#map").focus();
    $("#map").scrollIntoView();
  }
});

main.addEventListener("input", (event) => {
  const field = event.target;
  if (field.dataset.compare) change({ [field.dataset.compare]: field.value });
  else if (field.name) {
    const value = field.type === "checkbox" ? (field.checked ? "1" : "") : field.value;
    clearTimeout(timer);
    const then = () => { state[field.name] = value; apply(); toHash(); field.closest("label").classList.toggle("on", Boolean(value) && !(field.name === "people" && value === "1")); };
    if (field.name === "q") timer = setTimeout(then, 140);
    else then();
  }
});
main.addEventListener("submit", (event) => event.preventDefault());
panel.addEventListener("close", closed);
window.addEventListener("hashchange", () => {
  const { next, card } = fromHash();
  state = { ...next };
  fill();
  apply();
  if (card && card !== open?.card) show({ card });
});

// Arrows go from card to card: along a stage, and across to the same row of the next one.
main.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(".map .card, .map .entry");
  if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
  const within = (from) => $$(".card, button.entry", from).filter((one) => one.offsetParent);
  const column = card.closest(".stage");
  const columns = $$(".stage");
  let next;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = within(column);
    next = all[all.indexOf(card) + (event.key === "ArrowDown" ? 1 : -1)];
  } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    const way = event.key === "ArrowRight" ? 1 : -1;
    const row = card.closest(".cell").dataset.row;
    for (let n = columns.indexOf(column) + way; n >= 0 && n < columns.length && !next; n += way) {
      next = within($$(".cell", columns[n]).find((cell) => cell.dataset.row === row))[0];
    }
  } else return;
  event.preventDefault();
  next?.focus();
  next?.scrollIntoView({ block: "nearest", inline: "nearest" });
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  if (event.key === "/" && !panel.open) {
    event.preventDefault();
    $('[name="q"]').focus();
  } else if (panel.open && (event.key === "j" || event.key === "ArrowRight")) step(1);
  else if (panel.open && (event.key === "k" || event.key === "ArrowLeft")) step(-1);
});

let saying = 0;

function speak(text) {
  said.textContent = text;
  clearTimeout(saying);
  saying = setTimeout(() => { said.textContent = ""; }, 8000);
}

// How high the bar and the stages' headings are, so that what sticks under them does.
const sizes = new ResizeObserver(() => {
  const bar = $(".controls");
  const sticks = getComputedStyle(bar).display !== "none";
  document.documentElement.style.setProperty("--bar", `${sticks ? bar.offsetHeight : 0}px`);
  document.documentElement.style.setProperty("--stagehead", `${$(".corner").offsetHeight}px`);
});

function measure() {
  sizes.disconnect();
  sizes.observe($(".controls"));
  sizes.observe($(".corner"));
}

// What a live page shows, as it was made: before filters and the like have touched it.
let made = $("#live") ? $(".sheet").cloneNode(true) : make("div");

/** Put what differs between *was* and *now* in the place of what *live* has of it; all else on the page is left alone. */
function renew(live, was, now) {
  if (was.isEqualNode(now)) return;
  const [old, before, after] = [live, was, now].map((one) => [...one.children]);
  const alike = before.length && old.length === before.length && before.length === after.length && own(was) === own(now);
  if (alike) after.forEach((child, n) => renew(old[n], before[n], child));
  else live.replaceWith(now.cloneNode(true));
}

/** An element without those in it: its name, its attributes, its own words. */
const own = (one) => one.cloneNode(false).outerHTML + [...one.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.data : "<>")).join("");

function refresh(parts) {
  const focused = document.activeElement;
  const id = focused?.dataset?.card;
  const name = focused?.name;
  const wide = new Set($$(".cell.open").map((cell) => `${cell.dataset.row} ${cell.parentElement.getAttribute("aria-labelledby")}`));
  document.title = parts.title;
  const holder = make("template");
  holder.innerHTML = parts.main; // made and escaped by our own server, which also made this page
  const now = holder.content.firstElementChild;
  renew($(".sheet"), made, now);
  made = now;
  read(parts.data, parts.quotes);
  for (const cell of $$(".cell")) {
    if (wide.has(`${cell.dataset.row} ${cell.parentElement.getAttribute("aria-labelledby")}`)) cell.classList.add("open");
  }
  fill();
  apply();
  theme();
  measure();
  if (panel.open) {
    if (!open || !show(open)) panel.close();
  } else if (id) $(`[data-card="${CSS.escape(id)}"]`)?.focus();
  else if (name) $(`[name="${CSS.escape(name)}"]`)?.focus();
  toHash();
}

window.journeyai = { open: (card) => show({ card }), refresh, say: speak };

measure();
const { next, card } = fromHash();
state = next;
if (location.hash.length > 1) {
  load();
  fill();
  apply();
  if (card) show({ card });
}
load();
theme();
if (!shown.length) shown = [...new Set($$("[data-card]").map((one) => one.dataset.card))];
tell(isIdle());
