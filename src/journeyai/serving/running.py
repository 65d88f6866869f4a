"""The server itself: on this machine's own address and nowhere else, until somebody ends it."""

import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Final

import uvicorn

from journeyai.app import Study
from journeyai.errors import SettingsError
from journeyai.serving.guard import Guard
from journeyai.serving.live_map import LiveMap
from journeyai.serving.routes import make_app

#: The only address that is ever listened at: no other machine reaches it.
LOOPBACK: Final = "127.0.0.1"
#: How long an answer may still take when the server is ended, in seconds: longer than a change waits for the map.
_LAST_ANSWERS: Final = 15


def serve(study: Study, port: int, announce: Callable[[str], None], *, opens: bool) -> None:
    """Serve the map of *study* until the process is interrupted; what was begun then is finished.

    Args:
        study: with a map.
        port: of this machine; 0 for any that is free.
        announce: told the address, once it is answered.
        opens: whether to open it in the person's browser.

    Raises:
        SettingsError: there is no map, its history cannot be read, or the port cannot be had.
        KeyboardInterrupt: somebody interrupted it; everything is written.
    """
    guard = Guard()
    live = LiveMap(study, guard.page)
    with closing(_listen(port)) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/?token="
        announce(address + guard.address)
        if opens:
            # By a thread: a browser may take its time, and the system keeps its question until we answer.
            threading.Thread(target=_open, args=(address + guard.ticket(),), daemon=True).start()
        _run(make_app(live, guard), listening)


def can_open() -> bool:
    """Whether a browser can open a window: not one of text, which would take over the terminal, unless it is named."""
    named = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform in {"win32", "darwin"} or any(map(os.environ.get, named))


def _run(app: object, listening: socket.socket) -> None:
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
        timeout_graceful_shutdown=_LAST_ANSWERS,
    )
    uvicorn.Server(config).run([listening])


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


def _open(address: str) -> None:
    with suppress(webbrowser.Error):
        webbrowser.open(address)
