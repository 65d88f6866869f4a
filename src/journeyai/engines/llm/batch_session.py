"""One use of a model through batches: questions are noted, and answered from what an earlier batch has brought.

What one could get wrong: an answer that is no use stays kept until its item has failed.  Otherwise a part that broke
off would be asked again, and paid again, while its halves are waiting.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Protocol

from journeyai.engines.engine import Frame
from journeyai.engines.llm.accounts import SUMMARIES
from journeyai.engines.llm.answers import Answer
from journeyai.engines.llm.asking import Asker, Failure, Question, R, Reason
from journeyai.engines.llm.batch_api import AnswerLine, BatchApi, LineError, request_line
from journeyai.engines.llm.call_log import Call
from journeyai.engines.llm.dialect import first_dialect, kept_dialect
from journeyai.engines.llm.faults import diagnose, text_of
from journeyai.engines.llm.forecast import answers_of, lines_of
from journeyai.engines.llm.forecast_summaries import ANSWER, JOINED, forecast_summaries
from journeyai.engines.llm.money import Budget, Estimate, Range, Usage, sent
from journeyai.engines.llm.opening import Opened, Wish, open_model
from journeyai.engines.llm.schema import UnreadableError, read_broken_off, read_reply
from journeyai.engines.llm.sheet import Sheet, most_sent
from journeyai.engines.llm.steps import combine, observe, summarise
from journeyai.engines.llm.told import quoted, words_of
from journeyai.errors import SettingsError
from journeyai.model.aliases import Progress
from journeyai.model.source import Document
from journeyai.prompting import load_prompts
from journeyai.settings import StudySettings


class WaitingError(Exception):
    """A question is not answered yet.  Never leaves the batch."""


class Mail(Protocol):
    """Where questions go that nothing is known of, and what is known of those that came to nothing."""

    def want(self, sheet: Sheet[Any]) -> None:
        """Hear of a question that has no answer yet; it may be on its way already."""
        ...

    def failure(self, key: str) -> tuple[Reason, str] | None:
        """Return why the question came back without an answer, for good; None if it did not."""
        ...


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What is to be thought of a question that a batch did not answer.

    Attributes:
        what: short, for people: `not answered in time`.
        reason: why asking again in the same words is of no use; None if it may be.
        message: one clause for people.
    """

    what: str
    reason: Reason | None
    message: str


@dataclass
class Noted:
    """Questions that are to be sent, counted: what an estimate is made from.

    Attributes:
        steps: step → questions.
        read: tokens that they send, from and to.
        lines: that questions of the reading may name.
    """

    steps: Counter[str] = field(default_factory=Counter)
    read: Range = field(default_factory=lambda: Range(0, 0))
    lines: int = 0

    def add(self, sheet: Sheet[Any]) -> None:
        """Count *sheet*."""
        self.steps[sheet.question.step] += 1
        self.read += sent((sheet.system, sheet.user))
        if sheet.question.step == observe.STEP:
            self.lines += lines_of(sheet.question)


class BatchSession:
    """A model that is asked through batches; half of its price counts.

    Attributes:
        api: the server's endpoints for batches.
        model: its name.
        kind: what of its address an answer depends on.
        host: where it is.
        is_masked: whether personal data is hidden from it.
        price: of a batch; None if it is not known.
        job: what is spent is booked under.
        store: of paid answers.
        notice: what a person should know of the store of answers; mostly empty.
    """

    def __init__(self, opened: Opened, api: BatchApi) -> None:
        self.api: Final = api
        self.model: Final = opened.address.model
        self.kind: Final = opened.address.kind
        self.host: Final = opened.address.host
        self.is_masked: Final = opened.is_masked
        self.price: Final = opened.price.in_batch() if opened.price else None
        self.job: Final = opened.job
        self.store: Final = opened.store
        self.notice: Final = opened.notice
        self._opened = opened
        self._server = f"{self.kind}/{self.model}"
        dialect = kept_dialect(self.store.dialect(self._server), opened.address)
        if dialect.thinks and not dialect.is_settled:
            # Models that think refuse these; a live question finds that out at once, a batch after a day.
            dialect = replace(dialect, takes_temperature=False, takes_seed=False)
        self._dialect = dialect

    @property
    def passage_tokens(self) -> int:
        """About how many tokens of a transcript are read in one question."""
        return self._opened.settings.passage_tokens

    def item(self, mail: Mail) -> "NotingAsker":
        """Return an asker for the questions of one item."""
        return NotingAsker(self, self._opened, mail)

    def line(self, sheet: Sheet[Any]) -> bytes:
        """Return the line of a file that asks *sheet*."""
        return request_line(sheet, self._dialect, self._opened.address, self._opened.settings)

    def worst(self, sheet: Sheet[Any]) -> Usage:
        """Return the most that *sheet* may take."""
        system = self._dialect.system(sheet.system, sheet.question.reply)
        messages = (("system", system), ("user", sheet.user))
        return Usage(most_sent(messages, sheet.question), self._dialect.most_tokens(sheet.question.room))

    def budget(self) -> Budget:
        """Return what holds the job to its caps, with everything that is booked by now."""
        settings = self._opened.settings
        return Budget(self.job, self.price, max_cost=settings.max_cost, max_tokens=settings.max_tokens)

    def keep(self, line: AnswerLine, step: str) -> Unanswered | None:
        """Keep what a batch says of a question; return what is to be thought of it if that is no answer."""
        answer = line.told
        if answer is None:
            assert line.error is not None
            return self._unanswered(line.error)
        self._log(step, "refused" if answer.has_refused else "answered", answer.usage, answer.text)
        if answer.has_refused:
            return Unanswered("refused", "refused", "the model would not answer")
        # Whether it can be read shows when it is asked for: only then it is known what was asked.
        self.store.put(line.key, Answer(answer.text, answer.usage, answer.model, step))
        return None

    def estimate(
        self,
        documents: Iterable[Document],
        frame_of: Callable[[Document], Frame],
        map_frame: Frame | None,
        is_under_way: Callable[[str], bool],
    ) -> Estimate:
        """Return what batches over *documents* take; without what is kept or under way."""

        def is_kept(question: Question[Any]) -> bool:
            key = self._opened.client.sheet(question).key
            return self.store.get(key) is not None or is_under_way(key)

        summaries, reading = forecast_summaries(
            documents,
            frame_of,
            map_frame=map_frame,
            passage_tokens=self.passage_tokens,
            is_kept=is_kept,
            price=self.price,
        )
        return summaries + reading

    def forecast(self, noted: "Noted") -> Estimate:
        """Return what the questions that were *noted* take."""
        answers = answers_of(noted.lines)
        for step, (low, high) in ((summarise.STEP, ANSWER), (combine.STEP, JOINED)):
            answers += Range(noted.steps[step] * low, noted.steps[step] * high)
        questions = noted.steps.total()
        return Estimate.of(Range(questions, questions), noted.read, answers, self.price)

    def sentence(self, estimate: Estimate) -> str:
        """Return what is told before anything is sent."""
        told = self._opened.sentence(estimate)
        if estimate.calls.high == 0:
            return told
        return f"{told} As a batch: half the usual price, answered within 24 hours."

    def _unanswered(self, error: LineError) -> Unanswered:
        if error.code == "batch_expired":
            return Unanswered("not answered in time", None, "")
        if error.code == "batch_cancelled":
            return Unanswered("cancelled there", None, "")
        status, text = error.status_code, text_of(error)
        other = self._dialect.after_refusal(status, text)
        if other is not None:
            # The next batch is asked in the way that this server wants.
            self._dialect = other
            self.store.set_dialect(self._server, other.as_values())
        # Of another line, or another batch of the same time, that may be found out already.
        is_about_form = other or first_dialect(self._opened.address).after_refusal(status, text)
        said = quoted(self._opened.address.hide(words_of(error)))
        fault = diagnose(error)
        if is_about_form or fault is None or fault.again or fault.reason is None:
            return Unanswered(f"failed at the server{said}", None, "")
        return Unanswered(f"failed at the server{said}", fault.reason, f"the model server {fault.what}{said}")

    def _log(self, step: str, outcome: str, usage: Usage, text: str) -> None:
        self._opened.log.write(
            Call(
                step=step,
                prompt=load_prompts(step).hash,
                model=self.model,
                host=self.host,
                dialect=self._dialect.form,
                tokens_in=usage.tokens_in,
                tokens_out=usage.tokens_out,
                estimated=usage.estimated,
                milliseconds=0,
                outcome=outcome,
                tries=1,
                cached=False,
            ),
            (),
            text,
        )


class NotingAsker(Asker):
    """Answers the questions of one item from what is kept; the others it notes, and lets the item wait.

    Attributes:
        failed: keys of those that came to nothing.
    """

    def __init__(self, session: BatchSession, opened: Opened, mail: Mail) -> None:
        self.failed: list[str] = []
        self._session = session
        self._client = opened.client
        self._mail = mail
        #: Questions of this item and how they are written out, by identity; they live as long as this.
        self._sheets: dict[int, tuple[Question[Any], Sheet[Any]]] = {}
        self._asked: dict[str, Sheet[Any]] = {}

    @property
    def model(self) -> str:
        """The model's name."""
        return self._session.model

    def is_kept(self, question: Question[Any]) -> bool:
        """Return whether *question* came back from a batch, or was answered otherwise before."""
        return self._client.kept(self._sheet(question)) is not None

    def ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        """Return the answer of each question, in order.

        Raises:
            WaitingError: not all of them are answered; those that are not are noted.
        """
        sheets = [self._sheet(question) for question in questions]
        self._asked |= {sheet.key: sheet for sheet in sheets}
        found = [answer for sheet in sheets if (answer := self._answer(sheet)) is not None]
        if len(found) < len(sheets):
            raise WaitingError
        progress(len(found), len(found))
        return found

    def usage(self) -> Usage | None:
        """Return what the kept answers of this item's questions took when they were asked for; None if none is kept."""
        kept = [answer.usage for sheet in self._asked.values() if (answer := self._client.kept(sheet))]
        return sum(kept[1:], kept[0]) if kept else None

    def usd(self) -> Decimal | None:
        """Return the US dollars of `usage` at a batch's price, at most; None if nothing is kept or nobody knows it."""
        usage, price = self.usage(), self._session.price
        return price.cost(usage.tokens_in, usage.tokens_out) if usage and price else None

    def _answer(self, sheet: Sheet[R]) -> R | Failure | None:
        about = sheet.question.about
        kept = self._client.kept(sheet)
        if kept is not None:
            try:
                return read_reply(kept.text, sheet.question.reply, sheet.tidy)
            except UnreadableError:
                rescued = read_broken_off(kept.text, sheet.question.reply, sheet.tidy)
            if rescued is not None:
                return Failure("truncated", "the model broke its answer off", about, rescued)
            self.failed.append(sheet.key)
            return Failure("unreadable", "the model gave no answer that can be read", about)
        told = self._mail.failure(sheet.key)
        if told is not None:
            self.failed.append(sheet.key)
            return Failure(told[0], told[1], about)
        self._mail.want(sheet)
        return None

    def _sheet(self, question: Question[R]) -> Sheet[R]:
        known = self._sheets.get(id(question))
        if known is None:
            known = self._sheets[id(question)] = question, self._client.sheet(question)
        return known[1]


@contextmanager
def open_batches(settings: StudySettings, inner: Path, wish: Wish) -> Iterator[BatchSession]:
    """Make a model ready to be asked through batches, on the account of the job of summaries.

    Args:
        settings: of the study, or the usual ones.
        inner: the folder that answers and the log are kept in.
        wish: what the person asks for besides.

    Raises:
        SettingsError: no model, one without batches, no key, a cap on money without a price, or the store cannot be
            used.
        EngineError: the server does not tell which models it has.
    """
    with open_model(settings, inner, wish, SUMMARIES) as opened:
        if opened.address.provider != "openai":
            raise SettingsError(
                f"--batch-api sends batches to OpenAI's API, and `{opened.address.model}` is a model of "
                f"`{opened.address.provider}`.",
                "Leave out --batch-api; `--jobs N` asks it many questions at the same time.",
            )
        with BatchApi(opened.address, opened.settings) as api:
            yield BatchSession(opened, api)
