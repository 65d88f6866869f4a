"""A visit told in numbered steps: the acceptance of the `storyline` method."""

from pathlib import Path

import pytest

from journeyai.app import Study
from journeyai.model.journey import JourneyMap

STEPS = [
    "I saw the painted sign of the tea shop from the tram.",
    "I crossed the street and looked into the window.",
    "I went in.",
    "A woman behind the counter said good morning and smiled.",
    "I wandered past the shelves and could not find the green teas.",
    "She came over and asked what I usually drink.",
    "She let me smell four tins, and I loved the smoky one.",
    "The price on the tin was smaller print than my eyes can read.",
    "I stood in the queue for ten minutes because the card reader had failed.",
    "I paid in cash.",
    "She wrapped the tin in blue paper and put a sample in the bag.",
    "At home the tea was even better than in the shop.",
    "I recommended the shop to my sister.",
    "A week later I got an e-mail with brewing tips.",
    "I used the discount code in it for my second tin.",
]
INTERVIEW = """Moderator: How do you buy tea?
P1: I usually buy it online. The delivery was late twice and nobody answered my e-mails.
Moderator: And the shop?
P1: The shop is lovely, the woman there really helped me choose.
"""


def draw(tmp_path: Path, template: str, text: str, *, beside: bool = False) -> tuple[Study, JourneyMap]:
    study = Study.create(tmp_path / "s", template=template, language="en")
    (study.folder.sources / "visit.txt").write_text(text, encoding="utf-8")
    if beside:
        (study.folder.sources / "int-1.txt").write_text(INTERVIEW, encoding="utf-8")
    return study, study.draft()


def numbered(mark: str = "{}. ") -> str:
    return "".join(mark.format(n) + step + "\n" for n, step in enumerate(STEPS, 1))


def shown(journey: JourneyMap) -> list[str]:
    """Return the words of the touchpoint cards told in the story, in the order they are shown."""
    order = {stage.id: stage.order for stage in journey.stages}
    cards = [card for card in journey.cards if card.lane == "touchpoint"]
    cards.sort(key=lambda card: order[card.stage])
    return [
        " ".join(quote.quote for quote in journey.quotes(card))
        for card in cards
        if any(quote.source == "visit.txt" for quote in journey.quotes(card))
    ]


@pytest.mark.parametrize("template", ["storyline", "cx-lifecycle"])
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside-an-interview"])
def test_every_step_of_a_told_visit_is_a_touchpoint_in_the_told_order(
    tmp_path: Path, template: str, beside: bool
) -> None:
    study, journey = draw(tmp_path, template, numbered(), beside=beside)
    assert shown(journey) == STEPS
    assert study.verify().findings == ()
    assert study.draft() == journey


@pytest.mark.parametrize(
    "mark", ["{}) ", "Step {}: ", "Paso {}. ", "**{}.** "], ids=["bracket", "step", "paso", "bold"]
)
def test_the_steps_may_be_numbered_in_any_usual_way(tmp_path: Path, mark: str) -> None:
    _, journey = draw(tmp_path, "storyline", numbered(mark))
    assert shown(journey) == STEPS


def test_each_step_is_a_stage_of_the_storyline_with_its_feeling(tmp_path: Path) -> None:
    _, journey = draw(tmp_path, "storyline", numbered())
    assert [stage.id for stage in journey.stages] == [f"step-{n}" for n in range(1, 16)]
    touchpoints = [card for card in journey.cards if card.lane == "touchpoint"]
    assert [card.stage for card in touchpoints] == [stage.id for stage in journey.stages]
    felt = {stage.id: stage.valence for stage in journey.stages if stage.valence is not None}
    assert len(felt) == 15
    # What was loved in the shop, or what was even better at home.
    assert max(felt, key=lambda id_: felt[id_]) in {"step-7", "step-12"}


def test_an_accepted_step_stays_in_its_place(tmp_path: Path) -> None:
    study, journey = draw(tmp_path, "cx-lifecycle", numbered())
    ninth = next(
        c for c in journey.cards if c.lane == "touchpoint" and journey.quotes(c)[0].quote == STEPS[8]
    )
    kept = journey.model_copy(
        update={
            "cards": tuple(
                c.model_copy(update={"status": "accepted"}) if c == ninth else c for c in journey.cards
            )
        }
    )
    study.folder.write_map(kept)
    assert study.draft() == kept


def test_the_storyline_without_a_story_still_draws_a_map(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", template="storyline", language="en")
    (study.folder.sources / "int-1.txt").write_text(INTERVIEW, encoding="utf-8")
    journey = study.draft()
    assert journey.stages
    assert journey.cards
    assert study.verify().proved
