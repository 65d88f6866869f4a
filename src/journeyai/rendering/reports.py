"""Short reports: what a draft holds, what a proof found, what was left out, what the doctor says."""

from collections.abc import Sequence
from typing import Protocol

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from journeyai.drafting.coverage import CoverageReport, LeftOut
from journeyai.drafting.verification import Verification
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.words import words
from journeyai.model.journey import JourneyMap
from journeyai.model.vocabulary import Lane
from journeyai.rendering.console import safe

_MARKS = {"good": "✓", "check": "?", "wrong": "✗"}
_STYLES = {"good": "green", "check": "yellow", "wrong": "bold red"}


class Finding(Protocol):
    """What the doctor found."""

    @property
    def what(self) -> str:
        """The thing looked at."""
        ...

    @property
    def state(self) -> str:
        """`good`, `check` or `wrong`."""
        ...

    @property
    def says(self) -> str:
        """One sentence."""
        ...

    @property
    def remedy(self) -> str:
        """What to do; may be empty."""
        ...


def render_draft(journey: JourneyMap, path: str) -> RenderableType:
    """Return what a fresh draft holds, in a few lines."""
    lanes: dict[Lane, int] = {}
    for card in journey.cards:
        lanes[card.lane] = lanes.get(card.lane, 0) + 1
    spoken = words("en")
    shared = sum(card.people >= 2 for card in journey.cards)
    held = ", ".join(
        f"{count} {spoken.lane(card_lane, count)}" for card_lane, count in _ordered(lanes, journey)
    )
    cover = journey.coverage
    percent = round(100 * cover.used / cover.customer) if cover.customer else 0
    return Group(
        Text.assemble(
            ("Drafted ", "bold"),
            spoken.count("cards", len(journey.cards)),
            f" ({shared} resting on more than one person): {held}." if journey.cards else ".",
        ),
        Text(
            f"{spoken.count('stages', len(journey.stages))}, {spoken.count('personas', len(journey.personas))}, "
            f"{spoken.count('quotes', len(journey.evidence))}; "
            f"{cover.used} of {cover.customer} things customers said are quoted ({percent} %)."
        ),
        safe(f"Map: {path}"),
        Text(
            "Next: journeyai show · journeyai verify · journeyai coverage · journeyai export --format html",
            style="dim",
        ),
    )


def _ordered(lanes: dict[Lane, int], journey: JourneyMap) -> list[tuple[Lane, int]]:
    first = {card.lane: index for index, card in reversed(list(enumerate(journey.cards)))}
    return sorted(lanes.items(), key=lambda item: (-item[1], first[item[0]]))


def render_verification(
    found: Verification, language: str = "en", *, in_chat: bool = False
) -> RenderableType:
    """Return the proof, or what does not hold and which cards rest on it.

    Args:
        found: the proof.
        language: to speak in.
        in_chat: whether commands are named as the chat has them.
    """
    spoken = talk("show", language)
    checked = spoken.say(
        "checked",
        quotes=spoken.say("quotes", n=found.quotes),
        cards=spoken.say("cards", n=found.cards),
        sources=spoken.say("sources", n=found.sources),
    )
    if found.proved:
        return Text.assemble((spoken.say("proved"), "bold green"), spoken.say("proved_all", checked=checked))
    lines: list[RenderableType] = []
    for finding in found.findings:
        line = safe(finding.problem)
        if finding.evidence:
            line = Text.assemble(safe(finding.evidence, "bold"), ": ", line)
        if finding.cards:
            cards = spoken.say("finding_cards", cards=", ".join(finding.cards))
            line = Text.assemble(line, "  ", safe(cards, "yellow"))
        lines.append(line)
    lines.append(
        Text.assemble(
            (spoken.say("not_proved"), "bold red"),
            spoken.say("not_proved_all", n=len(found.findings), checked=checked),
        )
    )
    redraft = "/redraft" if in_chat else "journeyai draft"
    lines.append(Text(spoken.say("not_proved_hint", redraft=redraft), style="dim"))
    return Group(*lines)


def render_coverage(
    report: CoverageReport, most: int | None, language: str = "en", *, in_chat: bool = False
) -> RenderableType:
    """Return how much was used and the passages that were not.

    Args:
        report: what was used and what was not.
        most: passages to show; None for all.
        language: to speak in.
        in_chat: whether commands are named as the chat has them.
    """
    spoken = talk("show", language)
    percent = round(100 * report.used / report.customer) if report.customer else 0
    lines: list[RenderableType] = [
        Text.assemble(
            (spoken.say("covered", used=report.used, customer=report.customer), "bold"),
            spoken.say("covered_said", percent=percent),
        )
    ]
    if report.unread:
        lines.append(safe(spoken.say("unread", sources=", ".join(report.unread))))
    shown = report.left_out[:most]
    if shown:
        lines += [Text(""), Text(spoken.say("left_out"), style="bold")]
        lines += [_left_out(item, spoken) for item in shown]
    if len(report.left_out) > len(shown):
        all_ = "/coverage all" if in_chat else "journeyai coverage --all"
        more = spoken.say("left_more", n=len(report.left_out) - len(shown), all=all_)
        lines.append(Text(more, style="dim"))
    return Group(*lines)


def _left_out(item: LeftOut, spoken: Talk) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(ratio=1)
    where = " · ".join(
        filter(None, [item.source, item.record, None if item.speaker == item.record else item.speaker])
    )
    # Not sure enough for a card; what it may have been helps to judge whether it is missed.
    told = spoken.say("perhaps", lane=words(spoken.language).lane(item.lane, 1)) if item.lane else ""
    table.add_row(
        "–", Text.assemble(safe(" ".join(item.text.split())), "\n", safe(where, "dim"), (told, "cyan"))
    )
    return table


def render_diagnosis(findings: Sequence[Finding]) -> RenderableType:
    """Return what the doctor found: one line a thing, the remedy under it."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(no_wrap=False, max_width=34)
    table.add_column(ratio=1)
    for finding in findings:
        says = safe(finding.says)
        if finding.remedy:
            says = Text.assemble(says, "\n", safe(f"→ {finding.remedy}", "dim"))
        table.add_row(Text(_MARKS[finding.state], style=_STYLES[finding.state]), safe(finding.what), says)
    wrong = sum(finding.state == "wrong" for finding in findings)
    check = sum(finding.state == "check" for finding in findings)
    return Group(table, Text(""), Text(f"{wrong} wrong, {check} to check.", style="bold"))
