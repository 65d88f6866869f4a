"""What the options of several commands have in common, each said once.  Imports nothing but argparse."""

import argparse
from collections.abc import Sequence
from typing import TypeAlias

#: What `add_subparsers` gives; argparse has no public name for it.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def command(
    commands: Commands,
    name: str,
    about: str,
    *examples: str,
    study: bool = True,
    aliases: Sequence[str] = (),
) -> argparse.ArgumentParser:
    """Add the command *name*, with the options that all have.

    Args:
        commands: what `add_subparsers` gave.
        name: as typed.
        about: what it does, a sentence without its full stop; starts in lower case for the list of commands.
        examples: whole lines as typed.
        study: whether it works in a study, and so has `--study`.
        aliases: other names for it.
    """
    parser = commands.add_parser(
        name,
        aliases=aliases,
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog="for example:\n" + "\n".join(f"  {example}" for example in examples) if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if study:
        parser.add_argument(
            "--study",
            metavar="DIR",
            help="the study's folder (default: JOURNEYAI_STUDY, else this folder or the nearest above it "
            "that has a journey.toml)",
        )
    parser.add_argument(
        "--quiet", action="store_true", help="no progress and no remarks, only results and errors"
    )
    return parser


def json_option(parser: argparse.ArgumentParser, about: str = "print JSON") -> None:
    """Add `--json`, which does what *about* says."""
    parser.add_argument("--json", action="store_true", help=about)


def model_options(parser: argparse.ArgumentParser, who: str, *, default: str = "as in journey.toml") -> None:
    """Add `--engine` and `--model`.

    Args:
        parser: the command's.
        who: what the engine does there, such as "who sums up".
        default: which engine it is when none is named.
    """
    engine_option(parser, who, default=default)
    model_option(parser)


def engine_option(parser: argparse.ArgumentParser, who: str, *, default: str = "as in journey.toml") -> None:
    """Add `--engine` alone, for a command that lists other options before `--model`; see `model_options`."""
    parser.add_argument(
        "--engine",
        choices=("auto", "local", "llm"),
        help=f"{who}: local, on this machine and without a key, or a language model (default: {default})",
    )


def model_option(parser: argparse.ArgumentParser) -> None:
    """Add `--model` alone; see `model_options`."""
    parser.add_argument(
        "--model", default="", metavar="NAME", help="the language model: gpt-5-mini, anthropic:…, ollama:…"
    )


def spending_options(parser: argparse.ArgumentParser) -> None:
    """Add `--max-cost` and `--max-tokens`: where a model's work ends."""
    parser.add_argument(
        "--max-cost", type=amount, metavar="USD", help="ask no more once it might cost more than this"
    )
    parser.add_argument(
        "--max-tokens", type=count, metavar="N", help="ask no more once it might take more tokens than this"
    )


def count(text: str) -> int:
    """Read a whole number from 0 up."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def positive(text: str) -> int:
    """Read a whole number from 1 up."""
    value = count(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return value


def port(text: str) -> int:
    """Read the number of a port, 0 … 65535."""
    value = count(text)
    if value > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: they end at 65535")
    return value


def amount(text: str) -> float:
    """Read an amount of US dollars above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of US dollars above 0")
    return value
