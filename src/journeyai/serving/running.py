"""The server itself: on this machine's own address and nowhere else, until somebody ends it."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import closing, contextmanager, nullcontext
from time import monotonic
from typing import Final

import uvicorn

from journeyai.app import Study
from journeyai.errors import SettingsError
from journeyai.serving.apart import begin
from journeyai.serving.guard import Guard
from journeyai.serving.live_map import LiveMap
from journeyai.serving.opening import opened
from journeyai.serving.routes import door, make_app

#: The only address that is ever listened at: no other machine reaches it.
LOOPBACK: Final = "127.0.0.1"
#: How long what is only being read may still take when the server is ended, in seconds.
_LAST_LOOKS: Final = 2.0
#: And what is being written: longer than a change waits for the map.
_LAST_CHANGES: Final = 15.0
#: How often to look whether somebody has pressed Ctrl-C, in seconds: Windows does not wake us up for it.
_TICK: Final = 0.3
#: Who speaks to programmers: of every request that is none, and of every connection that breaks off.
_LOGGERS: Final = ("uvicorn", "asyncio")


def serve(
    study: Study,
    port: int,
    announce: Callable[[str], None],
    report: Callable[[str], None],
    *,
    opens: bool,
) -> None:
    """Serve the map of *study* until the process is interrupted; a change that was begun then is finished.

    What hangs is left behind, in threads that end with the process; a second interruption waits for nothing.

    Args:
        study: with a map.
        port: of this machine; 0 for any that is free.
        announce: told the address, once it is answered.
        report: told in one sentence of a mistake of ours, while the server goes on.
        opens: whether to open it in the person's browser.

    Raises:
        SettingsError: there is no map, its history cannot be read, the port cannot be had, or a change that was begun
            does not come to its end.
        KeyboardInterrupt: somebody interrupted it; everything is written.
    """
    guard = Guard()
    live = LiveMap(study, guard.page)
    # Meanwhile a browser starts.  What goes wrong here goes wrong again, and is told, when the page is asked for.
    begin(live.draw)
    with closing(_listen(port)) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/{guard.place}/?token="
        announce(address + guard.address)
        ticket = guard.ticket()
        lead_on = door(address + ticket.secret, live.say("door"))
        with opened(lead_on, ticket) if opens else nullcontext():
            _run(_server(make_app(live, guard, report)), listening, live)


def can_open() -> bool:
    """Whether a browser can open a window: not one of text, which would take over the terminal, unless it is named."""
    named = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform in {"win32", "darwin"} or any(map(os.environ.get, named))


def _server(app: object) -> uvicorn.Server:
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    return uvicorn.Server(config)


def _run(server: uvicorn.Server, listening: socket.socket, live: LiveMap) -> None:
    """Run *server* in a thread, so that this one hears Ctrl-C whatever hangs there."""
    with _terminated_as_interrupted():
        running = begin(lambda: server.run([listening]))
        try:
            while not wait([running], _TICK).done:
                pass
        except KeyboardInterrupt:
            server.should_exit = True
            _finish(running, live)
            raise
    # It ends by itself only if something is wrong.
    running.result()


def _finish(running: "Future[None]", live: LiveMap) -> None:
    """Wait for what was begun.

    Raises:
        SettingsError: a change does not come to its end.
    """
    begun = monotonic()
    while not wait([running], _TICK).done:
        waited = monotonic() - begun
        if waited > _LAST_LOOKS and not live.is_writing:
            return
        if waited > _LAST_CHANGES:
            raise SettingsError(live.say("hangs"), live.say("hangs_hint"))


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let whoever ends the process by its number end it as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _listen(port: int) -> socket.socket:
    """Return a socket that listens at *port* of this machine alone.

    Raises:
        SettingsError: the port is taken, or is not ours to use.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There, another program could else listen at the same port, and hear what is meant for us.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Else the port of a server that has just ended cannot be had for a minute.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except PermissionError:
        listening.close()
        raise SettingsError(
            f"Port {port} is kept for the system.", "Name one from 1024 up, or leave `--port` out."
        ) from None
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"Port {port} cannot be had: {error.strerror or error}.",
            "Another program uses it. Name another port, or leave `--port` out: then any that is free is taken.",
        ) from None
    return listening
