"""Opens the page in the person's own browser, so that nobody else on this machine can open it in their place.

What a browser is called with stands in the list of processes, which every account can read.  So it is called with a
file that only the person can read, and the file leads on to the page, once and for a minute.
"""

import os
import shutil
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from journeyai.serving.apart import begin
from journeyai.serving.guard import TICKET_SECONDS, Ticket


@contextmanager
def opened(page: str, ticket: Ticket) -> Iterator[None]:
    """Open a file with *page* in the browser; it is gone when the *ticket* in it is used or ends, or the context does.

    Where no such file can be written nothing is opened: the address stands in the terminal.

    Args:
        page: HTML that leads on.
        ticket: that it leads on with.
    """
    folder: Path | None = None
    try:
        with suppress(OSError):
            # Nobody else may look into it.
            folder = Path(mkdtemp(prefix="journeyai-"))
            path = folder / "open.html"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(page.encode())
            # Apart: a browser may take its time, and one of text ends only with its window.
            begin(lambda: _open(path.as_uri()))
            begin(lambda: _tidy(folder, ticket))
        yield
    finally:
        _remove(folder)


def _open(address: str) -> None:
    with suppress(webbrowser.Error):
        webbrowser.open(address)


def _tidy(folder: Path | None, ticket: Ticket) -> None:
    ticket.used.wait(TICKET_SECONDS)
    _remove(folder)


def _remove(folder: Path | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
