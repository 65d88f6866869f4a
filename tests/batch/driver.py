"""Runs a batch in a child of its own for every line that it reads, so that it can be killed.

`driver.py local|threads|llm [ordered]` in the folder of the material.  Everything is loaded once and each child is a
fork: fifty runs would otherwise spend most of their time importing.
"""

import os
import sys
from pathlib import Path

import langchain_openai  # noqa: F401
from tests.batch.standins import StandIn, batch, silent

from journeyai.batch.run import Batch, Order
from journeyai.engines.llm import client, shared, summary_session  # noqa: F401
from journeyai.engines.llm.session import Wish
from journeyai.engines.llm.steps import summarise  # noqa: F401

engine, *more = sys.argv[1:]
order = Order(
    ("chats", "reviews.csv", "big.csv"),
    engine="llm" if engine == "llm" else "local",
    out=Path("out.jsonl"),
    jobs=8,
    ordered="ordered" in more,
    wish=Wish(model="tiny"),
)


def run(seconds: float) -> int:
    """Run the batch, and tell what came of it."""
    # As with a model, what threads work on is read before.
    in_threads = engine == "threads"
    stand_in = batch(StandIn(seconds=seconds), threads=4 * in_threads, whole_files=not in_threads)
    result = (Batch() if engine == "llm" else stand_in).run(order, silent)
    print("result", result.state.done, result.state.kept, result.state.failed, flush=True)
    return result.exit_code


for line in sys.stdin:
    if (child := os.fork()) == 0:
        code = 99
        try:
            code = run(float(line))
        finally:
            os._exit(code)
    print("begun", child, flush=True)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
