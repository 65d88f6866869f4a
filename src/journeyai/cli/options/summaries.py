"""What can be typed to sum up sources, each by itself: `summarise`."""

import argparse

from journeyai.cli.options.shared import (
    Commands,
    command,
    json_option,
    model_options,
    positive,
    spending_options,
)


def add_summarise(commands: Commands) -> None:
    """Add `summarise`."""
    parser = command(
        commands,
        "summarise",
        "sum up transcripts, chats, calls, tickets and reviews, each by itself; goes on where it was ended",
        "journeyai summarise interviews --out summaries.jsonl",
        "journeyai summarise calls tickets.json --format csv --out summaries.csv",
        "journeyai summarise chats --engine llm --model gpt-5-mini --limit 3 --out sample.jsonl",
        "journeyai summarise chats --engine llm --max-cost 20 --jobs 32 --out summaries.jsonl",
        "journeyai summarise chats --batch-api --out summaries.jsonl      (half the price, within a day)",
        "journeyai summarise chats --cluster local:4 --out summaries.jsonl",
        aliases=("summarize",),
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, a folder, a pattern in quotes, FILE#RECORD for one row or ticket, or - for standard input",
    )
    _where_to(parser)
    model_options(parser, "who sums up", default="as in journey.toml, else auto: a model where one is set up")
    parser.add_argument("--template", metavar="ID", help="another method than the study's, for its stages")
    parser.add_argument(
        "--no-map",
        action="store_true",
        help="in a study, do not let the model read its sources for the map besides (a draft then asks for that)",
    )
    _how_much(parser)


def _where_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="FILE", help="where the summaries go (default: standard output); jsonl is added to"
    )
    parser.add_argument(
        "--format",
        choices=("jsonl", "md", "csv"),
        default="jsonl",
        help="jsonl: a line of JSON each (default); md: a page; csv: a table for spreadsheets",
    )
    parser.add_argument(
        "--ordered", action="store_true", help="in the order of the files, whatever is finished first"
    )
    json_option(parser, "print the totals as JSON (with --out)")


def _how_much(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="say how many there are and what a model would cost, and stop"
    )
    parser.add_argument("--limit", type=positive, metavar="N", help="only the first N, to see a sample first")
    spending_options(parser)
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="questions to the model under way at the same time"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="make every summary again; the old file is kept aside"
    )
    parser.add_argument("--retry-failed", action="store_true", help="only those that failed before")
    parser.add_argument(
        "--batch-api",
        action="store_true",
        help="send the questions as a batch to OpenAI: half the price, answers within a day",
    )
    parser.add_argument(
        "--collect", action="store_true", help="with --batch-api: fetch what is answered by now"
    )
    parser.add_argument(
        "--cluster",
        default="",
        metavar="ADDRESS",
        help="local engine: work on a Dask cluster (tcp://host:8786), or local:N worker processes here",
    )
