from time import process_time

import pytest
from tests.sources.told import check_spans, load, turns

from journeyai.settings import SourceSettings
from journeyai.sources.html import HtmlLoader
from journeyai.sources.loader import Loaded

Told = list[tuple[str | None, str, str]]


def read(body: str, source: str = "forum/thread.html", **settings: object) -> Loaded:
    page = f"<!doctype html><html><head><title>Norvia, any good?</title></head><body>{body}</body></html>"
    loaded = load(HtmlLoader(), page, source, SourceSettings.model_validate(settings))
    check_spans(loaded.documents)
    return loaded


THREAD: Told = [
    ("tea_otter", "customer", "Has anyone had the boiler from them?"),
    ("marta77", "customer", "Yes. It leaks."),
    ("tea_otter", "customer", "Thanks both."),
]
LAYOUTS = {
    "bold names": (
        "<nav>Home Log in</nav><h1>Boilers</h1><p><b>tea_otter:</b> Has anyone had the boiler from them?</p>"
        "<p><b>marta77:</b> Yes. It leaks.</p><p><b>tea_otter:</b> Thanks both.</p>"
        "<p>The Warm Forum. Be civil.</p>"
    ),
    "strong names, colon outside, a date before": (
        '<div class="post"><div class="fecha">19/01/2026 22:40</div><div class="texto"><p><strong>tea_otter</strong>: '
        "Has anyone had the boiler from them?</p></div></div>"
        '<div class="post"><div class="fecha">19/01/2026 23:02</div><p>'
        "<strong>marta77</strong> escribió: Yes. It leaks.</p>"
        '</div><div class="post"><p><strong>tea_otter</strong>: Thanks both.</p></div>'
        "<footer>Normas. Contacto.</footer>"
    ),
    "parts told by class": (
        '<p class="ruta">Inicio &gt; Hogar</p>'
        '<div class="post"><div class="author">tea_otter<br>Joined 2019</div><div class="date">3 May 2025 10:02</div>'
        '<div class="body">Has anyone had the boiler from them?</div></div>'
        '<div class="post"><div class="user-name">marta77</div><div class="body">Yes. It leaks.</div>'
        '<div class="signature">Ride free</div><div class="actions">Like Reply</div></div>'
        '<div class="post"><div class="usuario">tea_otter</div><div class="body">Thanks both.</div></div>'
    ),
    "a paragraph that names the author": (
        '<p class="author">tea_otter</p><p>Has anyone had the boiler from them?</p>'
        '<p class="autor">marta77</p><p>Yes. It leaks.</p><p class="author">by tea_otter</p><p>Thanks both.</p>'
        "<p>Foro Tal. Normas. Contacto.</p>"
    ),
    "articles": (
        '<article><header><a class="username">tea_otter</a> <time>2025-05-03 10:02</time></header>'
        "<p>Has anyone had the boiler from them?</p>"
        "<article><h4>marta77</h4><span class='username'>marta77</span><p>Yes. It leaks.</p></article></article>"
        '<article><span class="username">tea_otter</span><p>Thanks both.</p></article>'
    ).replace("<h4>marta77</h4>", ""),
    "a table": (
        "<table><tr><th>Autor</th><th>Mensaje</th></tr>"
        "<tr><td>tea_otter<br>Desde 2019</td><td>Has anyone had the boiler from them?</td></tr>"
        "<tr><td>marta77</td><td>Yes. It leaks.</td></tr><tr><td>tea_otter</td><td>Thanks both.</td></tr></table>"
        "<p>Foro Tal. Normas. Contacto.</p>"
    ),
}


@pytest.mark.parametrize("body", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_each_post_is_its_posters_and_the_pages_own_words_are_nobodys(body: str) -> None:
    loaded = read(body)
    assert (loaded.kind, turns(loaded.documents[0]), loaded.warnings) == ("review", THREAD, ())
    assert {turn.person for turn in loaded.documents[0].turns} == {
        "forum/thread.html|tea_otter",
        "forum/thread.html|marta77",
    }


def test_days_are_told_from_months_by_the_whole_thread() -> None:
    body = "".join(
        f'<div class="post"><div class="author">{name}</div><div class="date">{when}</div><p>Hola a todos.</p></div>'
        for name, when in (
            ("kilo", "02/03/2026 22:40"),
            ("vatio", "19/03/2026 08:15"),
            ("pili", "3 de mayo de 2026 9:01"),
        )
    )
    assert [turn.at for turn in read(body).documents[0].turns] == [
        "2026-03-02T22:40",
        "2026-03-19T08:15",
        "2026-05-03T09:01",
    ]


def test_staff_is_no_customer_and_removed_posts_and_quotes_are_nobodys() -> None:
    body = "".join(
        f'<div class="post"><span class="author">{name}</span><p>{words}</p></div>'
        for name, words in (
            ("kilo", "Norvia cobra de más."),
            ("MODERATOR", "Be kind, please."),
            ("Norvia_Oficial", "Hola, escríbenos."),
            ("vatio", "</p><blockquote>kilo: Norvia cobra de más.</blockquote><p>A mí también."),
            ("borrado", "Mensaje eliminado por la moderación."),
            ("NorviaJuan", "Lamentamos la espera."),
        )
    )
    assert turns(read(body).documents[0]) == [
        ("kilo", "customer", "Norvia cobra de más."),
        ("MODERATOR", "agent", "Be kind, please."),
        ("Norvia_Oficial", "agent", "Hola, escríbenos."),
        (None, "system", "kilo: Norvia cobra de más."),
        ("vatio", "customer", "A mí también."),
        ("borrado", "system", "Mensaje eliminado por la moderación."),
        ("NorviaJuan", "agent", "Lamentamos la espera."),
    ]


def test_later_paragraphs_stay_with_their_post() -> None:
    body = (
        "<p><b>kilo:</b> Uno.</p><p>Dos.</p><p><b>Nota:</b> tres.</p><p><b>vatio:</b> Cuatro.</p>"
        "<p><b>pili:</b> Cinco.</p><p>Seis.</p><p>Foro Tal. Normas. Contacto.</p>"
    )
    assert turns(read(body).documents[0]) == [
        ("kilo", "customer", "Uno.\n\nDos.\n\nNota: tres."),
        ("vatio", "customer", "Cuatro."),
        ("pili", "customer", "Cinco.\n\nSeis."),
    ]


def test_a_chat_on_a_page_is_no_forum() -> None:
    body = (
        '<div class="message"><span class="author">Priya</span><div>Hello, how can I help you today?</div></div>'
        '<div class="message"><span class="author">Omar</span><div>It broke</div></div>'
    )
    loaded = read(body, "a.html")
    assert (loaded.kind, turns(loaded.documents[0])) == (
        "chat",
        [("Priya", "agent", "Hello, how can I help you today?"), ("Omar", "customer", "It broke")],
    )


def test_an_interview_with_bold_names_is_read_as_one() -> None:
    said = ("Moderator", "How was it?"), ("P1", "Bad."), ("Moderator", "Why?"), ("P1", "Cost.")
    body = "".join(f"<p><b>{name}:</b> {words}</p>" for name, words in said)
    loaded = read(body, "interviews/a.html")
    assert (loaded.kind, [turn[1] for turn in turns(loaded.documents[0])]) == (
        "interview",
        ["researcher", "customer", "researcher", "customer"],
    )


def test_an_article_in_plain_prose_is_no_forum() -> None:
    loaded = read("<article><h1>My week</h1><p>It broke.</p><p>Nobody came.</p></article>", "a.html")
    assert turns(loaded.documents[0]) == [
        (None, "customer", "My week"),
        (None, "customer", "It broke."),
        (None, "customer", "Nobody came."),
    ]


def test_words_outside_the_posts_are_told() -> None:
    loaded = read("<p>" + "long words " * 40 + "</p>" + LAYOUTS["bold names"])
    assert loaded.warnings == ("85 words stand outside the posts and are not used.",)


def test_the_user_says_who_is_who() -> None:
    loaded = read(LAYOUTS["a table"], roles={"marta77": "agent"}, kind="note")
    assert (loaded.kind, [turn[1] for turn in turns(loaded.documents[0])]) == (
        "note",
        ["customer", "agent", "customer"],
    )


HOSTILE = {
    "nested posts": '<div class="post"><b>a:</b> b' * 3000,
    "nested names": '<span class="author">' * 3000 + "x",
    "empty elements": "<p>" + "<b></b>" * 20_000 + "<b>a:</b> c</p>",
    "marks": "&#4;&#5;a&#16;&#16;" * 5000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_ends_in_time(body: str) -> None:
    begun = process_time()
    read(body + LAYOUTS["bold names"])
    assert process_time() - begun < 20
