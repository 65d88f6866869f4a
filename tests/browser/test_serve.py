"""The live page in a real browser: what is clicked there is a step of the map, as what is typed in the chat."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, expect
from tests.sample_map import hostile_map
from tests.serving.served import Served, served
from tests.studies import copy_study, run

from journeyai.app import Study
from journeyai.model.changes import Change
from journeyai.model.journey import Card
from journeyai.operations.history import Step
from journeyai.serving.routes import door


class Window:
    """A window that shows the live page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        expect(self.control("undo", ".live-bar")).to_be_visible()

    def control(self, name: str, inside: str = "#panel") -> Locator:
        return self.page.locator(f'{inside} [data-live="{name}"]')

    def card(self, id_: str) -> Locator:
        # A method may ask for it in two of its rows.
        return self.page.locator(f'.card[data-card="{id_}"]').first

    def open(self, id_: str) -> "Window":
        # What lies behind "more" is opened as the page's own script does it.
        self.page.evaluate("id => journeyai.open(id)", id_)
        expect(self.control("accept")).to_be_visible()
        return self

    def unfold(self, part: str) -> "Window":
        self.control(part).click()
        return self

    def expect_said(self, text: str) -> None:
        """Expect it where a screen reader hears it: in the open panel, else in the page's own place."""
        is_open = self.page.locator("#panel[open]").count() > 0
        expect(self.page.locator("#panel .live-said" if is_open else "#said")).to_contain_text(text)


@pytest.fixture
def study(drafted: Callable[[str], Path], tmp_path: Path) -> Study:
    return Study.open(copy_study(drafted("en"), tmp_path / "study"))


@pytest.fixture
def server(study: Study) -> Iterator[Served]:
    with served(study.folder.root) as running:
        yield running


@pytest.fixture
def window(page: Page, server: Served) -> Window:
    return Window(page, server.address)


def a_pain(study: Study) -> Card:
    """Return a card that has all that can be set."""
    return next(card for card in study.map.cards if card.lane == "pain_point" and card.severity)


def find(study: Study, id_: str) -> Card | None:
    return next((card for card in study.map.cards if card.id == id_), None)


def last_step(study: Study) -> Step:
    return study.editor().steps()[-1]


def test_the_address_leaves_no_token_in_the_bar_and_none_to_go_back_to(
    page: Page, server: Served, complaints: list[str]
) -> None:
    Window(page, server.address)
    assert page.url == server.page
    assert "token" not in page.evaluate("() => JSON.stringify(performance.getEntries().map(one => one.name))")
    page.go_back()
    assert page.url == "about:blank"
    page.go_forward()
    assert page.url == server.page
    assert complaints == []


def test_a_file_of_the_persons_own_leads_in(page: Page, server: Served, tmp_path: Path) -> None:
    """What the browser is started with: the address itself would stand in the list of processes."""
    file = tmp_path / "open.html"
    file.write_text(door(server.address, "To the map"), encoding="utf-8")
    Window(page, file.as_uri())
    assert page.url == server.page
    page.go_back()
    assert page.url == "about:blank"


def test_no_other_port_of_this_machine_gets_the_cookie(
    window: Window, context: BrowserContext, server: Served
) -> None:
    got: list[tuple[str, str | None]] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            got.append((self.path, self.headers.get("Cookie")))
            self.send_response(200)
            self.send_header("Set-Cookie", "journeyai=x; Path=/")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Listening) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        for path in ("/", "/news?number=1"):
            context.new_page().goto(f"http://127.0.0.1:{other.server_port}{path}")
        other.shutdown()
    assert got[0] == ("/", None)
    assert all(server.place[1:] not in (cookie or "") for _, cookie in got)
    # And what it set for all ports shuts nobody out.
    Window(context.new_page(), server.page)


def test_accepting_is_a_step_by_the_page_and_undo_takes_it_back(
    window: Window, study: Study, complaints: list[str]
) -> None:
    card = a_pain(study)
    before = study.map
    window.open(card.id).control("accept").click()
    window.expect_said(f"Done: accept {card.id} “{card.title}”.")
    expect(window.control("accept")).to_be_disabled()
    step = last_step(study)
    assert (step.by, step.changes, step.session[:7]) == (
        "page",
        (Change("accept", (card.id,)),),
        "page-20"[:7],
    )
    window.control("undo").click()
    window.expect_said(f"Taken back: accept {card.id}")
    assert study.map == before
    window.control("redo").click()
    window.expect_said(f"Done again: accept {card.id}")
    assert find(study, card.id) == card.model_copy(update={"status": "accepted"})
    assert complaints == []


#: What is on the page, but for how far a person has scrolled or unfolded it.
_SHOWN = """() => [document.title, document.querySelector("#main").innerHTML,
  document.querySelector("#panel .panel-quotes").textContent]"""


def test_a_window_in_which_much_was_done_shows_what_one_that_is_opened_anew_shows(
    window: Window, context: BrowserContext, server: Served, study: Study, complaints: list[str]
) -> None:
    """With the filters that are set, and the quotes that a change has moved."""
    pain = a_pain(study)
    window.page.evaluate("location.hash = 'status=draft'")
    accepted, moved, *_ = (card.id for card in study.map.cards if card.id != pain.id)
    editor = study.editor()
    steps = [
        [Change("accept", (accepted,))],
        [Change("move_card", (moved,), study.map.stages[-1].id), Change("set_map_title", (), None, "Anew")],
        [Change("detach_evidence", (pain.id, pain.evidence[0]))],
        [Change("add_stage", (), "end", "Last of all")],
        [Change("split_card", (pain.id, pain.evidence[-1]), None, "A part of it")],
    ]
    for changes in steps:
        editor.commit(editor.propose(changes))
        window.page.wait_for_function("number => document.querySelectorAll('.stage').length == number",
                                      arg=len(editor.journey.stages))  # fmt: skip
    editor.undo(2)
    window.expect_said("outside this page")
    window.open(pain.id)
    anew = Window(context.new_page(), f"{server.page}#status=draft").open(pain.id)
    window.page.wait_for_function("shown => document.querySelector('#main').innerHTML == shown[1]",
                                  arg=anew.page.evaluate(_SHOWN))  # fmt: skip
    assert window.page.evaluate(_SHOWN) == anew.page.evaluate(_SHOWN)
    assert complaints == []


def test_what_a_change_does_not_touch_stays_as_it_is_on_the_page(window: Window, study: Study) -> None:
    """On a large map, to put all of it there again takes longer than the change."""
    card = study.map.cards[0].id
    window.page.evaluate(
        "() => { for (const one of document.querySelectorAll('#main *')) one.is_old = true }"
    )
    window.open(card).control("accept").click()
    expect(window.card(card)).to_contain_text("accepted")
    new = """() => [...document.querySelectorAll("#main .sheet *")]
      .filter((one) => !one.is_old && !one.closest("#state"))
      .map((one) => one.closest("[data-card]")?.dataset.card)"""
    assert set(window.page.evaluate(new)) == {card}


def test_a_rejected_card_goes_and_comes_back_with_undo_by_keyboard(window: Window, study: Study) -> None:
    card = a_pain(study)
    window.open(card.id).control("reject").focus()
    window.page.keyboard.press("Enter")
    window.expect_said(f"Done: reject {card.id}")
    expect(window.card(card.id)).to_have_count(0)
    expect(window.page.locator("#panel[open]")).to_have_count(0)
    expect(window.control("undo", ".live-bar")).to_be_focused()
    window.page.keyboard.press("Enter")
    expect(window.card(card.id)).to_be_attached()
    assert find(study, card.id) == card


@pytest.mark.parametrize(
    ("language", "offered", "told", "progress", "tags"),
    [
        (
            "en",
            [["not said", "low", "medium", "high"], ["not said", "idea", "planned", "under way", "done", "dropped"]],
            "Done: 3 changes.",
            "Progress",
            ["high / unknown / low", "under way"],
        ),
        (
            "es",
            [["sin decir", "poco", "algo", "mucho"],
             ["sin decir", "idea", "planificada", "en marcha", "hecha", "descartada"]],
            "Hecho: 3 cambios.",
            "Avance",
            ["mucho / no se sabe / poco", "en marcha"],
        ),
    ],
    ids=["en", "es"],
)  # fmt: skip
def test_an_opportunity_is_graded_and_planned_in_one_step(
    page: Page, drafted: Callable[[str], Path], tmp_path: Path, complaints: list[str],
    language: str, offered: list[list[str]], told: str, progress: str, tags: list[str],
) -> None:  # fmt: skip
    study = Study.open(copy_study(drafted(language), tmp_path / "study"))
    card = next(card for card in study.map.cards if card.lane == "opportunity" and not card.judged)
    with served(study.folder.root) as running:
        window = Window(page, running.address)
        window.open(card.id).unfold("edit")
        for name, options in zip(("desirable", "progress"), offered, strict=True):
            expect(window.control(f"edit-{name}").locator("option")).to_have_text(options)
        window.control("edit-desirable").select_option("high")
        window.control("edit-feasible").select_option("low")
        window.control("edit-progress").select_option("under_way")
        window.control("save").click()
        window.expect_said(told)
        targets = (card.id,)
        assert last_step(study).changes == (
            Change("set_grade", targets, "desirable", "high"),
            Change("set_grade", targets, "feasible", "low"),
            Change("set_progress", targets, "under_way"),
        )
        after = find(study, card.id)
        assert after is not None
        assert after.judged is not None
        shown = [f"{after.judged.priority} · {tags[0]}", tags[1]]
        expect(window.card(card.id).locator(".tag.plan")).to_have_text(shown)
        expect(window.page.locator(".panel-facts")).to_contain_text(f"{progress}{tags[1]}")
        # What is graded is shown as it is, and only then can a grade be taken back to unknown.
        expect(window.control("edit-desirable")).to_have_value("high")
        expect(window.control("edit-viable")).to_have_value("unknown")
        window.control("edit-desirable").select_option("unknown")
        window.control("save").click()
        expect(window.card(card.id).locator(".tag.plan").first).not_to_have_text(shown[0])
        assert last_step(study).changes == (Change("set_grade", targets, "desirable", "unknown"),)
        window.control("undo").click()
        expect(window.card(card.id).locator(".tag.plan").first).to_have_text(shown[0])
        window.control("undo").click()
        expect(window.card(card.id).locator(".tag.plan")).to_have_count(0)
    assert find(study, card.id) == card
    assert complaints == []


def test_only_opportunities_are_graded(window: Window, study: Study) -> None:
    window.open(a_pain(study).id).unfold("edit")
    expect(window.control("edit-severity")).to_be_visible()
    for name in ("desirable", "viable", "feasible", "progress"):
        expect(window.control(f"edit-{name}")).to_have_count(0)


def test_all_that_was_edited_is_one_step(window: Window, study: Study, complaints: list[str]) -> None:
    card = a_pain(study)
    other = next(stage for stage in study.map.stages if stage.id != card.stage)
    grade = "1" if card.severity != 1 else "2"
    window.open(card.id).unfold("edit")
    window.control("edit-title").fill("Ünder <b>load</b> & “quoted”")
    window.control("edit-detail").fill("Seen twice.")
    window.control("edit-owner").fill("Ana, Ops")
    window.control("edit-stage").select_option(other.id)
    window.control("edit-severity").select_option(grade)
    window.control("edit-title").press("Enter")
    window.expect_said("Done: 5 changes.")
    expect(window.page.locator("#panel-title")).to_have_text("Ünder <b>load</b> & “quoted”")
    targets = (card.id,)
    assert last_step(study).changes == (
        Change("edit_title", targets, None, "Ünder <b>load</b> & “quoted”"),
        Change("edit_detail", targets, None, "Seen twice."),
        Change("set_owner", targets, None, "Ana, Ops"),
        Change("move_card", targets, other.id),
        Change("set_severity", targets, grade),
    )
    window.control("undo").click()
    window.expect_said("Taken back: 5 changes.")
    assert find(study, card.id) == card
    assert complaints == []


def test_two_cards_become_one(window: Window, study: Study) -> None:
    card = a_pain(study)
    other = next(one for one in study.map.cards if one.lane == card.lane and one != card)
    window.open(card.id).unfold("merge")
    window.control("merge-with").select_option(other.id)
    window.control("merge-now").click()
    window.expect_said("Done: make one card of 2 cards.")
    expect(window.card(other.id)).to_have_count(0)
    assert last_step(study).changes == (Change("merge_cards", (card.id, other.id), card.id),)
    merged = find(study, card.id)
    assert merged is not None
    assert set(merged.evidence) == {*card.evidence, *other.evidence}


def test_a_locked_card_offers_nothing_but_to_unlock_it(window: Window, study: Study) -> None:
    card = a_pain(study)
    window.open(card.id).control("lock").click()
    window.expect_said(f"Done: lock {card.id}")
    expect(window.control("reject")).to_be_disabled()
    expect(window.control("edit")).to_have_count(0)
    expect(window.page.locator("#panel .live-hint")).to_have_text(
        "This card is locked: unlock it to change it."
    )
    window.control("lock").click()
    window.expect_said(f"Done: unlock {card.id}")
    assert find(study, card.id) == card


def test_what_the_map_refuses_is_told_and_what_was_typed_stays(window: Window, study: Study) -> None:
    card = a_pain(study)
    window.open(card.id).unfold("edit")
    window.control("edit-title").fill("   ")
    window.control("save").click()
    window.expect_said("Say the new words.")
    assert window.control("edit-title").input_value() == "   "
    assert find(study, card.id) == card


def test_another_window_follows(
    window: Window, study: Study, context: BrowserContext, server: Served
) -> None:
    card = a_pain(study)
    second = Window(context.new_page(), server.page)
    window.open(card.id).unfold("edit")
    window.control("edit-title").fill("Named in the first window")
    window.control("save").click()
    expect(second.card(card.id).locator(".title")).to_have_text("Named in the first window")
    second.expect_said(f"In another window: Done: a new title for {card.id}")
    second.control("undo", ".live-bar").click()
    expect(window.page.locator("#panel-title")).to_have_text(card.title)
    assert find(study, card.id) == card


def test_a_chat_in_a_terminal_is_followed_and_typed_words_stay(window: Window, study: Study) -> None:
    card = a_pain(study)
    window.open(card.id).unfold("edit")
    window.control("edit-detail").fill("half a sent")
    said = run(
        "chat", "--study", study.folder.root, "--yes", "--message", f"/rename {card.id} Said in the chat"
    )
    assert said.returncode == 0, said.stderr
    window.expect_said(f"outside this page: “/rename {card.id} Said in the chat”.")
    expect(window.page.locator("#panel-title")).to_have_text("Said in the chat")
    assert window.control("edit-detail").input_value() == "half a sent"
    expect(window.control("edit-detail")).to_be_focused()
    window.control("save").click()
    window.expect_said("Done: a new detail for")
    assert [(step.by, step.changes[0].kind) for step in study.editor().steps()[-2:]] == [
        ("user", "edit_title"),
        ("page", "edit_detail"),
    ]


def test_words_typed_on_a_card_that_goes_are_there_when_it_comes_back(
    window: Window, study: Study, context: BrowserContext, server: Served
) -> None:
    card = a_pain(study)
    window.open(card.id).unfold("edit")
    window.control("edit-detail").fill("half a sent")
    second = Window(context.new_page(), server.page)
    second.open(card.id).control("reject").click()
    expect(window.card(card.id)).to_have_count(0)
    expect(second.control("undo", ".live-bar")).to_be_enabled()
    second.control("undo", ".live-bar").click()
    expect(window.card(card.id)).to_be_attached()
    window.open(card.id)
    assert window.control("edit-detail").input_value() == "half a sent"
    window.control("save").click()
    window.expect_said("Done: a new detail for")
    found = find(study, card.id)
    assert found is not None
    assert found.detail == "half a sent"


def test_what_was_clicked_on_an_older_map_is_not_done_and_the_page_shows_the_newer(
    window: Window, study: Study
) -> None:
    card = a_pain(study)
    window.open(card.id)
    # The window does not hear of the change before it asks for its own.
    window.page.route("**/news*", lambda route: route.abort())
    editor = study.editor()
    editor.commit(
        editor.propose([Change("edit_title", (card.id,), None, "Newer")]), request="newer", by="user"
    )
    window.control("accept").click()
    window.expect_said("The map was changed meanwhile, so nothing was done.")
    expect(window.page.locator("#panel-title")).to_have_text("Newer")
    found = find(study, card.id)
    assert found is not None
    assert (found.title, found.status) == ("Newer", "edited")


def test_a_lost_map_is_told_and_written_again_from_the_page(window: Window, study: Study) -> None:
    card = a_pain(study)
    window.open(card.id).control("accept").click()
    window.expect_said("Done: accept")
    window.page.keyboard.press("Escape")
    before = study.map
    study.folder.map_path.unlink()
    expect(window.control("restore", ".live-bar")).to_be_visible()
    window.expect_said("The map's file is gone")
    window.control("restore", ".live-bar").click()
    window.expect_said("The map is written again as it last was.")
    expect(window.control("restore", ".live-bar")).to_have_count(0)
    assert study.map == before


def test_when_the_server_ends_the_page_says_so_and_offers_nothing(
    window: Window, server: Served, study: Study
) -> None:
    window.open(a_pain(study).id)
    assert server.end() == (
        0,
        "The map is open at this address, on this machine alone. Ctrl-C ends it.\n"
        "Ended. Every change made on the page is in the map.\n",
    )
    window.expect_said("JourneyAI has ended or cannot be reached.")
    expect(window.control("accept")).to_be_disabled()


def test_another_browser_is_not_let_in_without_the_address(page: Page, server: Served) -> None:
    page.goto(server.page)
    assert "Open that address, all of it." in page.inner_text("body")


def test_a_page_from_elsewhere_reads_nothing_and_changes_nothing(
    window: Window, study: Study, context: BrowserContext, server: Served, tmp_path: Path
) -> None:
    """A form, a script and a frame of another origin, in a browser that was let in."""
    before = study.map
    elsewhere = tmp_path / "elsewhere.html"
    elsewhere.write_text(
        f"""<iframe src="{server.page}"></iframe>
        <form action="{server.page}undo" method="post" enctype="text/plain" target="made">
        <input name='{{"number":1,"x":"' value='"}}'></form><iframe name="made"></iframe>
        <script>
        document.forms[0].submit();
        window.told = Promise.allSettled([
          fetch("{server.page}tools", {{credentials: "include"}}),
          fetch("{server.page}undo", {{method: "POST", mode: "no-cors", credentials: "include", body: "{{}}"}}),
        ]).then(all => all.map(one => one.status + (one.value ? one.value.type : "")));
        </script>""",
        encoding="utf-8",
    )
    other = context.new_page()
    other.goto(elsewhere.as_uri())
    assert other.evaluate("() => window.told") == ["rejected", "rejected"]
    assert all("data-card" not in frame.content() for frame in other.frames[1:])
    assert study.map == before


def test_the_live_page_has_no_serious_fault_for_people_with_disabilities(
    window: Window, study: Study, npm_file: Callable[[str], Path]
) -> None:
    window.open(a_pain(study).id).unfold("edit").unfold("merge")
    # The page's policy lets no script in; what is evaluated by the test stands outside of it.
    window.page.evaluate(npm_file("axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = window.page.evaluate(
        "() => axe.run().then(found => found.violations.map(one => [one.id, one.impact]))"
    )
    assert [fault for fault in found if fault[1] in {"serious", "critical"}] == []


def test_hostile_words_are_words_on_the_live_page_too(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    dialogs: list[str] = []

    def close(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", close)
    study = Study.create(tmp_path / "hostile", title="Hostile")
    study.folder.write_map(hostile_map())
    attack = "<img src=x onerror=alert(1)>\"'`${alert(2)}</script><script>alert(3)</script>"
    with served(study.folder.root) as server:
        window = Window(page, server.address)
        for card in [one for one in study.map.cards if one.status != "rejected"][:12]:
            window.open(card.id)
            page.keyboard.press("Escape")
        window.open("c5").unfold("edit")
        window.control("edit-title").fill(attack)
        window.control("edit-owner").fill(attack)
        window.control("save").click()
        window.expect_said("Done: 2 changes.")
        expect(page.locator("#panel-title")).to_have_text(attack)
        window.unfold("merge")
        expect(window.control("merge-with").locator("option").nth(1)).to_be_attached()
        expect(page.locator("img, #panel script, main script")).to_have_count(0)
    found = find(study, "c5")
    assert found is not None
    assert (found.title, found.owner) == (attack, attack)
    # That the server has ended is said by the browser, too.
    assert [one for one in complaints if "ERR_CONNECTION" not in one] == []
    assert dialogs == []
