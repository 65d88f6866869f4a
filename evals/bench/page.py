"""How large the web page is and how fast it opens: a made map of 2,000 cards and 20,000 quotes, in a real Chromium.

    python -m evals.bench.page [--cards N] [--quotes N] [--out FILE.html] [--runs N] [--live] [--json]

The map and the documents behind it are made from a fixed seed, so every run measures the same page.  Without Chromium
only the sizes and the time to write the page are told.  With `--live` the page is served, too (`page_live`).  Exits
with 1 when a bound is broken.
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from evals.bench.page_live import MOST_CLICK_MS, MOST_SECONDS, measure_live
from journeyai.export.html.page import render_page
from journeyai.export.material import Material
from journeyai.knowledge.templates import load_template
from journeyai.model.journey import (
    Card,
    Coverage,
    Empathy,
    Evidence,
    JourneyMap,
    MadeBy,
    Member,
    Persona,
    Source,
    SpeakerRole,
    Stage,
)
from journeyai.model.vocabulary import CHANNELS, EMOTIONS, LANES, SOLICITED, Kind

#: What is held: size against the map's JSON, milliseconds of one stall.
MOST_SIZE, LONGEST_STALL_MS = 1.3, 200.0

_KINDS: Final[tuple[Kind, ...]] = ("interview", "chat", "call", "ticket", "review", "survey")
_SYLLABLES: Final = [consonant + vowel for consonant in "bcdfglmnprstv" for vowel in "aeio"]
_SENTENCES: Final = 130
_NAMES: Final = ("Discovery", "Consideration", "Purchase", "Onboarding", "Use", "Support", "Loyalty")


def make_map(cards: int, quotes: int) -> tuple[JourneyMap, dict[tuple[str, str | None], str]]:
    """Return a map of *cards* and *quotes*, and the documents that its quotes are cut from; the same every time."""
    chance = random.Random(7)
    documents: dict[tuple[str, str | None], str] = {}
    found: list[tuple[str, int, int, str]] = []
    while len(found) < quotes:
        source = f"{_KINDS[len(documents) % len(_KINDS)]}s/file-{len(documents):04}.txt"
        text, spans = _document(chance)
        documents[source, None] = text
        # Half of what is said is quoted, as on the sample studies.
        found += [(source, low, high, text[low:high]) for low, high in spans[::2]]
    evidence = tuple(_evidence(chance, n, *place) for n, place in enumerate(found[:quotes], 1))
    return _journey(chance, evidence, cards, documents), documents


def _document(chance: random.Random) -> tuple[str, list[tuple[int, int]]]:
    text, spans = "", []
    for number in range(_SENTENCES):
        words = [
            "".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(chance.randint(4, 22))
        ]
        sentence = " ".join(words).capitalize() + "."
        text += f"\nP{number % 5}: " if number % 4 == 0 else " "
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence
    return text, spans


def _evidence(chance: random.Random, number: int, source: str, start: int, end: int, quote: str) -> Evidence:
    return Evidence(
        id=f"e{number}",
        source=source,
        record=None,
        start=start,
        end=end,
        quote=quote,
        speaker=f"P{number % 5}",
        role="customer" if number % 6 else "agent",
        at=f"00:{number % 60:02}:{number * 7 % 60:02}",
        stage=f"s{number % len(_NAMES)}",
        lane=LANES[number % len(LANES)],
        valence=round(chance.uniform(-2, 2), 2),
        emotion=chance.choice(EMOTIONS),
        channel=chance.choice(CHANNELS),
        confidence=round(chance.uniform(0.3, 0.99), 2),
    )


def _journey(
    chance: random.Random,
    evidence: tuple[Evidence, ...],
    cards: int,
    documents: dict[tuple[str, str | None], str],
) -> JourneyMap:
    ids = [item.id for item in evidence]
    share = max(1, len(ids) // max(cards, 1))
    personas = tuple(_persona(number, evidence) for number in range(1, 6))
    return JourneyMap(
        title="A large map",
        goal="See how large a map the page bears.",
        language="en",
        template="cx-lifecycle",
        made_by=MadeBy(engine="local", version="0.1.0", at="2026-11-22T10:00:00Z"),
        sources=tuple(_source(number, source) for number, (source, _) in enumerate(documents)),
        stages=tuple(
            Stage(id=f"s{n}", name=name, order=n + 1, valence=(-1) ** n * n / 4, moment_of_truth=n == 3)
            for n, name in enumerate(_NAMES)
        ),
        personas=personas,
        cards=tuple(
            Card(
                id=f"c{n + 1}",
                lane=LANES[n % len(LANES)],
                stage=f"s{n // len(LANES) % len(_NAMES)}",
                personas=tuple(sorted({chance.choice(personas).id for _ in range(2)})),
                title=evidence[n * share].quote[:80],
                valence=round(chance.uniform(-2, 2), 2),
                severity=2 if LANES[n % len(LANES)] == "pain_point" else None,
                people=(people := chance.randint(1, 12)),
                documents=max(1, people - 2),
                mentions=share,
                against=(ids[-1 - n],) if n % 7 == 0 else (),
                confidence=round(chance.uniform(0.5, 0.99), 2),
                evidence=tuple(ids[n * share : (n + 1) * share]),
            )
            for n in range(cards)
        ),
        evidence=evidence,
        coverage=Coverage(utterances=2 * len(ids), customer=2 * len(ids), used=len(ids)),
    )


def _source(number: int, source: str) -> Source:
    kind = _KINDS[number % len(_KINDS)]
    speakers = tuple(SpeakerRole(name=f"P{n}", role="customer") for n in range(5))
    return Source(
        source=source,
        sha256=f"{number:064x}",
        kind=kind,
        solicited=kind in SOLICITED,
        language="en",
        utterances=_SENTENCES,
        speakers=speakers,
    )


def _persona(number: int, evidence: tuple[Evidence, ...]) -> Persona:
    mine = evidence[number::97][:60]
    words = tuple(item.quote for item in mine[:4])
    return Persona(
        id=f"p{number}",
        name=f"Group {number}",
        goals=words,
        frustrations=words,
        empathy=Empathy(says=words[:2], feels=words[2:]),
        members=tuple(
            sorted(
                {
                    (item.source, item.speaker or ""): Member(source=item.source, speaker=item.speaker or "")
                    for item in mine
                }.values(),
                key=lambda member: (member.source, member.speaker),
            )
        ),
    )


#: Times the longest frame and the longest task while the page is moved from top to bottom.
_SCROLL: Final = """
async () => {
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({type: "longtask"});
  const frame = () => new Promise(requestAnimationFrame);
  let last = performance.now(), longest = 0;
  const high = document.documentElement.scrollHeight;
  for (let at = 0; at < high; at += 400) {
    scrollTo(0, at);
    await frame();
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  await new Promise((done) => setTimeout(done, 200));
  return {height: high, frame: longest, task: Math.max(0, ...tasks)};
}
"""
_OPENED: Final = """
() => new Promise((done) => setTimeout(() => {
  const [way] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  done({load: way.loadEventEnd, paint: paint ? paint.startTime : null, nodes: document.querySelectorAll("*").length});
}, 300))
"""
#: Milliseconds from a step to the frame after the page has told what it shows now.
_TIMED: Final = """
async (step) => {
  const state = document.querySelector("#state"), before = state.textContent, from = performance.now();
  step();
  while (state.textContent === before) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - from;
}
"""
_STEPS: Final = {
    # The page waits 140 ms for the next letter.
    "search": "() => { const q = document.querySelector('[name=q]'); q.value = 'mela'; "
    "q.dispatchEvent(new Event('input', {bubbles: true})) }",
    "filter": "() => { const p = document.querySelector('[name=persona]'); p.value = 'p2'; "
    "p.dispatchEvent(new Event('input', {bubbles: true})) }",
    "reset": "() => document.querySelector('[data-do=reset]').click()",
}
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)


@contextmanager
def _browser() -> Iterator[Any]:
    """Open Chromium as long as the context lasts; None where there is none."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield browser
        browser.close()


def _in_browser(browser: Any, path: Path) -> dict[str, float]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(path.as_uri(), wait_until="load")
    told: dict[str, float] = page.evaluate(_OPENED)
    told |= page.evaluate(_SCROLL)
    page.evaluate("document.querySelectorAll('.more').forEach((button) => button.click())")
    told |= {f"{name}_all": value for name, value in page.evaluate(_SCROLL).items()}
    page.evaluate("scrollTo(0, 0)")
    told |= {name: page.evaluate(f"() => ({_TIMED})({step})") for name, step in _STEPS.items()}
    told["panel"] = page.evaluate(
        "() => { const from = performance.now(); journeyai.open('c1'); return performance.now() - from }"
    )
    page.close()
    return told


def measure(cards: int, quotes: int, out: Path, runs: int, *, live: bool = False) -> dict[str, Any]:
    """Write the page of a made map to *out* and tell what it costs; times are the middle of *runs*.

    Args:
        cards: of the map.
        quotes: of the map.
        out: the page's file.
        runs: how often each is timed.
        live: whether to serve the map, too, and to click on it.
    """
    journey, documents = make_map(cards, quotes)
    material = Material(
        load_template(journey.template), lambda source, record: documents.get((source, record))
    )
    size = len(journey.to_json().encode("utf-8"))
    began = time.perf_counter()
    page = render_page(journey, material).encode("utf-8")
    written = time.perf_counter() - began
    out.write_bytes(page)
    told: dict[str, Any] = {
        "cards": cards,
        "quotes": quotes,
        "map_bytes": size,
        "page_bytes": len(page),
        "ratio": round(len(page) / size, 3),
        "write_seconds": round(written, 2),
    }
    with _browser() as browser:
        if browser is not None:
            found = [_in_browser(browser, out) for _ in range(runs)]
            told |= {name: round(statistics.median(run[name] for run in found), 1) for name in found[0]}
            if live:
                told |= measure_live(journey, documents, browser, runs)
    return told


def _broken(told: dict[str, Any]) -> list[str]:
    bounds = (
        ("ratio", MOST_SIZE),
        ("load", 1000 * MOST_SECONDS),
        ("paint", 1000 * MOST_SECONDS),
        ("task", LONGEST_STALL_MS),
        ("task_all", LONGEST_STALL_MS),
        ("open_first_seconds", MOST_SECONDS),
        ("open_again_seconds", MOST_SECONDS),
        ("click_ms", MOST_CLICK_MS),
    )
    return [f"{name}: {told[name]}, at most {most}" for name, most in bounds if told.get(name, 0) > most]


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.page")
    parser.add_argument("--cards", type=int, default=2000)
    parser.add_argument("--quotes", type=int, default=20000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        told = measure(
            wish.cards, wish.quotes, wish.out or Path(folder, "page.html"), wish.runs, live=wish.live
        )
    if wish.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name:>18}  {value:,}")
    broken = _broken(told)
    print(*broken, sep="\n", file=sys.stderr, end="\n" if broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
