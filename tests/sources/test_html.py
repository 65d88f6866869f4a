import pytest
from tests.sources.told import check_spans, load, turns

from journeyai.settings import SourceSettings
from journeyai.sources.html import HtmlLoader, html_to_text
from journeyai.sources.loader import RawFile

FRAGMENTS = {
    "paragraphs": ("<p>Hola &amp; adi&oacute;s</p><p>Dos</p>", "Hola & adiós\n\nDos"),
    "line breaks": ("uno<br>dos<br/>tres", "uno\ndos\ntres"),
    "blanks": ("  a  \n <b>b</b>c  <i> d</i> ", "a bc d"),
    "lists": ("<ul><li>uno</li><li>dos <b>tres</b></li></ul>", "- uno\n- dos tres"),
    "tables": ("<table><tr><td>10:42</td><td>Ana</td></tr><tr><td>x</td></tr></table>", "10:42  Ana\nx"),
    "unseen": (
        "<style>p{}</style><script>x()</script><p>a<!-- b --></p><div hidden>c</div><p style='display: none'>d</p>",
        "a",
    ),
    "preformatted": ("<pre>a\n  b</pre>", "a\nb"),
    "plain": ("1 < 2 & <3", "1 < 2 & <3"),
    "broken": ("<p>one<div>two</p></span>three", "one\n\ntwo\n\nthree"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("fragment", "text"), FRAGMENTS.values(), ids=FRAGMENTS.keys())
def test_html_becomes_the_text_a_reader_sees(fragment: str, text: str) -> None:
    assert html_to_text(fragment) == text


def test_a_page_is_read_as_a_transcript() -> None:
    loaded = load(
        HtmlLoader(),
        "<!DOCTYPE html><html><head><title>x</title></head><body><h1>Chat</h1>"
        "<p><b>Agent Priya:</b> Hello.</p><p><b>Customer:</b> hi<br>it broke</p></body></html>",
        "chats/a.html",
    )
    check_spans(loaded.documents)
    assert turns(loaded.documents[0]) == [
        ("Agent Priya", "agent", "Hello."),
        ("Customer", "customer", "hi\nit broke"),
    ]


@pytest.mark.parametrize(
    ("suffix", "data", "fit"),
    [
        (".html", b"", 0.9),
        ("", b"<!doctype html><p>a", 0.8),
        (".txt", b" <html>", 0.8),
        ("", b"a <b>c</b>", 0.0),
        (".md", b"<html>", 0.0),
    ],
)
def test_a_page_is_known_by_its_first_tag(suffix: str, data: bytes, fit: float) -> None:
    assert HtmlLoader().fits(RawFile("a", suffix, data, SourceSettings())) == fit


def test_a_table_of_who_said_what_is_a_transcript_and_another_table_is_not() -> None:
    page = (
        "<html><body><table><tr><th>Plan</th><th>Price</th></tr><tr><td>Basic</td><td>nine euros</td></tr></table>"
        "<table><tr><th>Time</th><th>Who</th><th>Message</th></tr>"
        "<tr><td>10:01</td><td>Customer</td><td>My card was <b>charged</b> twice</td></tr>"
        "<tr><td>10:02</td><td>Agent Bo</td><td>Let me check</td></tr></table></body></html>"
    )
    loaded = load(HtmlLoader(), page, "chats/a.html")
    check_spans(loaded.documents)
    assert loaded.documents[0].text == (
        "Plan  Price\nBasic  nine euros\n\n"
        "[10:01] Customer: My card was charged twice\n[10:02] Agent Bo: Let me check"
    )
    assert turns(loaded.documents[0]) == [
        ("Customer", "customer", "My card was charged twice"),
        ("Agent Bo", "agent", "Let me check"),
    ]
