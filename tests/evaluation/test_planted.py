from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeyai.errors import ResourceError, SettingsError
from journeyai.evaluation.gold import SCORED_LANES, load, problems, read_documents
from journeyai.evaluation.planted import Material, Script, changes, compose, load_material, plant, write
from journeyai.evaluation.planted.files import spoken, truth
from journeyai.evaluation.planted.script import FORMS, STAGES, Saying
from journeyai.evaluation.planted.traces import character_traces, theme_traces
from journeyai.model.vocabulary import CHANNELS, EMOTIONS
from journeyai.resources import folder

PLANTED = Path(str(folder("evals").joinpath("planted")))
LANGUAGES = ("en", "es")
TRADES = [(language, trade) for language in LANGUAGES for trade in (0, 1)]


def material(language: str) -> Material:
    return load_material(PLANTED, language)


def script(language: str = "en", trade: int = 0, seed: int = 1, people: int = 10, files: int = 7) -> Script:
    held = material(language)
    return compose(held, held.trades[trade].id, seed=seed, people=people, files=files)


def customers_words(made: Script) -> list[str]:
    return [
        saying.text for _, talk in made.talks() for line, saying in talk.said() if line.role == "customer"
    ]


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


# The material


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_enough_material_by_hand(language: str) -> None:
    held = material(language)
    assert held.language == language
    assert len(held.trades) == 2
    assert len(set(held.filler)) >= 60
    for trade in held.trades:
        assert len(trade.themes) >= 10
        assert len(trade.personas) == 3
        assert {theme.lane for theme in trade.themes} == set(SCORED_LANES)
        assert all(len(theme.wordings) >= 8 for theme in trade.themes)
        assert all(len(character.situation) >= 6 for character in trade.personas)


@pytest.mark.parametrize(("language", "trade"), TRADES)
def test_labels_are_of_the_closed_sets(language: str, trade: int) -> None:
    chosen = material(language).trades[trade]
    ids = {theme.id for theme in chosen.themes}
    assert len(ids) == len(chosen.themes)
    for theme in chosen.themes:
        assert theme.stage in STAGES
        assert theme.emotion in EMOTIONS
        assert theme.channel in (*CHANNELS, None)
        assert theme.valence in range(-2, 3)
        assert (theme.severity in (1, 2, 3)) == (theme.lane == "pain_point")
        assert {"pain_point": theme.valence < 0, "delight": theme.valence > 0}.get(theme.lane, True)
    for character in chosen.personas:
        assert set(character.prefers) <= ids
        assert len(set(character.prefers)) == len(character.prefers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_stands_twice_or_inside_another(language: str) -> None:
    held = material(language)
    texts = [*held.filler, *held.questions, *held.answers]
    for trade in held.trades:
        texts += [text for theme in trade.themes for text in theme.wordings]
        texts += [
            text for theme in trade.themes for text in (theme.prompted.agent, theme.prompted.interviewer)
        ]
        for character in trade.personas:
            told = character.told
            texts += [*character.situation, *told.agent, *told.others, *told.rival]
    inside = [(one, other) for one, other in combinations(texts, 2) if one in other or other in one]
    assert inside == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wording_is_known_by_its_own_theme_alone(language: str) -> None:
    traces = theme_traces(material(language))
    heard = {
        text: [id_ for id_, trace in traces.items() if trace.in_quote(text)]
        for trade in material(language).trades
        for theme in trade.themes
        for text in theme.wordings
    }
    truth_ = {
        text: [theme.id]
        for trade in material(language).trades
        for theme in trade.themes
        for text in theme.wordings
    }
    assert heard == truth_


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_else_speaks_of_a_theme(language: str) -> None:
    held = material(language)
    texts = [*held.filler, *held.questions, *held.answers, *held.titles]
    for trade in held.trades:
        for character in trade.personas:
            texts += [*character.situation, *character.told.agent, *character.told.others]
    traces = theme_traces(held)
    assert [
        (id_, text)
        for text in texts
        for id_, trace in traces.items()
        if trace.in_text(text) or trace.in_quote(text)
    ] == []


@pytest.mark.parametrize(("language", "trade"), TRADES)
def test_what_is_told_of_a_persona_gives_it_away_and_no_other(language: str, trade: int) -> None:
    held = material(language)
    personas = held.trades[trade].personas
    for character in personas:
        traces = character_traces(held, character)
        assert all(traces.in_quote(text) for text in character.told.others)
        others = [text for other in personas if other != character for text in other.situation]
        assert [text for text in others if traces.in_text(text) or traces.in_quote(text)] == []


def test_missing_material_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"`fr\.yaml` cannot be used"):
        load_material(tmp_path, "fr")


def test_material_of_another_shape_is_told(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("language: en\nfiller: 3\n", encoding="utf-8")
    with pytest.raises(ResourceError, match=r"`en\.yaml` cannot be used"):
        load_material(tmp_path, "en")


# Composing and writing


@pytest.mark.parametrize(("language", "trade"), TRADES)
def test_a_large_corpus_is_sound_by_the_checker(language: str, trade: int, tmp_path: Path) -> None:
    held = material(language)
    corpus = plant(tmp_path / "c", held, held.trades[trade].id, seed=3, people=64, files=21)
    assert problems(corpus.gold, read_documents(corpus.sources)) == []
    assert load(corpus.folder) == corpus.gold


def test_the_same_seed_gives_the_same_bytes_in_whatever_order_files_are_made(tmp_path: Path) -> None:
    first = write(script(), tmp_path / "one")
    write(script(), tmp_path / "two", range(6, -1, -1))
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert len(bytes_of(first.sources)) == 7


def test_another_seed_gives_another_corpus(tmp_path: Path) -> None:
    write(script(seed=1), tmp_path / "one")
    write(script(seed=2), tmp_path / "two")
    assert bytes_of(tmp_path / "one") != bytes_of(tmp_path / "two")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    files=st.integers(1, 16),
    more=st.integers(0, 30),
    themes=st.integers(1, 12),
    trade=st.sampled_from(TRADES),
)
def test_whatever_is_composed_its_labels_stand_once_in_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    files: int,
    more: int,
    themes: int,
    trade: tuple[str, int],
) -> None:
    held = material(trade[0])
    corpus = plant(
        tmp_path_factory.mktemp("planted") / "c",
        held,
        held.trades[trade[1]].id,
        seed=seed,
        people=files + more,
        files=files,
        themes=themes,
    )
    documents = read_documents(corpus.sources)
    told = problems(corpus.gold, documents)
    assert [problem for problem in told if "a corpus has at least" not in problem] in (
        [],
        ["c: there are no themes."],
    )
    assert {document.key for document in documents} == {
        (file.source, talk.record) for file, talk in corpus.script.talks()
    }
    assert len({segment.theme for segment in corpus.gold.segments} - {None}) <= themes


def test_people_and_files_are_as_many_as_asked_for() -> None:
    made = script(people=20, files=9)
    assert [file.form for file in made.files] == [FORMS[number % len(FORMS)] for number in range(9)]
    speakers = [(file.source, talk.speaker) for file, talk in made.talks()]
    assert len(set(speakers)) == len(speakers) == 20


def test_people_speak_most_of_their_persona_s_own_themes() -> None:
    made = script(people=60, files=14)
    prefers = {character.id: character.prefers for character in made.characters}
    own = Counter(
        saying.theme in prefers[talk.persona or ""]
        for _, talk in made.talks()
        for _, saying in talk.said()
        if saying.theme
    )
    assert own[True] > own[False]


def test_only_the_personas_asked_for_are_there() -> None:
    held = material("en")
    made = compose(held, "gym", seed=1, people=9, files=5, personas=["lifter"])
    assert {talk.persona for _, talk in made.talks()} == {"lifter"}


def test_a_theme_told_once_is_a_one_off() -> None:
    made = compose(material("en"), "gym", seed=1, people=1, files=1)
    gold = truth(made, "c")
    assert gold.themes == ()
    assert [segment.theme for segment in gold.segments] == [None, None]


@pytest.mark.parametrize(
    ("trade", "people", "files", "sentence"),
    [
        ("zoo", 5, 3, "There is no trade `zoo`"),
        ("gym", 2, 3, "2 people do not fill 3 files"),
        ("gym", 2, 0, "2 people do not fill 0 files"),
    ],
    ids=["unknown trade", "too few people", "no files"],
)
def test_what_cannot_be_planted_is_told(trade: str, people: int, files: int, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        compose(material("en"), trade, seed=1, people=people, files=files)


def test_a_saying_without_a_full_stop_gets_one_before_the_next() -> None:
    assert spoken([Saying("so much plastic"), Saying("Anyway!"), Saying("no end")]) == (
        "so much plastic. Anyway! no end"
    )


# Changes


def test_removed_themes_are_in_nobody_s_mouth_and_the_rest_stays() -> None:
    made = script()
    themes = {saying.theme for _, talk in made.talks() for _, saying in talk.said() if saying.theme}
    gone = sorted(theme for theme in themes if theme)[:2]
    after = changes.without(made, gone)
    kept = [
        saying.text
        for _, talk in made.talks()
        for line, saying in talk.said()
        if line.role == "customer" and saying.theme not in gone
    ]
    assert customers_words(after) == kept


def test_prompted_themes_are_told_by_others_alone() -> None:
    made = script(people=40, files=28)
    themes = [theme.id for theme in made.known[:3]]
    after = changes.prompted(made, themes)
    heard = [
        (line.role, saying.theme, saying.text) for _, talk in after.talks() for line, saying in talk.said()
    ]
    assert {role for role, theme, _ in heard if theme in themes} == {"researcher", "agent"}
    texts = {text for _, _, text in heard}
    for theme in made.known[:3]:
        assert {theme.prompted.agent, theme.prompted.interviewer, *theme.wordings} <= texts
        assert set(theme.wordings).isdisjoint(customers_words(after))


def test_a_talkative_speaker_says_more_in_words_nobody_used() -> None:
    made = script()
    source = "interview/interview-01.md"
    after = changes.talkative(made, source)
    before, now = customers_words(made), customers_words(after)
    added = Counter(now) - Counter(before)
    assert added
    assert set(added).isdisjoint(before)
    assert [file for file in after.files if file.source != source] == [
        file for file in made.files if file.source != source
    ]


def test_twins_stand_where_they_are_said_to() -> None:
    after, made = changes.twins(script(people=24, files=14), 1, 4)
    assert len(made) == 4
    for twin in made:
        for key, speakers in twin.said.items():
            talk = after.document(key)
            assert talk is not None
            heard = [
                talk.speaker if line.role == "customer" else talk.other
                for line, saying in talk.said()
                if saying.text == twin.text
            ]
            assert tuple(heard) == speakers


def test_a_decoy_is_told_by_agents_and_of_others_but_by_nobody_of_themselves() -> None:
    held = material("en")
    decoy = held.trades[0].personas[2]
    made = compose(held, "mealbox", seed=1, people=12, files=8, personas=["solo", "family"])
    after = changes.retold(made, decoy)
    heard = {(line.role, saying.text) for _, talk in after.talks() for line, saying in talk.said()}
    added = heard - {(line.role, saying.text) for _, talk in made.talks() for line, saying in talk.said()}
    assert added == {
        *(("agent", text) for text in decoy.told.agent),
        *(("customer", text) for text in decoy.told.others),
    }


def test_rivals_speak_of_the_other_trade_and_carry_no_label() -> None:
    held = material("en")
    made = script()
    after = changes.with_rivals(made, held.trades[0].personas[2], held.trades[1], 1)
    assert truth(after, "c") == truth(made, "c")
    assert [file.source for file in after.files][-1] == changes.RIVAL_SOURCE


def test_renamed_files_are_read_in_the_opposite_order() -> None:
    made = script()
    after, names = changes.renamed(made)
    assert sorted(names.values()) == [names[file.source] for file in reversed(made.files)]
    assert [file.talks for file in after.files] == [file.talks for file in made.files]


def test_every_file_is_there_twice() -> None:
    made = script()
    after, names = changes.twice(made)
    assert len(after.files) == 14
    copies = {file.source: file for file in after.files if file.source in names}
    originals = {file.source: file for file in made.files}
    assert {name: replace(file, source=names[name]) for name, file in copies.items()} == {
        name: originals[first] for name, first in names.items()
    }
