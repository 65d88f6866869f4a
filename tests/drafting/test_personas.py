import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.drafting.material import FRAME, Said, document, draw, prove, seen, vectors

from journeyai.drafting import personas
from journeyai.drafting.grounding import Point, ground
from journeyai.drafting.personas import LEAST_POINTS, Group, find_groups, proposed_groups
from journeyai.engines.engine import Frame, Voice
from journeyai.engines.scripted import ScriptedEngine
from journeyai.model.aliases import Vectors
from journeyai.model.observation import Observation
from journeyai.model.source import Document

SHOPPERS = [
    "shop assistant helped",
    "shop shelf empty",
    "shop queue till",
    "shop parking full",
    "shop window nice",
]
CALLERS = ["phone line busy", "phone menu endless", "phone agent rude", "phone music loud", "phone cut off"]


def voice(name: str, sentences: list[str]) -> Document:
    return document(f"{name}.md", Said(name, [f"{text}, I say." for text in sentences]))


def observed(item: Document, stage: int) -> list[Observation]:
    return [seen(item, u.number, "pain_point", stage, -1) for u in item.utterances]


def study() -> tuple[list[Document], list[Observation]]:
    """Return four who shop and three who phone."""
    shoppers = [voice(f"shop{n}", [*SHOPPERS[n:], *SHOPPERS[:n]][:4]) for n in range(4)]
    callers = [voice(f"call{n}", [*CALLERS[n:], *CALLERS[:n]][:4]) for n in range(3)]
    observations = [seen for item in shoppers for seen in observed(item, 1)]
    observations += [seen for item in callers for seen in observed(item, 2)]
    return [*shoppers, *callers], observations


def points_of(documents: list[Document], observations: list[Observation]) -> list[Point]:
    return list(ground(observations, {item.key: item for item in documents}).points)


def people(groups: list[Group]) -> list[list[str]]:
    return [[person.partition(".")[0] for person in group.people] for group in groups]


def test_people_are_grouped_by_what_they_tell() -> None:
    documents, observations = study()
    groups = find_groups(points_of(documents, observations), documents, vectors, 3)
    assert people(groups) == [["shop0", "shop1", "shop2", "shop3"], ["call0", "call1", "call2"]]
    assert "shop" in groups[0].keywords
    assert "phone" in groups[1].keywords
    assert not set(groups[0].keywords) & set(groups[1].keywords)


def test_groups_do_not_depend_on_the_order_of_points_or_documents() -> None:
    documents, observations = study()
    points = points_of(documents, observations)
    expected = find_groups(points, documents, vectors, 3)
    for seed in range(5):
        shuffled = random.Random(seed)
        shuffled.shuffle(points)
        shuffled.shuffle(documents)
        assert people(find_groups(points, documents, vectors, 3)) == people(expected)


@pytest.mark.parametrize("most", [2, 3, 5, 12])
def test_there_are_never_more_groups_than_asked_for(most: int) -> None:
    documents, observations = study()
    groups = find_groups(points_of(documents, observations), documents, vectors, most)
    assert len(groups) <= most
    everybody = [person for group in groups for person in group.people]
    assert len(everybody) == len(set(everybody))
    assert all(len(group.people) >= 2 for group in groups)


def test_none_asked_for_gives_none_and_one_gives_one() -> None:
    documents, observations = study()
    points = points_of(documents, observations)
    assert find_groups(points, documents, vectors, 0) == []
    assert people(find_groups(points, documents, vectors, 1)) == [
        ["call0", "call1", "call2", "shop0", "shop1", "shop2", "shop3"]
    ]


@pytest.mark.parametrize(
    ("tellers", "groups"),
    [
        pytest.param(0, [], id="nobody"),
        pytest.param(1, [], id="one"),
        pytest.param(2, [["shop0", "shop1"]], id="two"),
        pytest.param(3, [["shop0", "shop1", "shop2"]], id="three"),
    ],
)
def test_too_few_people_are_one_group_or_none(tellers: int, groups: list[list[str]]) -> None:
    documents = [voice(f"shop{n}", SHOPPERS[:LEAST_POINTS]) for n in range(tellers)]
    observations = [seen for item in documents for seen in observed(item, 1)]
    assert people(find_groups(points_of(documents, observations), documents, vectors, 3)) == groups


def with_one_more(shops: list[str], calls: list[str]) -> list[list[str]]:
    """Return the groups when somebody else says a little, of both matters or of one."""
    documents, observations = study()
    brief = voice("brief", [*shops, *calls])
    documents.append(brief)
    seen_of = [
        seen(brief, u.number, "pain_point", 1 if n < len(shops) else 2, -1)
        for n, u in enumerate(brief.utterances)
    ]
    return people(find_groups(points_of(documents, [*observations, *seen_of]), documents, vectors, 2))


def test_one_clear_word_is_enough_to_join_a_group() -> None:
    (home,) = [group for group in with_one_more(SHOPPERS[:1], []) if "brief" in group]
    assert {"shop0", "shop1"} <= set(home)


def test_who_is_hardly_likelier_to_one_group_than_to_the_next_stays_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(personas, "LEAST_LEAD", 1.5)
    groups = with_one_more(["shop shelf empty"], ["phone line busy"])
    assert not any("brief" in group for group in groups)


def by_topic(texts: Sequence[str]) -> Vectors:
    """Return vectors that know two topics and nothing else."""
    rows = np.array([("shop" in text, "phone" in text) for text in texts], dtype=np.float32) + 0.001
    out: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return out


def test_who_stands_between_the_groups_stays_out_and_who_leans_joins() -> None:
    documents, observations = study()
    documents.append(voice("call3", CALLERS[:4]))
    observations += observed(documents[-1], 2)
    between = voice("between", ["shop queue till", "phone menu endless"])
    leaning = voice("leaning", ["phone line busy", "phone agent rude"])
    looking = voice("looking", ["shop queue till", "shop window nice"])
    documents += [between, leaning, looking]
    observations += observed(between, 1)[:1] + observed(between, 2)[1:]
    observations += observed(leaning, 2) + observed(looking, 1)
    groups = find_groups(points_of(documents, observations), documents, by_topic, 2)
    assert people(groups) == [
        ["call0", "call1", "call2", "call3", "leaning"],
        ["looking", "shop0", "shop1", "shop2", "shop3"],
    ]


def test_people_who_all_say_the_same_do_not_break_the_grouping() -> None:
    documents = [voice(f"same{n}", SHOPPERS[:4]) for n in range(6)]
    observations = [seen for item in documents for seen in observed(item, 1)]
    groups = find_groups(points_of(documents, observations), documents, vectors, 3)
    assert sum(len(group.people) for group in groups) <= 6


def test_staff_are_in_no_group() -> None:
    agents = [
        document(f"chat{n}.txt", Said("Agent", ["Van.", "Box.", "Till.", "Line."], role="agent"), kind="chat")
        for n in range(5)
    ]
    observations = [seen(item, n, "touchpoint") for item in agents for n in range(4)]
    assert find_groups(points_of(agents, observations), agents, vectors, 3) == []


def test_a_persona_on_the_map_says_who_belongs_to_it_and_quotes_them_only() -> None:
    documents, observations = study()
    journey = draw(documents, observations, personas=3).journey
    assert [len(persona.members) for persona in journey.personas] == [4, 3]
    assert not any(persona.confirmed for persona in journey.personas)
    by_id = {item.id: item for item in journey.evidence}
    for persona in journey.personas:
        members = {(member.source, member.speaker) for member in persona.members}
        assert {(by_id[id_].source, by_id[id_].speaker) for id_ in persona.evidence} <= members
        quotes = {" ".join(item.quote.split()) for item in journey.evidence}
        assert {*persona.empathy.says, *persona.empathy.feels} <= quotes
    for card in journey.cards:
        assert set(card.personas) <= {"p1", "p2"}
    assert prove(journey, documents).proved


def test_two_files_of_one_person_count_as_one() -> None:
    documents, observations = study()
    again = replace(
        voice("again", CALLERS[:4]),
        turns=tuple(replace(turn, person="call0.md#|call0") for turn in voice("again", CALLERS[:4]).turns),
    )
    observations += observed(again, 2)
    groups = find_groups(points_of([*documents, again], observations), [*documents, again], vectors, 3)
    assert people(groups) == [["shop0", "shop1", "shop2", "shop3"], ["call0", "call1", "call2"]]


# Groups that an engine proposes


class Grouping(ScriptedEngine):
    """Groups people as it is told to, and remembers what it was shown."""

    def __init__(self, groups: Sequence[Sequence[int]] | None) -> None:
        super().__init__({})
        self.groups = groups
        self.shown: list[Voice] = []
        self.most = 0

    def group_people(
        self, voices: Sequence[Voice], most: int, frame: Frame
    ) -> Sequence[Sequence[int]] | None:
        self.shown += voices
        self.most = most
        return self.groups


def proposed(groups: Sequence[Sequence[int]] | None, most: int = 3) -> list[list[str]] | None:
    found = proposed_groups(points_of(*study()), FRAME, Grouping(groups), most)
    return None if found is None else people(found)


def test_an_engine_is_shown_what_each_person_says_in_its_own_words_and_no_quotes() -> None:
    talk = document("b.md", Said("B", ["Late.", "Kind.", "The van came."]))
    note = document("a.md", Said("A", ["Late, too."]), Said("Agent", ["We moved."], role="agent"))
    told = [
        replace(seen(talk, 0, "pain_point"), gist="comes late"),
        seen(talk, 1, "delight"),
        replace(seen(talk, 2, "touchpoint"), gist="van"),
        replace(seen(note, 0, "pain_point"), gist="is late"),
        replace(seen(note, 1, "back_stage"), gist="has moved"),
    ]
    engine = Grouping([[0, 1]])
    (group,) = proposed_groups(points_of([talk, note], told), FRAME, engine, 4) or []
    assert engine.shown == [
        Voice((("pain_point", "is late"),)),
        Voice((("pain_point", "comes late"), ("delight", ""))),
    ]
    assert engine.most == 4
    assert group.people == ("a.md#|A", "b.md#|B")


def test_groups_are_taken_largest_first_with_the_words_that_tell_them_apart() -> None:
    groups = proposed_groups(points_of(*study()), FRAME, Grouping([[2, 0], [6, 4, 5, 3]]), 3)
    assert groups is not None
    assert people(groups) == [["shop0", "shop1", "shop2", "shop3"], ["call0", "call2"]]
    assert "shop" in groups[0].keywords
    assert "phone" in groups[1].keywords


@pytest.mark.parametrize(
    ("groups", "kept"),
    [
        pytest.param([[0, 1], [1, 2, 3]], [["call0", "call1"], ["call2", "shop0"]], id="somebody in two"),
        pytest.param([[0, 1], [1, 2]], [["call0", "call1"]], id="one is left of the second"),
        pytest.param([[0, 0, 0]], [], id="one person three times"),
        pytest.param([[0], [1], [2], [3, 4]], [["shop0", "shop1"]], id="groups of one"),
        pytest.param([[-1, 0, 7, 99], [1, 2]], [["call1", "call2"]], id="people who are not there"),
        pytest.param([], [], id="none"),
        pytest.param([[]], [], id="an empty one"),
        pytest.param(None, None, id="left to plain code"),
    ],
)
def test_nobody_is_in_two_groups_and_none_is_of_one(
    groups: Sequence[Sequence[int]] | None, kept: list[list[str]] | None
) -> None:
    assert proposed(groups) == kept


def test_there_are_no_more_proposed_groups_than_asked_for() -> None:
    assert proposed([[0, 1], [2, 3], [4, 5]], most=2) == [["call0", "call1"], ["call2", "shop0"]]


def test_an_engine_is_not_asked_when_no_personas_are_wanted_or_nobody_is_there_to_group() -> None:
    engine = Grouping([[0, 1]])
    documents, observations = study()
    assert proposed_groups(points_of(documents, observations), FRAME, engine, 0) is None
    assert proposed_groups(points_of(documents[:1], observations[:4]), FRAME, engine, 3) is None
    assert proposed_groups([], FRAME, engine, 3) is None
    assert engine.shown == []
