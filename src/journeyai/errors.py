"""Every error that JourneyAI raises on purpose.

    JourneyAIError
      SettingsError            exit 2   the person's command, settings or study folder
        StudyBusyError                  another JourneyAI process owns the study
        ReadOnlyError                   the study's folder cannot be written to
      SourceError              exit 3   the person's files
      EngineError              exit 4   the model
      BudgetError              exit 5   the cap on money or tokens
      CheckFailedError         exit 6   verify or eval found something wrong
      ResourceError            exit 1   our own files (templates, exemplars) are missing or broken

The command line turns each into one sentence and its hint; nothing else prints them.
"""


class JourneyAIError(Exception):
    """Something a person can act on.

    Attributes:
        message: what is wrong and where, one sentence.
        hint: what to do next; empty if the sentence already says it.
        exit_code: the process's exit code when this error ends a command.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SettingsError(JourneyAIError):
    """The command, `journey.toml`, an environment variable or the study folder is wrong."""

    exit_code = 2


class StudyBusyError(SettingsError):
    """Another JourneyAI process is writing to this study."""


class ReadOnlyError(SettingsError):
    """The study's folder cannot be written to."""


class SourceError(JourneyAIError):
    """A source file cannot be read, or nothing usable is in it."""

    exit_code = 3


class EngineError(JourneyAIError):
    """The engine could not answer."""

    exit_code = 4


class BudgetError(JourneyAIError):
    """The next question to a model might cost more than the cap leaves."""

    exit_code = 5


class CheckFailedError(JourneyAIError):
    """A check that was asked for found something wrong."""

    exit_code = 6


class ResourceError(JourneyAIError):
    """A file that ships with JourneyAI is missing or broken."""
