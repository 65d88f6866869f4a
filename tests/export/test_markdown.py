import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.sample_map import ATTACKS, MAPS

from journeyai.export import BARE
from journeyai.export.markdown import MarkdownExporter, escaped
from journeyai.export.plain import visible

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

awkward = st.text(alphabet="ab1 .)(-+=*_`~#>|<&;:/@![]\\\n\t$^{}\"'éñ漢")


def tokens(text: str) -> Iterator[Token]:
    for token in PARSER.parse(text):
        yield token
        yield from token.children or []


@given(st.one_of(st.sampled_from(ATTACKS), awkward, st.text()))
def test_escaped_words_read_as_they_are_seen(text: str) -> None:
    line = escaped(text)
    assert unescape(PARSER.render(line)) == (f"<p>{visible(text)}</p>\n" if line else "")


@given(st.one_of(st.sampled_from(ATTACKS), awkward))
def test_escaped_words_stay_in_their_cell(text: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| {escaped(text)} | end |\n"
    assert PARSER.render(table).count("<td>") == 2


@pytest.mark.parametrize(
    "text",
    [
        "http://evil.test",
        "www.evil.test",
        "WWW.evil.test",
        "@someone",
        "a@evil.test",
        ":smile:",
        "#12",
        "$x$",
    ],
)
def test_nothing_github_would_link_or_draw_is_left_as_it_was(text: str) -> None:
    assert re.search(r"://|www\.|@|:\w+:|(?<!\\)#\d(?!\d;)|(?<!\\)\$", escaped(text), re.IGNORECASE) is None


@pytest.mark.parametrize("name", MAPS)
def test_the_page_has_only_our_own_links_and_html(name: str) -> None:
    page = MarkdownExporter().write(MAPS[name](), BARE).decode("utf-8")
    found = list(tokens(page))
    links = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
    html = {token.content for token in found if token.type.startswith("html")}
    assert all(re.fullmatch(r"#(card|evidence)-\d+", link) for link in links)
    assert all(re.fullmatch(r'</a>|<br>|<a id="(card|evidence)-\d+">', tag) for tag in html)
    assert not [token for token in found if token.type in {"image", "fence", "code_block", "s_open"}]
    code = {token.content for token in found if token.type == "code_inline"} - {"journeyai draft"}
    assert all(set(content) <= set("─┼●") for content in code)


@pytest.mark.parametrize("name", MAPS)
def test_every_link_has_its_place_and_every_quote_stands_once_in_the_evidence(name: str) -> None:
    journey = MAPS[name]()
    page = MarkdownExporter().write(journey, BARE).decode("utf-8")
    places = Counter(re.findall(r'<a id="([^"]+)">', page))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= set(places)
    assert all(count == 1 for count in places.values())
    assert sum(place.startswith("evidence") for place in places) == len(journey.evidence)


@pytest.mark.parametrize("name", ["english", "spanish"])
def test_the_page_has_a_heading_for_each_persona_and_stage(name: str) -> None:
    journey = MAPS[name]()
    page = MarkdownExporter().write(journey, BARE).decode("utf-8")
    expected = [persona.name for persona in journey.personas]
    expected += [f"{stage.order}. {stage.name}" for stage in journey.stages]
    assert re.findall(r"^### (.*)$", page, flags=re.M) == expected


@pytest.mark.parametrize(
    ("name", "key"), [("english", "the engine is not sure"), ("spanish", "el motor no está")]
)
def test_what_the_engine_is_not_sure_of_is_marked(name: str, key: str) -> None:
    journey = MAPS[name]()
    page = MarkdownExporter().write(journey, BARE).decode("utf-8")
    unsure = [item for item in journey.evidence if item.confidence is not None and item.confidence < 0.6]
    assert len(re.findall(r'^\d+\. <a id="evidence-\d+"></a>\? ', page, flags=re.M)) == len(unsure) > 0
    assert re.search(r'^- <a id="card-\d+"></a>\? \*\*', page, flags=re.M)
    assert page.count(f"*? {key}") == 2
