"""A real language model behind an OpenAI-compatible address of this machine: llama.cpp with SmolLM2-135M-Instruct.

Its answers are noise, which is the point: the protocol is real, and a model that misbehaves shows what holds.

By hand, as a server of one's own to develop against: `make llm-server`, which is `python -m tests.llm.server`.
"""

import argparse
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.repository import ROOT

#: Where `tests/llm/fetch.py` puts the weights.
WEIGHTS: Final = ROOT / "build" / "llm" / "SmolLM2-135M-Instruct.Q4_1.gguf"
#: What the server calls the model.
MODEL: Final = "smollm2-135m-instruct"
#: Tokens that all questions under way may hold together; each of them gets an equal share.
CONTEXT: Final = 8192
PARALLEL: Final = 2

_THREADS: Final = 2
#: It loads in a second; on a machine that is busy with other things in half a minute.
_START_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 5.0
_NOTE_SECONDS: Final = 20.0
_CANNOT_LOAD: Final = 3
_ADDRESS: Final = "Listening at "


class UnavailableError(Exception):
    """There is no real model on this machine, and why."""


def lacking() -> str:
    """Return what this machine lacks for a real model, or nothing."""
    if importlib.util.find_spec("xllamacpp") is None:
        return "xllamacpp is not installed; `make test-llm` installs it"
    if not WEIGHTS.is_file():
        return f"{WEIGHTS.relative_to(ROOT).as_posix()} is not there; `make test-llm` fetches it"
    return ""


class LlamaServer:
    """The model's server, in a process of its own that ends with this one, however this one ends.

    Attributes:
        url: the address up to and with `/v1`, while it runs.
    """

    url: str

    def __init__(self, *, parallel: int = PARALLEL, context: int = CONTEXT, key: str = "") -> None:
        """Take the measures of a server.

        Args:
            parallel: how many questions are answered at the same time.
            context: tokens that these share.
            key: what a caller must prove with; empty lets everybody in.
        """
        self._options = [f"--parallel={parallel}", f"--context={context}", f"--key={key}"]
        self._process: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            UnavailableError: the runtime or the weights are not there, or cannot be loaded.
            RuntimeError: it did not start.
        """
        if why := lacking():
            raise UnavailableError(why)
        self._home = tempfile.TemporaryDirectory(prefix="llama-")
        # Into a file and not a pipe: nobody reads while it serves, and a full pipe would stop it.
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.llm.server", "--until-closed", *self._options],
                cwd=ROOT,
                # Threads that wait by spinning take the cores from those that work: 17 tokens a second become 1.4.
                env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONUTF8": "1"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.url = self._when_ready() + "/v1"
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            # Killed at once: it has nothing to save, and llama.cpp would first finish what it is writing.
            process.kill()
            process.wait(_STOP_SECONDS)
            if process.stdin:
                process.stdin.close()
        if self._home:
            self._home.cleanup()
            self._home = None

    def kill(self) -> None:
        """Let the server die; it is still to be stopped."""
        assert self._process is not None
        self._process.kill()

    def asked(self, least: int = 0) -> int:
        """Return how many questions it has taken up so far.

        Args:
            least: waited for, a while: it notes them a little later than it answers.
        """
        return self._noted("| processing task", least)

    def dropped(self, least: int = 0) -> int:
        """Return how many questions it left off because nobody waited for the answer any more, or it was too long."""
        return self._noted("cancel task", least)

    def said(self) -> str:
        """Return what the server printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _noted(self, words: str, least: int) -> int:
        deadline = time.monotonic() + _NOTE_SECONDS
        while (count := self.said().count(words)) < least and time.monotonic() < deadline:
            time.sleep(0.05)
        return count

    @property
    def _log(self) -> Path:
        assert self._home is not None
        return Path(self._home.name) / "log.txt"

    def _when_ready(self) -> str:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        address = ""
        while time.monotonic() < deadline:
            if (code := self._process.poll()) is not None:
                last = "\n".join(self.said().strip().splitlines()[-5:])
                raise (UnavailableError if code == _CANNOT_LOAD else RuntimeError)(last)
            if not address:
                told = [line for line in self.said().splitlines() if line.startswith(_ADDRESS)]
                address = told[0].removeprefix(_ADDRESS).strip() if told else ""
            if address and _is_healthy(address):
                return address
            time.sleep(0.05)
        raise RuntimeError(f"No answer within {_START_SECONDS:.0f} s. It said:\n{self.said()}")


def _is_healthy(address: str) -> bool:
    try:
        # By itself: a proxy named in the environment is not asked about this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{address}/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _serve(weights: Path, *, threads: int, parallel: int, context: int, port: int, key: str) -> object:
    """Start llama.cpp's server in this process and tell its address; it serves as long as the value lives."""
    try:
        from xllamacpp import CommonParams, Server
    except ImportError as error:
        sys.stdout.write(f"xllamacpp cannot be loaded ({error}); on Debian and its kin it needs libgomp1\n")
        raise SystemExit(_CANNOT_LOAD) from None
    wanted = CommonParams()
    wanted.model.path = str(weights)
    wanted.model_alias = {MODEL}
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = port
    wanted.n_ctx = context
    wanted.n_parallel = parallel
    wanted.cpuparams.n_threads = threads
    wanted.cpuparams_batch.n_threads = threads
    wanted.sampling.temp = 0.0
    wanted.sampling.seed = 7
    wanted.warmup = False
    # Neither its own page nor a page of somebody else's that is open in a browser has any business here.
    wanted.ui = False
    wanted.cors_origins = "http://127.0.0.1"
    if key:
        wanted.api_keys = [key]
    server = Server(wanted)
    sys.stdout.write(f"{_ADDRESS}{server.listening_address}\n")
    sys.stdout.flush()
    return server


def main() -> None:
    """Serve until Ctrl-C; or, for a process that started this one, until its end of the pipe is closed."""
    parser = argparse.ArgumentParser(prog="python -m tests.llm.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--threads", type=int, default=_THREADS)
    parser.add_argument("--parallel", type=int, default=PARALLEL, help="questions answered at a time")
    parser.add_argument("--context", type=int, default=CONTEXT, help="tokens that these share")
    parser.add_argument("--key", default="", help="the key that callers must send; empty lets everybody in")
    parser.add_argument("--until-closed", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if why := lacking():
        parser.exit(1, f"{why}.\n")
    if "OMP_WAIT_POLICY" not in os.environ:
        # It is read when a process starts, so this one starts again.
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        os.execv(sys.executable, [sys.executable, "-m", "tests.llm.server", *sys.argv[1:]])
    kept = _serve(
        WEIGHTS,
        threads=asked.threads,
        parallel=asked.parallel,
        context=asked.context,
        port=asked.port,
        key=asked.key,
    )
    if asked.until_closed:
        # Ctrl-C in a terminal reaches every process that was started there; this one ends with its parent.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stdin.read()
    else:
        address = kept.listening_address  # type: ignore[attr-defined]
        sys.stdout.write(
            f"Draft with it from another terminal:\n  OPENAI_BASE_URL={address}/v1 journeyai draft --engine llm\n"
            "Ctrl-C ends it.\n"
        )
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    # Without ceremony: llama.cpp's own end waits for what is still being answered.
    os._exit(0)


if __name__ == "__main__":
    main()
