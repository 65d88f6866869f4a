"""The command line.  `main` is the only place where errors become words and exit codes.

Starting it loads nothing but the parser: every command imports what it needs when it runs.
"""

import sys
from collections.abc import Sequence

from journeyai.errors import JourneyAIError

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
    from journeyai.cli.parser import load_command, make_parser

    parsed = make_parser().parse_args(arguments)
    try:
        code = load_command(parsed.command)(parsed)
        sys.stdout.flush()
    except JourneyAIError as error:
        _say(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        _say("Interrupted.", "Everything finished so far is kept; run the same command again to go on.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`journeyai show | head`); that is no error.
        sys.stderr.close()
        return 0
    except Exception:
        import traceback

        traceback.print_exc()
        _say("This is a mistake in JourneyAI, not in your files.", "Please report it with the lines above.")
        return BUG
    return code


def _say(message: str, hint: str) -> None:
    """Print a sentence and what to do next on stderr, free of control characters that sources may carry."""
    for line in filter(None, (message, hint)):
        print("".join(char if char.isprintable() else " " for char in line), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
