"""A question or two of every step, as the steps themselves make them: what the prompts are tested with."""

from collections.abc import Callable
from typing import Any, Final

from tests.drafting.material import FRAME, Said, document
from tests.engines.llm.steps.scripted import ScriptedAsker, silent
from tests.sample_map import english_map

from journeyai.engines.conversation import Cited
from journeyai.engines.engine import Candidate, CardFacts, Claim, PersonaFacts, Statement, Voice
from journeyai.engines.llm.asking import Failure, Question
from journeyai.engines.llm.steps import (
    answer,
    check,
    combine,
    group,
    observe,
    opportunity,
    persona,
    propose,
    stage,
    summarise,
    theme,
)
from journeyai.engines.llm.talking import Exchange, told_before
from journeyai.model.source import DocumentKey, Measure

TALK: Final = document(
    "calls/call-01.vtt",
    Said("Ana Ruiz", ["How can I help?"], role="agent"),
    Said("Luis Gil", ["My refund is four weeks late.", "Nobody calls me back."]),
    Said("Ana Ruiz", ["I will send it today."], role="agent"),
    Said("Luis Gil", ["Thank you, at last."]),
    Said("Luis Gil", ["4"], measure=Measure("csat", 4, 1, 5)),
    kind="call",
)
CARDS: Final = (
    CardFacts("pain_point", "Use", "Refunds take weeks", 5, -1.5, 3),
    CardFacts("delight", "Use", "Agents are kind", 1, 1.5, None),
)
STATEMENTS: Final = (
    Statement(0, "action", "reads three review sites"),
    Statement(1, "action", "builds a table of prices"),
    Statement(0, "pain_point", "fees appear at checkout"),
    Statement(1, "need", "see the whole price at once"),
)
FACTS: Final = PersonaFacts("en", 2, (), (), (), (), (), (), (), statements=STATEMENTS, people=7)
CLAIMS: Final = (
    Claim(
        "Refunds take weeks",
        ((TALK.key, "My refund is four weeks late."), (("a.csv", "R1"), "Still waiting.")),
    ),
    Claim("Nobody calls back", ((TALK.key, "Nobody calls me back."),)),
)
VOICES: Final = (
    Voice((("need", "compare all fees first"), ("action", "reads three review sites"))),
    Voice((("pain_point", "nobody answers the phone"),)),
    Voice((("action", "builds a table of prices"),)),
)
BEFORE: Final = told_before(
    (
        Exchange("who is late?", ("e7 · reviews/a.csv R07", "c3 Refunds take weeks")),
        Exchange("and in Spain?"),
    ),
    ("c8 Doors stick",),
)
PASSAGES: Final = (
    answer.Place(
        Cited("A month later and my money is still not back.", "reviews/a.csv", "R07", 0, 45, evidence="e7"),
        "card c3, pain points in Use, 5 people: Refunds take weeks",
    ),
    answer.Place(Cited("The app is lovely.", "chats/b.txt", None, 10, 28, "Ana"), "Ana, customer"),
    answer.Place(Cited("A part of the journey.", guide="Stage")),
)


def _asked_by_theme() -> list[Question[Any]]:
    asker = ScriptedAsker(lambda question: Failure("busy", "too much to do", question.about))
    candidates = [
        Candidate("pain_point", "Use", ("refund takes weeks", "agent was rude")),
        Candidate("pain_point", "Buy", ("money back only after a month",)),
    ]
    theme.regroup(candidates, "en", asker, silent)
    return asker.asked


def _asked_to_combine() -> list[Question[Any]]:
    whole = TALK.utterances
    reply = summarise.SummaryReply.model_validate(
        {
            "issue": "A late refund",
            "what_happened": "The customer asks for a refund.",
            "customer_goal": "Get the money back",
            "outcome": "partly",
            "emotion_start": "anger",
            "emotion_end": "relief",
            "valence_path": [-2, 1],
            "stages": ["use"],
            "pain_points": [{"title": "Refund is late", "cites": [1]}],
            "promises": [],
            "key_quotes": [1],
        }
    )
    part = summarise.read(reply, TALK, whole, FRAME)
    return [combine.question(TALK, [part, part], FRAME)]


def names(document: DocumentKey) -> tuple[str, ...]:
    """Return the names of the people in *document*."""
    return ("Ana Ruiz", "Luis Gil") if document == TALK.key else ()


def _listed(question: Question[Any] | None) -> list[Question[Any]]:
    assert question is not None
    return [question]


#: Step → makes its questions.  A folder in `prompts/` without a line here fails the tests of prompts.
SAMPLES: Final[dict[str, Callable[[], list[Question[Any]]]]] = {
    "answer": lambda: _listed(answer.question("How long do refunds take?", PASSAGES, "en", ("Ana",), BEFORE)),
    "check": lambda: list(check.questions(CLAIMS, names)),
    "combine": _asked_to_combine,
    "group": lambda: _listed(group.question(VOICES, 4, "en", ())),
    "observe": lambda: [observe.question(part, FRAME, 0) for part in observe.cut(TALK, 2500)],
    "opportunity": lambda: _listed(opportunity.question(CARDS, "en", ())),
    "persona": lambda: _listed(persona.question(FACTS, ())),
    "propose": lambda: _listed(
        propose.question(
            "rename Joining to Buying, split e2 off c1",
            english_map(),
            "en",
            propose.Around(("Ana Ruiz",), BEFORE, ("s1", "s2")),
        )
    ),
    "stage": lambda: list(stage.questions([CARDS, ()], "es", ())),
    "summarise": lambda: [summarise.question(TALK, TALK.utterances, FRAME, "whole")],
    "theme": _asked_by_theme,
}
