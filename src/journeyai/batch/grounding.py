"""From an engine's recap to a summary: the only door through which a transcript's words reach one."""

from collections.abc import Sequence

from journeyai.engines.recap import Recap
from journeyai.model.source import Document, Utterance
from journeyai.model.summary import (
    Fault,
    Participant,
    SaidQuote,
    Summary,
    SummaryError,
    SummaryMadeBy,
    SummaryPain,
    SummaryPromise,
    SummaryUsage,
)


def ground(
    recap: Recap, document: Document, sha256: str, made_by: SummaryMadeBy, usage: SummaryUsage | None
) -> Summary:
    """Return the summary that *recap* stands for; every quote is `document.text[start:end]`.

    Consecutive utterances of one turn make one quote.

    Args:
        recap: of *document*.
        document: what was said.
        sha256: of its file's raw bytes.
        made_by: who made the recap.
        usage: what asking for it took; None if nobody was asked.

    Raises:
        ValueError: an utterance is not the document's; an engine's bug, which must not reach a quote.
    """
    return Summary(
        source=document.source,
        record=document.record,
        sha256=sha256,
        language=document.language,
        participants=_participants(document),
        issue=recap.issue,
        what_happened=recap.what_happened,
        customer_goal=recap.customer_goal,
        outcome=recap.outcome,
        emotion_start=recap.emotion_start,
        emotion_end=recap.emotion_end,
        valence_path=recap.valence_path,
        stages=recap.stages,
        pain_points=tuple(
            SummaryPain(title=pain.title, evidence=_quotes(document, pain.utterances))
            for pain in recap.pain_points
        ),
        promises=tuple(
            SummaryPromise(
                who=promise.who, what=promise.what, evidence=_quotes(document, [promise.utterance])[0]
            )
            for promise in recap.promises
        ),
        key_quotes=tuple(_quotes(document, [utterance])[0] for utterance in recap.key_quotes),
        made_by=made_by,
        usage=usage,
    )


def failed(source: str, record: str | None, sha256: str, fault: Fault, message: str) -> Summary:
    """Return the line that stands for an item without a summary."""
    error = SummaryError(fault=fault, message=message)
    return Summary(source=source, record=record, sha256=sha256, language="und", error=error)


def _participants(document: Document) -> tuple[Participant, ...]:
    """Return who speaks under which role, in order of their first words; nobody who is not named."""
    met = dict.fromkeys((turn.speaker, turn.role) for turn in document.turns if turn.speaker)
    return tuple(Participant(name=name, role=role) for name, role in met if name)


def _quotes(document: Document, utterances: Sequence[Utterance]) -> tuple[SaidQuote, ...]:
    """Return the words of *utterances*, each once, in the order in which they were said."""
    spans: list[list[Utterance]] = []
    for utterance in sorted(set(utterances), key=lambda utterance: utterance.number):
        if utterance not in document.utterances[utterance.number : utterance.number + 1]:
            raise ValueError(f"Utterance {utterance.number} is none of {document.key}.")
        last = spans[-1][-1] if spans else None
        if last and last.number + 1 == utterance.number and last.turn == utterance.turn:
            spans[-1].append(utterance)
        else:
            spans.append([utterance])
    return tuple(
        SaidQuote(
            quote=document.text[some[0].start : some[-1].end],
            start=some[0].start,
            end=some[-1].end,
            speaker=document.turn_of(some[0]).speaker,
        )
        for some in spans
    )
