"""Each control is held by an honest drafter, and broken by one that cheats in the way it is there to catch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from journeyai import Study
from journeyai.engines.engine import Engine, EngineMaker, Frame
from journeyai.engines.scripted import ScriptedEngine
from journeyai.evaluation.gold import read_documents
from journeyai.evaluation.planted import Material, changes, compose, load_material
from journeyai.evaluation.planted.bench import Bench, Tally, planted_folder, set_up
from journeyai.evaluation.task import Drafted, Workplace
from journeyai.evaluation.tasks import controls
from journeyai.evaluation.tasks.controls import CONTROLS
from journeyai.model.aliases import Progress, VectorSource
from journeyai.model.journey import JourneyMap, Member, Persona
from journeyai.model.observation import Observation
from journeyai.model.source import Document, Utterance
from journeyai.resources import folder

DATA = Path(str(folder("evals").joinpath("data")))

Lie = Callable[[Drafted, str], JourneyMap]


class Listener(ScriptedEngine):
    """Knows every wording by heart, and hears it from customers alone: what a perfect engine would observe."""

    def __init__(self, material: Material) -> None:
        super().__init__({})
        self._themes = [theme for trade in material.trades for theme in trade.themes]

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        stages = [stage.id for stage in frame.stages]
        for document in documents:
            for utterance in document.utterances:
                if document.turn_of(utterance).role == "customer":
                    yield from self._heard(document, utterance, stages)

    def _heard(self, document: Document, utterance: Utterance, stages: list[str]) -> Iterator[Observation]:
        for theme in self._themes:
            if any(" ".join(utterance.text.split()) in wording for wording in theme.wordings):
                weights = tuple(float(stage == theme.stage) for stage in stages)
                yield Observation(
                    document.key, (utterance.number,), theme.lane, weights, theme.valence, theme.emotion,  # type: ignore[arg-type]
                    theme.channel, 0.95,  # type: ignore[arg-type]
                )  # fmt: skip
                return


def listening(material: Material) -> EngineMaker:
    def make(vectors: VectorSource) -> Engine:
        return Listener(material)

    return make


@dataclass
class Honest:
    """Drafts each corpus once, and tells the truth unless *lie* is set."""

    studies: Path
    kept: dict[str, Drafted] = field(default_factory=dict)
    lie: Lie | None = None

    def __call__(self, sources: Path, language: str, *, name: str) -> Drafted:
        if name not in self.kept:
            study = Study.create(self.studies / name, language=language, sources=sources)
            material = load_material(Path(str(folder("evals").joinpath("planted"))), language)
            journey = study.draft(engine=listening(material))
            self.kept[name] = Drafted(journey, tuple(read_documents(sources)), 0.1)
        told = self.kept[name]
        return Drafted(self.lie(told, name), told.documents, told.seconds) if self.lie else told


@dataclass(frozen=True)
class Set:
    drafter: Honest
    bench: Bench

    def figures(self, subject: str, lie: Lie | None = None) -> dict[str, float | None]:
        """Run a control with a drafter that lies about all but the unchanged corpus."""
        control, names = CONTROLS[subject]
        tally = Tally(names)
        self.drafter.lie = lie
        try:
            control(self.bench, tally)
        finally:
            self.drafter.lie = None
        return {figure.name: figure.value for figure in tally.row(subject).figures}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Set:
    root = tmp_path_factory.mktemp("controls")
    (root / "scratch").mkdir()
    drafter = Honest(root / "studies")
    work = Workplace(
        data=DATA, outside=None, scratch=root / "scratch", draft=drafter, seed=5, say=lambda text: None
    )
    return Set(drafter, set_up(work, "en", 0, people=12, files=7))


#: What an engine that hears everything cannot help: clusters, personas and copies are the drafting's.
LEFT_TO_DRAFTING = {
    "others.stay",
    "people.unmoved",
    "crowd.one_persona",
    "rivals.no_persona",
    "false.refused",
    "people.not_doubled",
    "known.interview",
    "known.tickets",
    "known.chat",
    "known.captions",
}


@pytest.mark.parametrize("subject", CONTROLS)
def test_an_honest_drafter_holds_the_control(planted: Set, subject: str) -> None:
    found = planted.figures(subject)
    assert list(found) == list(CONTROLS[subject][1])
    held = {name: value for name, value in found.items() if name not in LEFT_TO_DRAFTING}
    assert held == dict.fromkeys(held, 1.0)


def stale(base: JourneyMap) -> Lie:
    """The map of the unchanged corpus, whatever the sources."""
    return lambda told, name: base


def test_a_stale_map_is_seen_when_passages_are_removed(planted: Set) -> None:
    lie = stale(planted.bench.base.drafted.journey)
    assert planted.figures("passages of a theme removed", lie)["gone"] == 0


def test_a_stale_map_is_seen_when_others_alone_speak(planted: Set) -> None:
    lie = stale(planted.bench.base.drafted.journey)
    assert planted.figures("said by interviewers and agents", lie)["no.card"] == 0


def test_titles_of_what_nobody_says_any_more_are_seen(planted: Set) -> None:
    """Quotes may be honest and the title not: a model may remember."""
    remembered = " ".join(text for theme in planted.bench.script.known for text in theme.wordings)

    def lie(told: Drafted, name: str) -> JourneyMap:
        cards = tuple(card.model_copy(update={"title": remembered}) for card in told.journey.cards)
        return told.journey.model_copy(update={"cards": cards})

    assert planted.figures("passages of a theme removed", lie)["gone"] == 0


def test_another_company_s_map_is_seen(planted: Set) -> None:
    bench = planted.bench
    script = compose(bench.material, bench.other.id, seed=1, people=12, files=7)
    other = bench.draw(script, "other-company")
    swapped = Bench(bench.work, bench.material, bench.trade, bench.other, bench.seed, other)
    tally = Tally(CONTROLS["another company's themes"][1])
    controls.foreign(swapped, tally)
    found = {figure.name: figure.value for figure in tally.row("").figures}
    assert found["absent"] is not None
    assert found["absent"] < 0.5


def test_a_quote_in_the_wrong_mouth_is_seen(planted: Set) -> None:
    def lie(told: Drafted, name: str) -> JourneyMap:
        evidence = tuple(item.model_copy(update={"speaker": "Nobody"}) for item in told.journey.evidence)
        return told.journey.model_copy(update={"evidence": evidence})

    found = planted.figures("the wrong file or mouth", lie)
    assert (found["all.attributed"], found["honest.proved"], found["false.refused"]) == (0, 0, 1)


def test_of_false_maps_only_the_known_kind_is_taken_for_true(planted: Set) -> None:
    tally = Tally(CONTROLS["the wrong file or mouth"][1])
    controls.misplaced(planted.bench, tally)
    notes = tally.row("").notes
    assert {note.rsplit(": ", 1)[1] for note in notes} <= {"one quote under two numbers."}


def with_persona(*members: Member, summary: str = "") -> Lie:
    persona = Persona(id="p9", name="New", summary=summary, members=members)
    return lambda told, name: told.journey.model_copy(update={"personas": (persona,)})


def test_an_agent_in_a_persona_is_seen(planted: Set) -> None:
    lie = with_persona(Member(source="chat/chat-01.txt", speaker="Agent Marlow"))
    assert planted.figures("decoy personas", lie)["members.customers"] == 0


def test_a_persona_described_by_hearsay_is_seen(planted: Set) -> None:
    decoy = planted.bench.trade.personas[2]
    lie = with_persona(summary=decoy.told.others[0])
    assert planted.figures("decoy personas", lie)["retold.not_described"] == 0


def test_a_persona_of_another_company_s_customers_is_seen(planted: Set) -> None:
    lie = with_persona(Member(source=changes.RIVAL_SOURCE, speaker="R9001"))
    assert planted.figures("decoy personas", lie)["rivals.no_persona"] == 0


def test_personas_that_multiply_are_seen(planted: Set) -> None:
    def lie(told: Drafted, name: str) -> JourneyMap:
        two = (Persona(id="p1", name="One"), Persona(id="p2", name="Two"))
        return told.journey.model_copy(update={"personas": two})

    assert planted.figures("decoy personas", lie)["crowd.one_persona"] == 0


def test_mentions_counted_as_people_are_seen(planted: Set) -> None:
    def lie(told: Drafted, name: str) -> JourneyMap:
        cards = tuple(card.model_copy(update={"people": card.mentions + 1}) for card in told.journey.cards)
        return told.journey.model_copy(update={"cards": cards})

    found = planted.figures("one talkative speaker", lie)
    assert found["counted.once"] == 0
    assert planted.figures("every file twice", lie)["people.not_doubled"] == 0


def test_a_map_that_hangs_on_the_order_is_seen(planted: Set) -> None:
    def lie(told: Drafted, name: str) -> JourneyMap:
        return told.journey.model_copy(update={"cards": told.journey.cards[::-1][1:]})

    found = planted.figures("order of the files", lie)
    assert found["same.map"] == 0
    assert found["renamed.same_cards"] is not None
    assert found["renamed.same_cards"] < 1


def test_agents_words_as_evidence_are_seen(planted: Set) -> None:
    def lie(told: Drafted, name: str) -> JourneyMap:
        evidence = tuple(item.model_copy(update={"role": "agent"}) for item in told.journey.evidence)
        return told.journey.model_copy(update={"evidence": evidence})

    assert planted.figures("said by interviewers and agents", lie)["customers.only"] == 0


def test_a_figure_without_a_trial_has_no_value() -> None:
    row = Tally(["gone", "others.stay"]).row("nothing")
    assert [(figure.value, figure.n) for figure in row.figures] == [(None, 0), (None, 0)]
    assert row.notes == ()


def test_many_misses_are_told_by_a_few() -> None:
    tally = Tally(["gone"])
    for number in range(9):
        tally.add("gone", number == 8, f"theme {number}.")
    row = tally.row("removed")
    assert row.figures[0].value == pytest.approx(1 / 9)
    assert row.notes == (
        "gone: theme 0.",
        "gone: theme 1.",
        "gone: theme 2.",
        "gone: theme 3.",
        "gone: and 4 more like these.",
    )


def test_the_material_is_found_beside_the_corpora_and_where_it_ships(tmp_path: Path, planted: Set) -> None:
    work = planted.bench.work
    elsewhere = Workplace(tmp_path, None, work.scratch, work.draft, 1, work.say)
    assert (planted_folder(work) / "en.yaml").is_file()
    assert (planted_folder(elsewhere) / "es.yaml").is_file()
