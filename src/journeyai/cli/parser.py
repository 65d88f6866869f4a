"""What can be typed.  Imports nothing but argparse, so that `journeyai --help` answers at once."""

import argparse
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from journeyai import __version__

_ABOUT: Final = (
    "Draft customer journey maps from interviews, chats, calls, tickets and reviews; "
    "every claim proved from your own files."
)

_START: Final = """\
start here:
  journeyai demo                         a sample study, drafted and shown
  journeyai init my-study --from FOLDER  make a study from your own files
  cd my-study && journeyai draft         read, index, draft; then: journeyai show

exit codes: 0 done, 1 a mistake in JourneyAI, 2 usage or settings, 3 your files, 4 the model,
            5 the budget, 6 a check failed, 130 interrupted
"""

#: Command → where it lives.  A module with a function `run(arguments) -> int`.
COMMANDS: Final = {
    "demo": "journeyai.cli.commands.demo:run",
    "init": "journeyai.cli.commands.init:run",
    "index": "journeyai.cli.commands.index:run",
    "search": "journeyai.cli.commands.search:run",
    "draft": "journeyai.cli.commands.draft:run",
    "show": "journeyai.cli.commands.show:run",
    "chat": "journeyai.cli.commands.chat:run",
    "summarise": "journeyai.cli.commands.summarise:run",
    "summarize": "journeyai.cli.commands.summarise:run",
    "diff": "journeyai.cli.commands.diff:run",
    "export": "journeyai.cli.commands.export:run",
    "verify": "journeyai.cli.commands.verify:run",
    "coverage": "journeyai.cli.commands.coverage:run",
    "source": "journeyai.cli.commands.source:run",
    "privacy": "journeyai.cli.commands.privacy:run",
    "schema": "journeyai.cli.commands.schema:run",
    "eval": "journeyai.cli.commands.eval:run",
    "doctor": "journeyai.cli.commands.doctor:run",
}

#: What `search --kind` and `--role` can say.  The model has them too; importing it would take the time of all else.
KINDS: Final = ("interview", "chat", "call", "ticket", "review", "survey", "note")
ROLES: Final = ("customer", "agent", "researcher", "system", "unknown")

Command = Callable[[argparse.Namespace], int]


def load_command(name: str) -> Command:
    """Import the command *name*."""
    from importlib import import_module

    module, _, function = COMMANDS[name].partition(":")
    command: Command = getattr(import_module(module), function)
    return command


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="journeyai",
        description=_ABOUT,
        epilog=_START,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"journeyai {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    for add in (
        _demo,
        _init,
        _index,
        _search,
        _draft,
        _show,
        _chat,
        _summarise,
        _diff,
        _export,
        _verify,
        _coverage,
        _source,
        _privacy,
        _schema,
        _eval,
        _doctor,
    ):
        add(commands)
    return parser


#: What `add_subparsers` gives; argparse has no public name for it.
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(
    commands: _Commands,
    name: str,
    about: str,
    *examples: str,
    study: bool = True,
    aliases: Sequence[str] = (),
) -> argparse.ArgumentParser:
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


def _demo(commands: _Commands) -> None:
    parser = _command(commands, "demo", "write a sample study, draft its map and show it", study=False)
    parser.add_argument(
        "directory", nargs="?", metavar="DIR", help="where (default: journeyai-demo, or journeyai-demo-es)"
    )
    parser.add_argument("--lang", choices=("en", "es"), default="en", help="which sample: English or Spanish")


def _init(commands: _Commands) -> None:
    parser = _command(
        commands,
        "init",
        "make a study: a folder with the settings, the index and the map of one journey",
        "journeyai init my-study --from interviews",
        'journeyai init my-study --title "Joining the library" --stages "Find out, Join, Borrow"',
        study=False,
    )
    parser.add_argument("directory", metavar="DIR", help="the study's folder; made if it does not exist")
    parser.add_argument("--title", default="", help="the map's title")
    parser.add_argument("--goal", default="", help="why the map is drawn, a sentence")
    parser.add_argument(
        "--lang",
        choices=("auto", "en", "es"),
        default="auto",
        help="language of the map's own words; auto: that of the files",
    )
    parser.add_argument(
        "--template",
        default="cx-lifecycle",
        metavar="ID",
        help="the method, such as hubspot (journeyai doctor lists them)",
    )
    parser.add_argument("--stages", default="", metavar='"A, B, C"', help="your own stages, in order")
    parser.add_argument(
        "--from", dest="sources", metavar="FOLDER", help="draw from the files in FOLDER, left where they are"
    )


def _index(commands: _Commands) -> None:
    parser = _command(
        commands,
        "index",
        "read and check the sources and make them searchable; only what changed",
        "journeyai index",
        "journeyai index interviews/int-03.docx",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="only these files or folders of sources; - reads standard input",
    )
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="embed on workers: local:4 for four processes here, tcp://HOST:8786 for a Dask scheduler "
        "(docs/scale.md)",
    )
    parser.add_argument("--json", action="store_true", help="print the table as JSON")


def _search(commands: _Commands) -> None:
    parser = _command(
        commands,
        "search",
        "find passages by words and by meaning; a question in one language finds passages in another",
        'journeyai search "waiting for an answer"',
        'journeyai search "no me contestan" --role customer -k 5',
    )
    parser.add_argument("query", metavar="QUERY", help="a few words or a question, in quotation marks")
    parser.add_argument(
        "-k", type=_positive, default=10, metavar="N", help="at most so many passages (default 10)"
    )
    parser.add_argument(
        "--source", metavar="PATH", help="only in this source, or in those a pattern fits (reviews/*)"
    )
    parser.add_argument(
        "--kind",
        choices=KINDS,
        metavar="KIND",
        help="only in an interview, chat, call, ticket, review, survey or note",
    )
    parser.add_argument("--speaker", metavar="NAME", help="only by this speaker")
    parser.add_argument(
        "--role", choices=ROLES, metavar="ROLE", help="only by a customer, agent or researcher"
    )
    parser.add_argument("--language", metavar="CODE", help="only in this language (en, es)")
    parser.add_argument(
        "--stage", metavar="ID", help="only what stands in this stage of the map: its id, name or number"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _draft(commands: _Commands) -> None:
    parser = _command(
        commands,
        "draft",
        "draft the map, or draft it again keeping your decisions",
        "journeyai draft",
        "journeyai draft --template hubspot --personas 2",
        "journeyai draft --engine llm --model gpt-5-mini --max-cost 2 --dry-run",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "local", "llm"),
        help="who reads the sources: local, on this machine and without a key, or a language model "
        "(default: as in journey.toml)",
    )
    parser.add_argument("--template", metavar="ID", help="another method than the study's")
    parser.add_argument("--stages", default="", metavar='"A, B, C"', help="your own stages, in order")
    parser.add_argument("--personas", type=_count, metavar="N", help="at most so many personas; 0 for none")
    parser.add_argument("--only-new", action="store_true", help="keep every card as it is and only add")
    parser.add_argument(
        "--model", default="", metavar="NAME", help="the language model: gpt-5-mini, anthropic:…, ollama:…"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what a language model would be asked and cost, and stop"
    )
    parser.add_argument(
        "--max-cost", type=_amount, metavar="USD", help="ask no more once it might cost more than this"
    )
    parser.add_argument(
        "--max-tokens", type=_count, metavar="N", help="ask no more once it might take more tokens than this"
    )
    parser.add_argument(
        "--stability",
        type=_count,
        default=0,
        metavar="K",
        help="read everything K more times and mark each card with how often it was found again",
    )
    parser.add_argument("--json", action="store_true", help="print the map as JSON")


def _summarise(commands: _Commands) -> None:
    parser = _command(
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
    _summaries_out(parser)
    parser.add_argument(
        "--engine",
        choices=("auto", "local", "llm"),
        help="who sums up: local, on this machine and without a key, or a language model (default: as in "
        "journey.toml, else auto: a model where one is set up)",
    )
    parser.add_argument(
        "--model", default="", metavar="NAME", help="the language model: gpt-5-mini, anthropic:…, ollama:…"
    )
    parser.add_argument("--template", metavar="ID", help="another method than the study's, for its stages")
    parser.add_argument(
        "--no-map",
        action="store_true",
        help="in a study, do not let the model read its sources for the map besides (a draft then asks for that)",
    )
    _summaries_run(parser)


def _summaries_out(parser: argparse.ArgumentParser) -> None:
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
    parser.add_argument("--json", action="store_true", help="print the totals as JSON (with --out)")


def _summaries_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="say how many there are and what a model would cost, and stop"
    )
    parser.add_argument(
        "--limit", type=_positive, metavar="N", help="only the first N, to see a sample first"
    )
    parser.add_argument(
        "--max-cost", type=_amount, metavar="USD", help="ask no more once it might cost more than this"
    )
    parser.add_argument(
        "--max-tokens", type=_count, metavar="N", help="ask no more once it might take more tokens than this"
    )
    parser.add_argument(
        "--jobs", type=_positive, metavar="N", help="questions to the model under way at the same time"
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


def _show(commands: _Commands) -> None:
    parser = _command(
        commands,
        "show",
        "show the map in the terminal",
        "journeyai show",
        "journeyai show --stage support --evidence",
    )
    parser.add_argument("map", nargs="?", metavar="MAP", help="another map than the study's")
    parser.add_argument("--persona", metavar="ID", help="only this persona: its id or name")
    parser.add_argument("--stage", metavar="ID", help="only this stage: its id, name or number")
    parser.add_argument("--lane", metavar="LANE", help="only this lane (pain_point, delight, need …)")
    parser.add_argument("--evidence", action="store_true", help="every quote, for and against")
    parser.add_argument("--json", action="store_true", help="print the map as JSON")


def _chat(commands: _Commands) -> None:
    parser = _command(
        commands,
        "chat",
        "check and refine the map: ask, and say what to change, in English or Spanish",
        "journeyai chat",
        'journeyai chat --message "merge c3 and c7" --message "/export --format json" --yes --json',
        "journeyai chat --yes < changes.txt",
    )
    parser.add_argument(
        "--message",
        "-m",
        action="append",
        default=[],
        metavar="TEXT",
        help="say this and leave; may be given several times (default: the terminal, or lines of standard input)",
    )
    parser.add_argument(
        "--yes", action="store_true", help="do what is proposed without asking; else a script only shows it"
    )
    parser.add_argument("--json", action="store_true", help="print each turn as one line of JSON")
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        metavar="ID",
        help="go on with an earlier chat: the last one, or the one named",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "local", "llm"),
        help="who understands and answers: local, on this machine and without a key, or a language model "
        "(default: as in journey.toml)",
    )
    parser.add_argument(
        "--model", default="", metavar="NAME", help="the language model: gpt-5-mini, anthropic:…, ollama:…"
    )


def _diff(commands: _Commands) -> None:
    parser = _command(
        commands,
        "diff",
        "show what differs between two maps: cards, stages, personas, people and the curve",
        "journeyai diff map-of-may.json",
        "journeyai diff map-of-may.json map-of-june.json --json",
    )
    parser.add_argument("before", metavar="A", help="a map")
    parser.add_argument("after", nargs="?", metavar="B", help="the map it became (default: the study's)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _export(commands: _Commands) -> None:
    parser = _command(
        commands, "export", "hand the map on as a file", "journeyai export --format md --out map.md"
    )
    parser.add_argument("--format", default="json", metavar="FORMAT", help="json or md (default json)")
    parser.add_argument("--out", metavar="FILE", help="where to (default: standard output)")
    parser.add_argument("--map", metavar="MAP", help="another map than the study's")


def _verify(commands: _Commands) -> None:
    parser = _command(
        commands,
        "verify",
        "prove every quote and count of a map, or of a file of summaries, again from the files themselves",
        "journeyai verify",
        "journeyai verify summaries.jsonl",
    )
    parser.add_argument(
        "map", nargs="?", metavar="FILE", help="a map or a file of summaries (default: the study's map)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _coverage(commands: _Commands) -> None:
    parser = _command(
        commands, "coverage", "list what customers said that reached no card, most telling first"
    )
    parser.add_argument("-n", type=_positive, default=20, metavar="N", help="so many passages (default 20)")
    parser.add_argument("--all", action="store_true", help="every passage")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _source(commands: _Commands) -> None:
    parser = _command(
        commands,
        "source",
        "print a source as it was read: the text that every quote is cut from and every position counts in",
        "journeyai source interviews/int-03.docx",
        "journeyai source tickets.json --record 4711",
    )
    parser.add_argument(
        "path", metavar="PATH", help="path inside the folder of sources, any file, or - for standard input"
    )
    parser.add_argument("--record", metavar="R", help="one row, ticket or message of it")
    parser.add_argument(
        "--json", action="store_true", help="print who says what, and the numbered passages, as JSON"
    )


def _privacy(commands: _Commands) -> None:
    parser = _command(
        commands,
        "privacy",
        "show the personal data in sources, and what a model at another address would see in its place",
        "journeyai privacy",
        "journeyai privacy chats tickets.json --json",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (default: the study's sources)"
    )
    parser.add_argument("--all", action="store_true", help="every piece, not the first few of each kind")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _schema(commands: _Commands) -> None:
    parser = _command(
        commands,
        "schema",
        "print the exact form of map.json, or of a line of summaries, as a JSON Schema, for programmers",
        study=False,
    )
    parser.add_argument(
        "contract",
        choices=("map", "summary"),
        help="map: what `draft` writes and `export` hands on; summary: a line that `summarise` writes",
    )


def _eval(commands: _Commands) -> None:
    parser = _command(
        commands,
        "eval",
        "measure how good drafted maps are, on labelled material",
        "journeyai eval",
        "journeyai eval maps --corpus en-bank --baselines",
        "journeyai eval maps --rescore",
        study=False,
    )
    parser.add_argument(
        "tasks", nargs="*", metavar="TASK", help="maps, search … (default: all that can run here)"
    )
    parser.add_argument(
        "--engine",
        default="local",
        metavar="NAME",
        help="whose maps: local, a baseline (majority, prototypes, lexicon), or with --rescore the name that "
        "maps of your own are kept under (default local)",
    )
    parser.add_argument(
        "--data", metavar="DIR", help="the folder of public sets, for the tasks that need one"
    )
    parser.add_argument(
        "--corpus",
        action="extend",
        nargs="+",
        default=[],
        metavar="NAME",
        help="only these labelled corpora: names of ours, or folders with a gold.json",
    )
    parser.add_argument(
        "--out",
        default="journeyai-eval",
        metavar="DIR",
        help="where results, maps and the report go (default journeyai-eval)",
    )
    parser.add_argument(
        "--rescore", action="store_true", help="draft nothing: compute every figure anew from the maps in DIR"
    )
    parser.add_argument(
        "--baselines", action="store_true", help="draft with every baseline, too, and compare"
    )
    parser.add_argument(
        "--seed",
        type=_count,
        default=20260701,
        metavar="N",
        help="of what is drawn by lot (default 20260701)",
    )
    parser.add_argument("--errors", action="store_true", help="list every passage that was missed or made up")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")


def _doctor(commands: _Commands) -> None:
    parser = _command(commands, "doctor", "say what is wrong with the set-up or with how sources are read")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _positive(text: str) -> int:
    value = _count(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return value


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = 0.0
    if not 0 < amount < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of US dollars above 0")
    return amount


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
