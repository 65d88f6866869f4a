"""What the server says to whoever speaks HTTP with it, well or badly; it runs in a process of its own."""

import json
import os
import re
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import psutil
import pytest
from tests.serving.served import Served, served
from tests.studies import copy_study, run

from journeyai.app import Study
from journeyai.model.changes import Change
from journeyai.retrieval.index import Index
from journeyai.serving.guard import PAGE_HEADER
from journeyai.serving.routes import MOST_BYTES
from journeyai.study.edit_log import EditLog


@pytest.fixture(scope="module")
def shared(drafted: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for requests that change nothing."""
    study = copy_study(drafted("en"), tmp_path_factory.mktemp("served") / "study")
    with served(study) as running:
        yield running.enter()


@pytest.fixture
def study(drafted: Callable[[str], Path], tmp_path: Path) -> Study:
    return Study.open(copy_study(drafted("es"), tmp_path / "study"))


@pytest.fixture
def server(study: Study) -> Iterator[Served]:
    with served(study.folder.root) as running:
        yield running.enter()


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def swallow(do: Callable[[], object]) -> None:
    """Do what may end with a line that is cut."""
    with suppress(OSError, HTTPException):
        do()


def a_card(study: Study) -> str:
    return study.map.cards[0].id


def accept(card: str) -> dict[str, Any]:
    return {"kind": "accept", "targets": [card]}


def test_it_listens_on_this_machine_alone(shared: Served) -> None:
    listening = [
        one for one in psutil.Process(shared.process.pid).net_connections() if one.status == "LISTEN"
    ]
    assert [one.laddr.ip for one in listening] == ["127.0.0.1"]


def test_the_address_is_exchanged_for_a_cookie_that_no_script_and_no_other_site_has(shared: Served) -> None:
    door = shared.ask("GET", shared.door)
    assert door.status == 200
    assert "token" not in door.text
    assert 'http-equiv="refresh" content="0;url=./"' in door.text
    attributes = {part.strip().lower() for part in door.headers["set-cookie"].split(";")[1:]}
    assert attributes == {"httponly", f"path={shared.place}/", "samesite=strict"}
    assert shared.address.partition("=")[2] not in door.headers["set-cookie"]


def test_every_answer_forbids_to_keep_frame_and_name_it(shared: Served) -> None:
    known = {"Cookie": shared.cookie}
    answers = [
        shared.ask("GET", shared.door),
        shared.ask("GET", "/", headers=known),
        shared.ask("GET", "/news?number=1", headers=known),
        shared.ask("GET", "/nothing", headers=known),
        shared.ask("GET", "/"),
        shared.ask("POST", "/change", b"{}", known),
    ]
    assert [answer.status for answer in answers] == [200, 200, 200, 404, 403, 403]
    for answer in answers:
        wanted = ("cache-control", "referrer-policy", "x-content-type-options", "x-frame-options")
        assert [answer.headers[name] for name in wanted] == ["no-store", "no-referrer", "nosniff", "DENY"]
        policy = answer.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


def test_the_page_may_run_its_own_scripts_and_speak_with_its_own_server(shared: Served) -> None:
    policy = dict(
        part.split(" ", 1)
        for part in shared.ask("GET", "/", headers={"Cookie": shared.cookie})
        .headers["content-security-policy"]
        .split("; ")
    )
    assert policy["connect-src"] == "'self'"
    assert all(
        one.startswith("'sha256-") for one in (policy["script-src"] + " " + policy["style-src"]).split()
    )


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?token=",
        "/?token=wrong",
        "/?token=%00",
        "/?token=%ff%fe",
        f"/?token={'A' * 5000}",
        "/news",
        "/tools",
        "/x",
    ],
    ids=lambda path: path[:16],
)
def test_nobody_is_let_in_without_the_address(shared: Served, path: str) -> None:
    answer = shared.ask("GET", path)
    assert (answer.status, "Open that address, all of it." in answer.text) == (403, True)
    wrong = shared.ask("GET", path, headers={"Cookie": f"{shared.cookie.partition('=')[0]}=wrong"})
    assert wrong.status == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.2", "0.0.0.0", "[::1]", ""])
@pytest.mark.parametrize("path", ["/", "/?token=TOKEN", "/news?number=1", "/x"])
def test_another_name_for_this_machine_is_refused(shared: Served, host: str, path: str) -> None:
    """A page of the network can give this machine a name of its own, and then has the browser's leave to read it."""
    path = path.replace("TOKEN", shared.address.partition("=")[2])
    answer = shared.ask("GET", path, headers={"Cookie": shared.cookie, "Host": host})
    assert (answer.status, "set-cookie" in answer.headers, "data-card" in answer.text) == (403, False, False)


def test_a_tunnel_may_have_another_port(shared: Served) -> None:
    host = {"Host": "localhost:9999"}
    door = shared.ask("GET", shared.door, headers=host)
    cookie = door.headers["set-cookie"].partition(";")[0]
    assert shared.ask("GET", "/", headers={"Cookie": cookie, **host}).status == 200


def test_all_lies_under_a_path_that_is_another_one_at_every_start(shared: Served, study: Study) -> None:
    with served(study.folder.root) as other:
        assert other.place != shared.place
    assert len(shared.place) == 21
    known = {"Cookie": shared.cookie}
    for path in ("/", "/news", "/tools", f"/?token={shared.address.partition('=')[2]}", "/nothing"):
        assert shared.ask("GET", path, is_whole=True).status == 403, path
        assert shared.ask("GET", path, headers=known, is_whole=True).status == 404, path
    assert shared.ask("GET", shared.place, headers=known, is_whole=True).status == 404


def test_what_another_port_sets_for_all_of_them_shuts_nobody_out(shared: Served) -> None:
    for foreign in ("journeyai=x", f"journeyai-{shared.host.partition(':')[2]}=x", "x=y"):
        assert shared.ask("GET", "/", headers={"Cookie": f"{shared.cookie}; {foreign}"}).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_asks_for_is_not_answered(shared: Served, site: str) -> None:
    headers = {"Cookie": shared.cookie, "Sec-Fetch-Site": site}
    assert [shared.ask("GET", path, headers=headers).status for path in ("/", "/news", "/tools")] == [403] * 3


@pytest.mark.parametrize("path", ["/change", "/undo", "/redo", "/restore"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": ""},
        {PAGE_HEADER: "wrong"},
        {PAGE_HEADER: ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Cookie": "x=y"},
        {"Host": "evil.example"},
    ],
    ids=lambda wrong: "-".join(*wrong.items()),
)
def test_a_change_needs_all_that_the_page_brings(shared: Served, wrong: dict[str, str], path: str) -> None:
    body = json.dumps({"number": shared.number}).encode()
    assert shared.ask("POST", path, body, shared.own_headers() | wrong).status == 403
    assert shared.look()["number"] == shared.number


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_a_change_is_asked_for_by_post_alone(shared: Served, method: str) -> None:
    assert shared.ask(method, "/change", b"", shared.own_headers()).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../../map.json", "/../map.json",
        "/..%2f..%2fmap.json", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/map.json",
        "/static/../page.js", "/.journeyai/log.jsonl", "/page.js", "/live.js",
        "/news/../tools", "/news/", "/%00", "/\\..\\map.json", "/news%0d%0aX:%20y",
    ],
)  # fmt: skip
def test_no_file_can_be_had(shared: Served, path: str) -> None:
    answer = shared.ask("GET", path, headers={"Cookie": shared.cookie})
    assert (answer.status, answer.text) == (404, "There is nothing here.\n")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"\x00" * 100, b"[" * 60_000, b'{"number": {}}',
        b'{"number": 1e999}', b'{"number": 1, "other": 2}', b'{"number": 1, "changes": {}}',
        b'{"number": 1, "changes": [{"kind": "burn"}]}',
        b'{"number": 1, "changes": [{"kind": "accept", "targets": "c1"}]}',
        b'{"number": 1, "changes": [1]}',
        b'{"number": 1, "changes": [{"kind": "edit_title", "targets": ["c1"], "text": "\\ud800"}]}',
        json.dumps({"number": 1, "changes": [{"kind": "accept", "targets": ["c1"]}] * 51}).encode(),
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)  # fmt: skip
def test_garbage_is_refused_in_words(shared: Served, body: bytes) -> None:
    answer = shared.ask("POST", "/change", body, shared.own_headers())
    assert (answer.status, answer.text) == (400, "This is no change that the page could have asked for.\n")


@pytest.mark.parametrize(
    "number", ["", "-1", "x", "1" * 5000, "%D9%A3", "1.0", "%00"], ids=lambda number: number[:6]
)
def test_whoever_shows_no_known_state_is_told_the_one_there_is(shared: Served, number: str) -> None:
    told = shared.ask("GET", f"/news?number={number}", headers={"Cookie": shared.cookie}).told
    assert (told["number"], told["done"], "data-card" in told["main"]) == (1, True, True)


def test_a_long_body_is_not_read_to_its_end(shared: Served) -> None:
    assert shared.ask("POST", "/change", b" " * (MOST_BYTES + 1), shared.own_headers()).status == 413
    # One that does not say how long it is, and never ends.
    with socket.create_connection(
        (shared.host.partition(":")[0], int(shared.host.partition(":")[2]))
    ) as line:
        line.settimeout(30)
        head = {"Host": shared.host, **shared.own_headers(), "Transfer-Encoding": "chunked"}
        line.sendall(
            (
                f"POST {shared.place}/change HTTP/1.1\r\n"
                + "".join(f"{k}: {v}\r\n" for k, v in head.items())
                + "\r\n"
            ).encode()
        )
        sent = 0
        try:
            while sent < 50 * MOST_BYTES:
                line.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n")
                sent += 4096
        except OSError:
            pass
        assert sent < 50 * MOST_BYTES


def test_no_words_of_a_request_are_sent_back(shared: Served) -> None:
    hostile = "<script>alert(1)</script>"
    for path in (f"/?token={hostile}", f"/{hostile}", f"/news?number={hostile}"):
        assert hostile not in shared.ask("GET", path, headers={"Cookie": shared.cookie}).text.replace(
            "&lt;", "<"
        )


def test_a_change_is_a_step_in_the_log_and_is_told_with_what_is_new(server: Served, study: Study) -> None:
    card = a_card(study)
    told = server.do("/change", accept(card))
    assert (told["number"], told["done"], told["lost"]) == (2, True, False)
    assert told["said"].startswith(f"Hecho: aceptar {card} «")
    assert "data-card" in told["main"]
    assert json.loads(told["data"])["cards"]
    assert told["tools"]["undo"].startswith(f"aceptar {card}")
    step = study.editor().steps()[-1]
    assert (step.by, step.changes, step.request) == ("page", (Change("accept", (card,)),), "")
    assert step.session.startswith("page-20")


def test_quotes_are_sent_to_whoever_has_others(server: Served, study: Study) -> None:
    """They are nine tenths of a page, and few changes touch them."""
    told = server.do("/change", accept(a_card(study)))
    assert json.loads(told["quotes"])["quotes"]
    name = told["quotes_name"]
    has_them, has_others = (
        server.ask("GET", f"/news?number=1&quotes={held}", headers={"Cookie": server.cookie}).told
        for held in (name, "others")
    )
    assert has_others == {**has_them, "quotes": told["quotes"]}
    assert "quotes" not in has_them
    asked = {"number": 2, "quotes": name}
    undone = server.ask("POST", "/undo", json.dumps(asked).encode(), server.own_headers()).told
    assert (undone["number"], undone["quotes_name"], "quotes" in undone) == (3, name, False)


def test_what_a_window_asks_that_shows_an_older_map_is_not_done(server: Served, study: Study) -> None:
    first, second = study.map.cards[0].id, study.map.cards[1].id
    server.do("/change", accept(first))
    before = study.map
    for path in ("/change", "/undo", "/redo"):
        changes = [accept(second)] if path == "/change" else []
        told = server.do(path, *changes, number=1)
        assert (told["done"], told["number"]) == (False, 2)
        assert told["said"].startswith("El mapa ha cambiado entretanto, así que no se ha hecho nada.")
        assert "data-card" in told["main"]
    assert study.map == before


def test_the_chat_and_the_page_write_one_history(server: Served, study: Study) -> None:
    before = study.map
    card = a_card(study)
    server.do("/change", accept(card))
    said = run("chat", "--study", study.folder.root, "--yes", "--message", f"/lock {card}")
    assert said.returncode == 0, said.stderr
    told = server.look()
    assert (told["number"], told["said"]) == (
        3,
        f"El mapa acaba de cambiar fuera de esta página: «/lock {card}».",
    )
    server.number = 3
    # What the chat did is taken back here, and what was done here in the chat.
    assert server.do("/undo")["said"] == f"Deshecho: «/lock {card}»."
    said = run("chat", "--study", study.folder.root, "--yes", "--message", "/undo")
    assert said.returncode == 0, said.stderr
    assert study.map == before
    assert server.look()["said"].startswith("El mapa acaba de cambiar fuera de esta página")


def test_who_waits_for_the_map_is_told_that_it_is_busy(server: Served, study: Study) -> None:
    before = study.map
    # The sources are read for the first change, and somebody else has them open.
    with Index.open(study.folder.root, study.settings.search):
        told = server.do("/change", accept(a_card(study)))
    assert (told["done"], told["number"]) == (False, 1)
    assert told["said"].startswith("Otro proceso de JourneyAI está trabajando en este estudio")
    assert study.map == before
    assert server.do("/change", accept(a_card(study)))["done"]


def test_ctrl_c_ends_it_well_and_what_was_being_done_is_done_and_answered(
    server: Served, study: Study
) -> None:
    card = a_card(study)
    server.do("/change", accept(card))
    told: list[dict[str, Any]] = []
    with EditLog(study.folder).locked():
        asking = threading.Thread(
            target=lambda: told.append(server.do("/change", {"kind": "lock", "targets": [card]}))
        )
        asking.start()
        time.sleep(1)
        ended: list[tuple[int, str]] = []
        ending = threading.Thread(target=lambda: ended.append(server.end()))
        ending.start()
        time.sleep(1)
        assert not told
        assert not ended
    asking.join(30)
    ending.join(30)
    assert told[0]["done"]
    assert ended == [
        (
            0,
            "The map is open at this address, on this machine alone. Ctrl-C ends it.\n"
            "Ended. Every change made on the page is in the map.\n",
        )
    ]
    found = next(one for one in study.map.cards if one.id == card)
    assert (found.status, found.locked) == ("accepted", True)


def test_a_lost_map_is_told_and_written_again(server: Served, study: Study) -> None:
    server.do("/change", accept(a_card(study)))
    before = study.folder.map_path.read_bytes()
    study.folder.map_path.write_text("no map", encoding="utf-8")
    told = server.look()
    assert (told["lost"], told["number"]) == (True, 2)
    assert told["said"].startswith("El archivo del mapa ya no se puede leer como mapa")
    told = server.do("/undo")
    assert (told["done"], told["lost"]) == (False, True)
    told = server.do("/restore")
    assert (told["done"], told["lost"]) == (True, False)
    assert str(study.folder.root / "map.broken.json") in told["said"]
    assert study.folder.map_path.read_bytes() == before
    assert server.look()["lost"] is False


def test_a_map_whose_whole_folder_was_deleted_is_told_and_written_again(server: Served, study: Study) -> None:
    card = a_card(study)
    server.do("/change", accept(card))
    before, root = study.folder.map_path.read_bytes(), study.folder.root
    shutil.rmtree(root)
    for _ in range(2):
        told = server.look()
        assert (told["lost"], told["number"]) == (True, 2)
        assert "Falta la carpeta entera del estudio." in told["said"]
    # Whoever only looks makes nothing.
    assert not root.exists()
    assert server.ask("GET", "/", headers={"Cookie": server.cookie}).status == 200
    told = server.do("/change", accept(card))
    assert (told["done"], told["lost"]) == (False, True)
    told = server.do("/restore")
    assert (told["done"], told["lost"], told["number"]) == (True, False, 3)
    assert told["said"] == (
        f"El mapa vuelve a estar escrito tal como estaba, en `{study.folder.map_path}`. "
        "Su historial se borró: lo hecho antes ya no se puede deshacer."
    )
    assert told["tools"]["undo"] == ""
    assert study.folder.map_path.read_bytes() == before
    assert server.look()["said"] == ""
    assert server.do("/change", {"kind": "lock", "targets": [card]})["done"]
    assert server.do("/undo")["done"]
    assert study.folder.map_path.read_bytes() == before
    assert server.end()[1].count("\n") == 2


def test_a_map_that_is_well_is_not_written_again(server: Served, study: Study) -> None:
    told = server.do("/restore")
    assert (told["done"], told["said"]) == (
        True,
        "El archivo del mapa está en su sitio y se puede leer, así que no hacía falta hacer nada.",
    )


def test_a_click_that_waits_for_another_process_holds_up_no_other_window(
    server: Served, study: Study
) -> None:
    card = a_card(study)
    server.do("/change", accept(card))
    told: list[dict[str, Any]] = []
    lock = {"kind": "lock", "targets": [card]}
    with EditLog(study.folder).locked():
        asking = threading.Thread(target=lambda: told.append(server.do("/change", lock)))
        asking.start()
        time.sleep(0.5)
        for path in ("/news?number=2", "/tools?number=2", "/"):
            begun = time.monotonic()
            assert server.ask("GET", path, headers={"Cookie": server.cookie}).status == 200
            assert time.monotonic() - begun < 2, path
        assert not told
    asking.join(30)
    assert (told[0]["done"], told[0]["number"]) == (True, 3)


def half_a_change(server: Served) -> socket.socket:
    """Begin to send a change, and never end."""
    host, _, port = server.host.partition(":")
    line = socket.create_connection((host, int(port)))
    head = {"Host": server.host, **server.own_headers(), "Content-Length": "100"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    line.sendall(f"POST {server.place}/change HTTP/1.1\r\n{lines}\r\n{{".encode())
    return line


ENDED = (
    "The map is open at this address, on this machine alone. Ctrl-C ends it.\n"
    "Ended. Every change made on the page is in the map.\n"
)


def test_half_sent_changes_hold_up_no_end(server: Served) -> None:
    lines = [half_a_change(server) for _ in range(30)]
    time.sleep(0.5)
    begun = time.monotonic()
    assert server.end() == (0, ENDED)
    assert time.monotonic() - begun < 8
    for line in lines:
        line.close()


def test_a_half_sent_change_is_not_waited_for_long(server: Served) -> None:
    with half_a_change(server) as line:
        line.settimeout(20)
        assert line.recv(100).startswith(b"HTTP/1.1 408 ")
    with half_a_change(server):
        time.sleep(0.2)
    # Who went away in the middle is no mistake of ours.
    time.sleep(0.2)
    assert server.end() == (0, ENDED)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_pipe_in_the_maps_place_is_no_map_and_is_not_read(server: Served, study: Study) -> None:
    server.do("/change", accept(a_card(study)))
    before = study.folder.map_path.read_bytes()
    study.folder.map_path.unlink()
    os.mkfifo(study.folder.map_path)
    assert server.look()["lost"]
    assert server.do("/restore")["done"]
    assert study.folder.map_path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
@pytest.mark.parametrize(
    ("presses", "most_seconds", "ended"),
    [
        (
            1,
            22,
            (
                2,
                "Un cambio empezó y no llega a su fin, porque la unidad donde está la carpeta del estudio no responde.",
            ),
        ),
        (2, 5, (0, "Ended. Every change made on the page is in the map.")),
    ],
    ids=["once", "twice"],
)
def test_a_change_that_hangs_holds_up_the_end_a_while_and_is_told(
    server: Served, study: Study, presses: int, most_seconds: float, ended: tuple[int, str]
) -> None:
    """The map's new file is a pipe that nobody reads: so does a drive behave that does not answer."""
    path = study.folder.map_path
    os.mkfifo(path.with_name(f".{path.name}.{server.process.pid}.new"))
    asking = threading.Thread(target=lambda: swallow(lambda: server.do("/change", accept(a_card(study)))))
    asking.start()
    time.sleep(1)
    begun = time.monotonic()
    for _ in range(presses):
        server.process.send_signal(signal.SIGINT)
        time.sleep(1)
    said = server.process.communicate(timeout=60)[1]
    assert time.monotonic() - begun < most_seconds
    assert (server.process.returncode, said.splitlines()[1]) == ended
    asking.join(30)


#: `journeyai` on a drive that does not answer whoever reads a source.
ON_A_DEAD_DRIVE = """
import sys, threading
from journeyai.cli import main
from journeyai.sources import reading
reading.load_bytes = lambda path, source: threading.Event().wait()
sys.exit(main())
"""


def test_a_look_that_hangs_holds_up_no_other_window_and_no_end(study: Study) -> None:
    """The page wants the words around its quotes, and this file is not as it was indexed."""
    os.utime(study.folder.sources / study.map.evidence[0].source, (0, 0))
    with served(study.folder.root, program=("-c", ON_A_DEAD_DRIVE)) as server:
        server.cookie = server.ask("GET", server.door).headers["set-cookie"].partition(";")[0]
        asking = threading.Thread(
            target=lambda: swallow(lambda: server.ask("GET", "/", headers={"Cookie": server.cookie}))
        )
        asking.start()
        asking.join(5)
        assert asking.is_alive()
        assert server.look("/news", 1) == {"number": 1, "done": True, "said": "", "lost": False}
        assert server.look("/tools", 1)["tools"]["undo"] == ""
        begun = time.monotonic()
        assert server.end() == (0, ENDED)
        assert time.monotonic() - begun < 6
        asking.join(30)


def test_whoever_ends_the_process_by_its_number_ends_it_well(server: Served) -> None:
    server.process.terminate()
    assert server.process.communicate(timeout=30)[1] == ENDED
    assert server.process.returncode == 0


def test_what_is_no_request_says_nothing_in_the_terminal(server: Served) -> None:
    host, _, port = server.host.partition(":")
    for sent in (b"\x16\x03\x01\x02\x00", b"\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"\xff" * 100):
        with socket.create_connection((host, int(port))) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            line.settimeout(20)
            with suppress(OSError):
                line.recv(1000)
    upgrade = {"Cookie": server.cookie, "Upgrade": "websocket", "Connection": "Upgrade"}
    assert server.ask("GET", "/", headers=upgrade).status == 200
    assert server.end() == (0, ENDED)


def test_a_taken_port_is_told(shared: Served, study: Study) -> None:
    port = shared.host.partition(":")[2]
    ended = run("serve", "--no-open", "--port", port, "--study", study.folder.root)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.decode().startswith(f"Port {port} cannot be had: ")


def test_without_a_map_there_is_nothing_to_serve(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", title="Empty")
    ended = run("serve", "--no-open", "--study", study.folder.root)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.decode().splitlines()[-1] == "Run `journeyai draft` first."


def test_quiet_leaves_the_address_alone(study: Study) -> None:
    with served(study.folder.root, "--quiet") as server:
        assert server.enter().end() == (0, "")


def test_the_browser_gets_a_file_that_nobody_else_can_read_and_that_opens_the_page_once(
    study: Study, tmp_path: Path
) -> None:
    """Everybody on a machine can read the command line of a browser."""
    got = tmp_path / "address"
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!/bin/sh\nprintf %s \"$1\" > '{got}.new' && mv '{got}.new' '{got}'\n", encoding="utf-8"
    )
    browser.chmod(0o755)
    own = {"BROWSER": f"{browser} %s", "TMPDIR": str(tmp_path)}
    with served(study.folder.root, env=own) as server:
        wait_for(got.exists)
        address = got.read_text(encoding="utf-8")
        assert address.startswith("file://")
        file = Path(url2pathname(urlsplit(address).path))
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        (leads_to,) = re.findall(r'content="0;url=([^"]+)"', file.read_text(encoding="utf-8"))
        assert leads_to != server.address
        path = leads_to.partition(server.host)[2]
        # A file's page is another site, which the door is there for.
        from_a_file = {"Sec-Fetch-Site": "cross-site"}
        assert [server.ask("GET", path, headers=from_a_file).status for _ in range(2)] == [200, 403]
        wait_for(lambda: not file.parent.exists())
        assert server.enter().number == 1


def test_the_browsers_file_goes_with_the_server(study: Study, tmp_path: Path) -> None:
    with served(study.folder.root, env={"BROWSER": "true %s", "TMPDIR": str(tmp_path)}) as server:
        wait_for(lambda: list(tmp_path.glob("journeyai-*/open.html")) != [])
        assert server.end()[0] == 0
    assert list(tmp_path.glob("journeyai-*")) == []


@pytest.mark.parametrize("screen", [{}, {"DISPLAY": ""}], ids=["none", "empty"])
def test_where_there_is_no_screen_the_address_is_to_be_opened_by_hand(
    study: Study, monkeypatch: pytest.MonkeyPatch, screen: dict[str, str]
) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with served(study.folder.root, env={"LC_ALL": "C.UTF-8", **screen}) as server:
        assert server.enter().end() == (
            0,
            "The map is open at this address, on this machine alone. Ctrl-C ends it.\n"
            "There is no screen here: open the address in a browser yourself.\n"
            "Ended. Every change made on the page is in the map.\n",
        )
