"""Belief and evidence in the terminal: every belief once, at any width, whatever the words hold."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.rendering.screen import printed
from tests.sample_map import ATTACKS, MAPS, english_map, spanish_map

from journeyai.knowledge.talk import talk
from journeyai.model.aliases import Vectors
from journeyai.model.journey import Card, JourneyMap
from journeyai.operations.beliefs import BeliefComparison, hold
from journeyai.rendering.beliefs import render_beliefs


def vectors(texts: Sequence[str]) -> Vectors:
    """Return vectors by letters: like words are near each other, and nothing must be loaded."""
    rows = np.zeros((len(texts), 997), np.float32)
    for number, text in enumerate(texts):
        for word in text.casefold().split():
            rows[number, sum(ord(letter) * 31**place for place, letter in enumerate(word)) % 997] += 1
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def believed(journey: JourneyMap, *titles: str) -> JourneyMap:
    cards = tuple(
        Card(id=f"b{n}", lane="pain_point", stage=journey.stages[n % 3].id, title=title, assumption=True)
        for n, title in enumerate(titles, 1)
    )
    return journey.model_copy(update={"cards": cards, "evidence": ()})


def compared(journey: JourneyMap, *titles: str) -> tuple[BeliefComparison, JourneyMap]:
    belief = believed(journey, *titles)
    return hold(belief, journey, vectors), belief


@pytest.mark.parametrize("journey", [english_map(), spanish_map()], ids=["en", "es"])
def test_every_belief_stands_there_once_under_its_verdict(journey: JourneyMap) -> None:
    pain = next(card for card in journey.cards if card.lane == "pain_point" and card.people > 1)
    found, belief = compared(journey, journey.quotes(pain)[0].quote, "Roses zwieback")
    text = printed(render_beliefs(found, belief, journey), 100)
    say = talk("beliefs", journey.language)
    assert text.count("Roses zwieback") == 1
    assert say.say("heading") in text
    assert say.say("unheard", n=1) in text
    assert say.say("says") in text


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("name", MAPS)
def test_no_line_is_wider_than_the_terminal_and_none_commands_it(name: str, width: int) -> None:
    journey = MAPS[name]()
    found, belief = compared(journey, *ATTACKS)
    lines = render_beliefs(found, belief, journey).lines(width)
    assert all(line.cell_len <= width for line in lines)
    assert all(line.plain.isprintable() for line in lines)


@pytest.mark.parametrize(("language", "journey"), [("en", english_map()), ("es", spanish_map())])
def test_what_is_to_be_checked_stands_apart_and_is_not_said_for_certain(
    language: str, journey: JourneyMap
) -> None:
    pain = next(card for card in journey.cards if card.lane == "pain_point" and card.people > 1)
    found, belief = compared(journey, journey.quotes(pain)[0].quote)
    (item,) = found.held
    unsure = tuple(replace(witness, likeness=0.4) for witness in (*item.witnesses, *item.elsewhere))
    doubtful = replace(found, held=(replace(item, verdict="to_check", witnesses=unsure, elsewhere=()),))
    text = printed(render_beliefs(doubtful, belief, journey), 200)
    say = talk("beliefs", language)
    assert say.say("to_check", n=1) in text
    assert say.say("to_check_note") in text
    assert say.say("may_say") in text
    assert say.say("says") not in text.replace(say.say("may_say"), "")
