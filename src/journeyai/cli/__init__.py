"""The command line.  `main` is the only place where errors become words and exit codes.

Starting it loads nothing but the parser: every command imports what it needs when it runs.
"""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from journeyai.errors import JourneyAIError, SettingsError

#: Exit codes that are no error's own.
BUG, INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: as typed, without the program's name; None for the process's own.

    Returns:
        The exit code: 0 done, 1 our bug, 2 usage or settings, 3 the person's files, 4 the model, 5 the budget,
        6 a check failed, 130 interrupted.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        # A stream that cannot write a star (cp1252, ASCII) shows `?` for it instead of ending the command.
        sys.stdout.reconfigure(errors="replace")
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except JourneyAIError as error:
        _say(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        _say("Interrupted.", "Everything finished so far is kept; run the same command again to go on.")
        return INTERRUPTED
    except BrokenPipeError:
        _hush()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.filename is not None:
            # The disk is full, a name is too long, a folder may not be read: nothing that we did.
            _say(f"`{error.filename}`: {error.strerror}.", "")
            return SettingsError.exit_code
        import traceback

        traceback.print_exc()
        _say("This is a mistake in JourneyAI, not in your files.", "Please report it with the lines above.")
        return BUG
    return code


def _run(arguments: Sequence[str] | None) -> int:
    from journeyai.cli.parser import load_command, make_parser

    try:
        parsed = make_parser().parse_args(arguments)
    except SystemExit:
        # Help is out only now; left to the interpreter's end, a closed pipe would be an error.
        sys.stdout.flush()
        raise
    return load_command(parsed.command)(parsed)


def _hush() -> None:
    """Stop talking: whoever read our output has gone (`journeyai show | head`), and that is no error.

    Without this the interpreter would try to write the rest when it ends, and complain.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _say(message: str, hint: str) -> None:
    """Print a sentence and what to do next on stderr, free of control characters that sources may carry."""
    lines = [line for line in (message, hint) if line]
    if not all(map(str.isprintable, lines)):
        from journeyai.export.plain import visible

        lines = [visible(line) for line in lines]
    for line in lines:
        print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
