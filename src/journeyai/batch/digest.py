"""Summaries as people read them: a Markdown page, or a table of one row an item.  Written item by item."""

from collections.abc import Iterator
from typing import Final, Literal

from journeyai.batch.ledger import Ledger
from journeyai.export.markdown import escaped
from journeyai.export.spreadsheet import BOM, row
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import words
from journeyai.model.batch import Totals
from journeyai.model.summary import SaidQuote, Summary, SummaryPromise

Form = Literal["md", "csv"]

_COLUMNS: Final = (
    "source",
    "record",
    "language",
    "participants",
    "issue",
    "what_happened",
    "customer_goal",
    "outcome",
    "feeling_start",
    "feeling_end",
    "lowest",
    "stages",
    "pain_points",
    "promises",
    "key_quotes",
    "error",
)
#: Between the things of one cell.
_BETWEEN: Final = " | "


def digest(ledger: Ledger, run: int, form: Form, totals: Totals) -> Iterator[str]:
    """Yield the digest of a run, a piece an item, in input order.

    Args:
        ledger: which has the run's items.
        run: its number.
        form: Markdown, or CSV that opens right in a spreadsheet.
        totals: of the run; headings are in the language that most of its items are in.
    """
    language = next((code for code in totals.languages if code in {"en", "es"}), "en")
    say = talk("summaries", language)
    summaries = (Summary.model_validate_json(item.line) for item in ledger.items(run))
    if form == "csv":
        yield BOM + row([say.say(column) for column in _COLUMNS], language)
        for summary in summaries:
            yield row(_cells(summary, say), language)
        return
    yield _head(totals, say)
    failed: list[str] = []
    for summary in summaries:
        if summary.error is None:
            yield _section(summary, say)
        elif len(failed) < _MOST_FAILED:
            failed.append(f"- {_place(summary)}: {escaped(summary.error.message)}\n")
    if failed:
        yield f"\n## {say.say('failures')} ({totals.failed})\n\n" + "".join(failed)


#: Items without a summary that a page names.
_MOST_FAILED: Final = 1000


def _cells(summary: Summary, say: Talk) -> list[object]:
    spoken = words(say.language)
    if summary.error is not None:
        blank = [""] * (len(_COLUMNS) - 4)
        return [summary.source, summary.record or "", "", *blank, summary.error.message]
    return [
        summary.source,
        summary.record or "",
        summary.language,
        _BETWEEN.join(f"{one.name} ({spoken.role(one.role)})" for one in summary.participants),
        summary.issue,
        summary.what_happened,
        summary.customer_goal,
        say.say(f"outcome_{summary.outcome}"),
        spoken.emotion(summary.emotion_start),
        spoken.emotion(summary.emotion_end),
        spoken.decimal(min(summary.valence_path)).replace("−", "-") if summary.valence_path else "",
        _BETWEEN.join(summary.stages),
        _BETWEEN.join(pain.title for pain in summary.pain_points),
        _BETWEEN.join(_promised(promise, say) for promise in summary.promises),
        _BETWEEN.join(_said(quote, say) for quote in summary.key_quotes),
        "",
    ]


def _head(totals: Totals, say: Talk) -> str:
    parts = ", ".join(
        f"{say.say(f'outcome_{outcome}')} {number}" for outcome, number in totals.outcomes.items() if number
    )
    lines = [
        f"# {say.say('heading')}",
        "",
        f"{say.say('count', n=totals.items)}" + (f": {parts}." if parts else "."),
    ]
    if totals.pains:
        compared = say.say("commonest_of", n=totals.pains[0].looked_at)
        lines += ["", f"**{say.say('commonest')}** ({compared})", ""]
        lines += [f"- {pain.items} × {escaped(pain.title)}" for pain in totals.pains]
    return "\n".join(lines) + "\n"


def _section(summary: Summary, say: Talk) -> str:
    spoken = words(say.language)
    start, end = spoken.emotion(summary.emotion_start), spoken.emotion(summary.emotion_end)
    facts = [
        ("outcome", say.say(f"outcome_{summary.outcome}")),
        ("feeling", say.say("feeling_path", start=start, end=end)),
        ("customer_goal", escaped(summary.customer_goal)),
        ("stages", escaped(", ".join(summary.stages))),
    ]
    lines = [f"\n## {_place(summary)}", ""]
    if summary.issue:
        lines += [f"**{escaped(summary.issue)}**", ""]
    if summary.what_happened:
        lines += [escaped(summary.what_happened), ""]
    lines += [f"- {say.say(key)}: {text}" for key, text in facts if text]
    if summary.pain_points:
        lines.append(f"- {say.say('pain_points')}:")
    for pain in summary.pain_points:
        quotes = " ".join(escaped(say.say("quote", text=quote.quote)) for quote in pain.evidence)
        lines.append(f"  - {escaped(pain.title)} {quotes}")
    if summary.promises:
        lines.append(f"- {say.say('promises')}:")
    for promise in summary.promises:
        # The local engine promises in the source's own words: once is enough.
        is_said = promise.what == promise.evidence.quote
        quote = "" if is_said else " " + escaped(say.say("quote", text=promise.evidence.quote))
        lines.append(f"  - {escaped(_promised(promise, say))}{quote}")
    if summary.key_quotes:
        lines += ["", *(f"> {escaped(_said(quote, say))}\n>" for quote in summary.key_quotes)]
        lines[-1] = lines[-1].removesuffix("\n>")
    return "\n".join(lines) + "\n"


def _place(summary: Summary) -> str:
    return escaped(summary.source + (f"#{summary.record}" if summary.record is not None else ""))


def _promised(promise: SummaryPromise, say: Talk) -> str:
    return say.say(f"promise_{promise.who}", what=promise.what)


def _said(quote: SaidQuote, say: Talk) -> str:
    text = say.say("quote", text=quote.quote)
    return say.say("said_by", speaker=quote.speaker, quote=text) if quote.speaker else text
