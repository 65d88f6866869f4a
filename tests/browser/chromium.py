"""Which browser is driven, and how it is started: Debian's Chromium, shut off from the network."""

import os
import shutil
from typing import Final

_NAMES: Final = ("chromium", "chromium-browser")
#: No address but this machine's has an answer: whoever asks for another learns that there is no such host.
_ONLY_HERE: Final = "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]"
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    f"--host-resolver-rules={_ONLY_HERE}",
)


def find_chromium() -> str | None:
    """Return where the browser is: what `JOURNEYAI_CHROMIUM` names, else Chromium on the path; None without one."""
    return os.environ.get("JOURNEYAI_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
