import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.export.interchange.refi import NAMESPACE, breaches
from tests.sample_map import ATTACKS, MAPS, english_map

from journeyai.export import BARE, Material
from journeyai.export.interchange.qda import QdaExporter
from journeyai.export.interchange.qda_documents import clean, quoted_documents
from journeyai.export.interchange.writing import Keys
from journeyai.model.journey import Evidence, JourneyMap


def opened(journey: JourneyMap, material: Material = BARE) -> tuple[Element, dict[str, str]]:
    """Return the project, and the text of each file in `sources/` by its name."""
    with zipfile.ZipFile(io.BytesIO(QdaExporter().write(journey, material))) as archive:
        names = archive.namelist()
        assert names[0] == "project.qde"
        texts = {name: archive.read(name).decode("utf-8") for name in names[1:]}
        return ElementTree.fromstring(archive.read("project.qde")), texts


def every(root: Element, tag: str) -> Iterator[Element]:
    return root.iter(f"{NAMESPACE}{tag}")


def text_of(source: Element, texts: dict[str, str]) -> str:
    return texts[f"sources/{source.attrib['plainTextPath'].removeprefix('internal://')}"]


def quotations(root: Element, texts: dict[str, str]) -> list[str]:
    """Return what the project quotes, cut from its own documents."""
    return [
        text_of(source, texts)[int(selection.attrib["startPosition"]) : int(selection.attrib["endPosition"])]
        for source in every(root, "TextSource")
        for selection in every(source, "PlainTextSelection")
    ]


def at_hand(journey: JourneyMap) -> tuple[JourneyMap, Material]:
    """Return *journey* with its quotes moved to where they stand one behind the other, and those texts."""
    texts: dict[tuple[str, str | None], str] = {}
    moved = []
    for item in journey.evidence:
        text = texts.get((item.source, item.record), "") + "Before: "
        moved.append(item.model_copy(update={"start": len(text), "end": len(text) + len(item.quote)}))
        texts[item.source, item.record] = f"{text}{item.quote}\n"
    found = journey.model_copy(update={"evidence": tuple(moved)})
    return found, Material(None, lambda source, record: texts.get((source, record)))


def bare(journey: JourneyMap) -> tuple[JourneyMap, Material]:
    return journey, BARE


FILES = pytest.mark.parametrize("files", [bare, at_hand])
Files = Callable[[JourneyMap], tuple[JourneyMap, Material]]


@FILES
@pytest.mark.parametrize("name", MAPS)
def test_the_project_is_as_the_standard_asks(name: str, files: Files) -> None:
    journey, material = files(MAPS[name]())
    root, texts = opened(journey, material)
    assert root.tag == f"{NAMESPACE}Project"
    assert breaches(root) == []
    guids = [element.attrib["guid"] for element in root.iter() if "guid" in element.attrib]
    assert len(guids) == len(set(guids))
    assert {e.attrib["targetGUID"] for e in root.iter() if "targetGUID" in e.attrib} <= set(guids)
    paths = {e.attrib["plainTextPath"] for e in root.iter() if "plainTextPath" in e.attrib}
    assert {f"sources/{path.removeprefix('internal://')}" for path in paths} == set(texts)


@FILES
@pytest.mark.parametrize("name", MAPS)
def test_every_quotation_lies_inside_its_document(name: str, files: Files) -> None:
    journey, material = files(MAPS[name]())
    assert all(quotations(*opened(journey, material)))


@FILES
@pytest.mark.parametrize("name", ["english", "spanish"])
def test_every_quote_of_the_map_is_a_quotation_word_for_word(name: str, files: Files) -> None:
    journey, material = files(MAPS[name]())
    ids = {
        id_ for card in journey.cards if card.status != "rejected" for id_ in (*card.evidence, *card.against)
    }
    ids |= {id_ for persona in journey.personas for id_ in persona.evidence}
    expected = [item.quote for item in journey.evidence if item.id in ids]
    assert Counter(quotations(*opened(journey, material))) == Counter(expected)


def test_where_the_text_is_at_hand_the_positions_are_those_of_the_map() -> None:
    journey, material = at_hand(english_map())
    root, _ = opened(journey, material)
    found = {
        (selection.attrib["startPosition"], selection.attrib["endPosition"])
        for selection in every(root, "PlainTextSelection")
    }
    assert found == {(str(item.start), str(item.end)) for item in journey.evidence}


@pytest.mark.parametrize(
    "id_", [english_map().evidence[0].id, next(c for c in english_map().cards if c.against).against[0]]
)
def test_a_quotation_has_the_codes_of_its_cards_its_stage_and_its_speakers_personas(id_: str) -> None:
    journey, material = at_hand(english_map())
    root, texts = opened(journey, material)
    names = {code.attrib["guid"]: code.attrib["name"] for code in every(root, "Code")}
    item = next(item for item in journey.evidence if item.id == id_)
    selection = next(
        selection
        for source in every(root, "TextSource")
        for selection in every(source, "PlainTextSelection")
        if text_of(source, texts)[item.start : item.end] == item.quote
        and selection.attrib["startPosition"] == str(item.start)
    )
    cards = [card.title for card in journey.cards if item.id in card.evidence and card.status != "rejected"]
    against = [f"≠ {card.title}" for card in journey.cards if item.id in card.against]
    stage = next(stage for stage in journey.stages if stage.id == item.stage)
    personas = [
        persona.name
        for persona in journey.personas
        if (item.source, item.speaker) in {(m.source, m.speaker) for m in persona.members}
    ]
    assert [names[ref.attrib["targetGUID"]] for ref in every(selection, "CodeRef")] == [
        *cards,
        *against,
        f"{stage.order}. {stage.name}",
        *personas,
    ]


@pytest.mark.parametrize("name", MAPS)
def test_names_are_unique_since_some_programs_drop_the_second_of_two(name: str) -> None:
    root, _ = opened(MAPS[name]())
    for tag in ("Code", "TextSource", "Case", "Variable", "Set"):
        names = [element.attrib["name"].casefold() for element in every(root, tag)]
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_two_cards_of_one_title_are_told_apart_by_their_ids() -> None:
    journey = english_map()
    first, second, *rest = journey.cards
    twins = (first, second.model_copy(update={"title": first.title}), *rest)
    root, _ = opened(journey.model_copy(update={"cards": twins}))
    names = {code.attrib["name"] for code in every(root, "Code")}
    assert sum(name in {f"{first.title} ({id_})" for id_ in (first.id, second.id)} for name in names) == 1
    assert first.title in names


@pytest.mark.parametrize("name", MAPS)
def test_a_document_can_be_saved_under_its_name_everywhere(name: str) -> None:
    root, _ = opened(MAPS[name]())
    names = [source.attrib["name"] for source in every(root, "TextSource")]
    assert not [name for name in names if set(name) & set('/\\:*?"<>|\n') or len(name) > 110]


def test_rejected_cards_and_what_only_they_quote_stay_behind() -> None:
    journey = english_map()
    gone = next(card for card in journey.cards if card.status != "rejected" and card.evidence)
    cards = tuple(
        card.model_copy(update={"status": "rejected"}) if card is gone else card for card in journey.cards
    )
    personas = tuple(persona.model_copy(update={"evidence": ()}) for persona in journey.personas)
    root, texts = opened(journey.model_copy(update={"cards": cards, "personas": personas}))
    quotes = {item.quote for item in journey.evidence if item.id in gone.evidence}
    assert not quotes & set(quotations(root, texts))
    assert gone.title not in {code.attrib["name"] for code in every(root, "Code")}


def test_a_document_with_only_its_quotes_says_so() -> None:
    root, _ = opened(english_map())
    said = {source.findtext(f"{NAMESPACE}Description", "") for source in every(root, "TextSource")}
    assert all("here stand only the quotations of the map" in text for text in said)


def test_a_file_that_was_changed_since_is_not_quoted_at_wrong_positions() -> None:
    journey = english_map()
    root, texts = opened(journey, Material(None, lambda *_: "Something else entirely. " * 200))
    assert {item.quote for item in journey.evidence} == set(quotations(root, texts))


def test_the_people_quoted_are_cases_with_their_persona() -> None:
    journey = english_map()
    root, _ = opened(journey)
    cases = {case.attrib["name"]: case for case in every(root, "Case")}
    people = {(item.source, item.speaker) for item in journey.evidence if item.role == "customer"}
    assert len(cases) == len(people)
    member = journey.personas[0].members[0]
    case = next(case for name, case in cases.items() if name.startswith(f"{member.speaker} ("))
    assert journey.personas[0].name in (next(every(case, "TextValue")).text or "")
    assert list(every(case, "SelectionRef"))


def test_ids_stay_the_same_and_differ_between_studies() -> None:
    journey = english_map()
    guids = [
        {e.attrib["guid"] for e in opened(j)[0].iter() if "guid" in e.attrib}
        for j in (
            journey,
            journey.model_copy(update={"goal": "another"}),
            journey.model_copy(update={"title": "another"}),
        )
    ]
    assert guids[0] == guids[1]
    assert not guids[0] & guids[2]


def item(quote: str, start: int = 0, **more: object) -> Evidence:
    return (
        english_map()
        .evidence[0]
        .model_copy(
            update={
                "source": "chats/a.txt",
                "record": None,
                "quote": quote,
                "start": start,
                "end": start + len(quote),
                **more,
            }
        )
    )


@pytest.mark.parametrize("quote", ["the app 📱 logs me out", "👩‍👩‍👧‍👦 waited", "é́ accents", "漢字かな"])
def test_positions_count_characters_also_behind_an_emoji(quote: str) -> None:
    text = f"😀😀 before\n{quote} after"
    found = quoted_documents(
        [item(quote, text.index(quote))], Material(None, lambda *_: text), Keys(english_map())
    )
    [document] = found
    assert (document.whole, document.text) == (True, text)
    assert [document.text[q.start : q.end] for q in document.quotations] == [quote]


def test_the_same_words_taken_twice_are_one_quotation() -> None:
    twice = [item("slow", 4, id="e1"), item("slow", 4, id="e2")]
    [document] = quoted_documents(twice, Material(None, lambda *_: "the slow app"), Keys(english_map()))
    assert [[i.id for i in q.items] for q in document.quotations] == [["e1", "e2"]]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.sampled_from(ATTACKS))
def test_cleaning_keeps_every_position_and_survives_the_way_to_a_file(text: str) -> None:
    seen = clean(text)
    assert len(seen) == len(text)
    assert seen.encode("utf-8").decode("utf-8-sig") == seen
    assert all(b in (a, "�") for a, b in zip(text, seen, strict=True))
