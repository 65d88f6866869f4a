"""One document in short, from the engine's reading and from what the words themselves tell."""

from journeyai.engines.engine import Frame
from journeyai.engines.local.engine import LocalEngine
from journeyai.engines.local.summarising.feelings import emotions, stages, valence_path
from journeyai.engines.local.summarising.hearing import hear
from journeyai.engines.local.summarising.outcome import outcome
from journeyai.engines.local.summarising.pains import pain_points
from journeyai.engines.local.summarising.promises import promises
from journeyai.engines.local.summarising.quotes import key_quotes
from journeyai.engines.local.summarising.story import customer_goal, issue, matter, what_happened
from journeyai.engines.recap import Recap
from journeyai.model.source import Document


def summarise(document: Document, engine: LocalEngine, frame: Frame) -> Recap | None:
    """Return *document* in short: utterances chosen, nothing made up; None if nobody said anything.

    The same document gives the same recap to the bit, whatever was summarised before it: the engine is asked about
    this one alone.

    Args:
        document: a transcript, a chat, or one record.
        engine: reads it.
        frame: whose stages are told.

    Raises:
        EngineError: the encoder cannot be asked.
    """
    heard = hear(document, engine, frame)
    about = matter(heard)
    if about is None:
        return None
    start, end = emotions(heard)
    language = frame.language if document.language == "und" else document.language
    return Recap(
        document=document.key,
        issue=issue(about),
        what_happened=what_happened(heard, about, language),
        customer_goal=customer_goal(heard),
        outcome=outcome(heard),
        emotion_start=start,
        emotion_end=end,
        valence_path=valence_path(heard),
        stages=stages(heard.customer or heard.agent, frame),
        pain_points=pain_points(heard),
        promises=promises(heard),
        key_quotes=key_quotes(heard),
    )
