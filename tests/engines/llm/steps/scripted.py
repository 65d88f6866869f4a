"""An asker that says what its script says: for tests of everything that asks a model."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from journeyai.engines.llm.asking import Failure, Question, R
from journeyai.model.aliases import Progress
from journeyai.prompting import load_prompts

#: What is said to a question: the reply as JSON would have it, or why there is none.
Said = Mapping[str, Any] | Failure


class ScriptedAsker:
    """Gives the script's replies, read as a client reads them: a reply that breaks its schema fails the test.

    Every question is rendered with its prompts, so one that does not fit them fails the test, too.
    """

    model = "scripted"

    def __init__(
        self, script: Sequence[Said] | Callable[[Question[Any]], Said], *, stops_after: int | None = None
    ) -> None:
        """Make an asker.

        Args:
            script: replies, in the order of the questions; or what to reply to a question.
            stops_after: after how many entries of an answer the person presses Ctrl-C; None for never.
        """
        self.stops_after = stops_after
        self.objections: list[str] = []
        self._reply = script if callable(script) else None
        self._left: Iterator[Said] = iter(()) if callable(script) else iter(script)
        self.asked: list[Question[Any]] = []

    def is_kept(self, question: Question[Any]) -> bool:
        """Nothing is kept."""
        return False

    def ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        """Answer each question, in order."""
        return [
            self._answer(question, progress, n, len(questions)) for n, question in enumerate(questions, 1)
        ]

    def _answer(self, question: Question[R], progress: Progress, done: int, total: int) -> R | Failure:
        rendered(question)
        reply = self._said(question)
        if not isinstance(reply, Failure) and question.check and (problem := question.check(reply)):
            # As a client does: it is told once, and the second reply is taken as it is.
            self.objections.append(problem)
            reply = self._said(question)
        progress(done, total)
        return reply

    def _said(self, question: Question[R]) -> R | Failure:
        self.asked.append(question)
        said = self._reply(question) if self._reply else next(self._left)
        return said if isinstance(said, Failure) else question.reply.model_validate(dict(said), strict=True)

    def ask_streaming(self, question: Question[R], heard: Callable[[R], None]) -> R | Failure:
        """Answer *question* entry by entry."""
        reply = self._answer(question, silent, 1, 1)
        whole = reply.rescued if isinstance(reply, Failure) else reply
        entries = getattr(whole, question.reply.entries, ()) if whole else ()
        for count in range(1, len(entries) + 1):
            if self.stops_after is not None and count > self.stops_after:
                raise KeyboardInterrupt
            assert whole is not None
            heard(cast("R", whole.model_copy(update={question.reply.entries: entries[:count]})))
        if self.stops_after is not None:
            raise KeyboardInterrupt
        return reply


def rendered(question: Question[Any]) -> str:
    """Return both messages of *question* as they would leave without masking."""
    prompts = load_prompts(question.step)
    given = {**question.values, **question.data}
    system, user = (
        part.render({name: text for name, text in given.items() if name in part.variables})
        for part in (prompts.system, prompts.user)
    )
    return f"# system\n\n{system}\n\n# user\n\n{user}\n"


def silent(done: int, total: int) -> None:
    """Tell nobody."""
