// Two curves beside each other, and whose each card is.

/** Draw the chosen curves, tell where they part, and mark whose each card is. */
function mark() {
  const { a, b } = state;
  const two = Boolean(b) && b !== a;
  for (const line of $$(".series")) {
    line.classList.toggle("a", line.dataset.series === a);
    line.classList.toggle("b", two && line.dataset.series === b);
  }
  const map = $(".map");
  map.classList.toggle("two", two);
  map.classList.toggle("both-two", two && a !== "all" && b !== "all");
  const apart = $(".apart");
  apart.hidden = !two;
  if (two) apart.textContent = difference(a, b);
  place(a, two ? b : null);
  for (const button of $$(".map .card")) {
    const mine = cards.get(button.dataset.card)?.p || [];
    button.classList.toggle("of-a", two && mine.includes(a));
    button.classList.toggle("of-b", two && mine.includes(b));
  }
}

const levels = (series) => data.curves[series] || [];

function difference(a, b) {
  const gaps = levels(a).map((level, n) => (level === null || levels(b)[n] == null ? -1 : Math.abs(level - levels(b)[n])));
  const widest = gaps.reduce((best, gap, n) => (gap > gaps[best] ? n : best), 0);
  const told = [];
  if (!gaps.length || gaps[widest] < 0) told.push(say("nothing"));
  else if (gaps[widest] < 0.05) told.push(say("alike"));
  else {
    const side = (id) => `${title(id)} ${sign(levels(id)[widest])}`;
    told.push(say("apart", { stage: data.stages[widest], a: side(a), b: side(b) }));
  }
  if (a !== "all" && b !== "all") {
    const owned = data.cards.map((card) => [(card.p || []).includes(a), (card.p || []).includes(b)]);
    const count = (inA, inB) => owned.filter(([x, y]) => x === inA && y === inB).length;
    told.push([say("only_a", { n: count(true, false), name: title(a) }), say("only_a", { n: count(false, true), name: title(b) }),
      say("both", { n: count(true, true) })].join(" · "));
  }
  return told.join(" ");
}

const title = (id) => $$('[data-compare="a"] option').find((one) => one.value === id)?.textContent || id;
const sign = (value) => {
  const text = Math.abs(value).toFixed(1).replace(".", data.language === "es" ? "," : ".");
  return /[1-9]/.test(text) ? (value < 0 ? "−" : "+") + text : text;
};

/** Put the figures of two curves on either side, so that they do not lie on each other. */
function place(a, b) {
  for (const [id, other] of [[a, b], [b, a]]) {
    if (!id) continue;
    const line = $$(".series").find((one) => one.dataset.series === id);
    if (!line) continue;
    const own = levels(id);
    for (const text of $$(".gap", line)) text.setAttribute("y", !other ? "50%" : id === a ? "9%" : "98%");
    $$(".level", line).forEach((text) => {
      const n = Number(text.dataset.n);
      const rival = other ? levels(other)[n] : null;
      const below = rival != null && (own[n] < rival || (own[n] === rival && id === b));
      text.setAttribute("dy", rival == null ? text.dataset.dy : below ? "23" : "-13");
    });
  }
}
