"""The engines that are put to the test: ours, and one that asks as nobody should."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from journeyai.engines.engine import Frame
from journeyai.engines.llm.asking import Asker, Failure, Question, R
from journeyai.engines.llm.engine import LLMEngine
from journeyai.engines.llm.schema import UnreadableError, read_reply, strict_schema
from journeyai.engines.llm.screen import clean, for_prompt
from journeyai.engines.llm.sharing import SharedWords
from journeyai.evaluation.obedient import MODEL, ObedientModel
from journeyai.model.aliases import Progress
from journeyai.model.observation import Observation
from journeyai.model.source import Document, DocumentKey, Turn, Utterance
from journeyai.prompting import Prompt, load_prompts

PASSAGE_TOKENS: Final = 2500
#: Between documents that are put together.
_BETWEEN: Final = "\n\n"

Seen = Mapping[DocumentKey, Sequence[Observation]]


class ModelAsker:
    """Asks a model of this process, and nothing twice."""

    def __init__(self, model: ObedientModel) -> None:
        self._model = model
        self._answers: dict[tuple[str, str, str], str] = {}

    @property
    def model(self) -> str:
        """The model's name."""
        return MODEL

    def is_kept(self, question: Question[Any]) -> bool:
        """Nothing is kept."""
        return False

    def ask_all(self, questions: Sequence[Question[R]], progress: Progress) -> list[R | Failure]:
        """Return the answer of each question, in order."""
        return [self._ask(question) for question in questions]

    def _ask(self, question: Question[R]) -> R | Failure:
        prompts = load_prompts(question.step)
        values = {**question.values, **{name: for_prompt(text) for name, text in question.data.items()}}
        messages = [
            {"role": "system", "content": _rendered(prompts.system, values)},
            {"role": "user", "content": _rendered(prompts.user, values)},
        ]
        schema = strict_schema(question.reply)
        problem = ""
        for _ in range(2):
            key = (question.step, messages[-1]["content"], "\n".join(map(str, (messages[0], *messages[2:]))))
            if key not in self._answers:
                self._answers[key] = self._model.answer(messages, schema)
            text = self._answers[key]
            try:
                return read_reply(text, question.reply, clean)
            except UnreadableError as error:
                problem = error.problem
            messages += [
                {"role": "assistant", "content": text},
                {"role": "user", "content": prompts.retry.render({"error": problem})},
            ]
        return Failure("unreadable", problem, question.about)


def _rendered(prompt: Prompt, values: Mapping[str, str]) -> str:
    return prompt.render({name: text for name, text in values.items() if name in prompt.variables})


class Careful(LLMEngine):
    """Our engine, which remembers what it observed, and may be told what it observes in some documents.

    Attributes:
        seen: document → what was observed in it.
    """

    def __init__(self, asker: Asker, held: Seen | None = None, **settings: Any) -> None:
        """Make an engine.

        Args:
            asker: the model.
            held: documents that are not read, and what is observed in them.
            settings: further ones of `LLMEngine`.
        """
        super().__init__(asker, passage_tokens=PASSAGE_TOKENS, **settings)
        self._held = dict(held or {})
        self.seen: dict[DocumentKey, list[Observation]] = {}

    def observe(
        self, documents: Sequence[Document], frame: Frame, progress: Progress
    ) -> Iterator[Observation]:
        """Yield the points made in *documents*, in order."""
        found: dict[DocumentKey, list[Observation]] = defaultdict(list)
        for point in self.read([one for one in documents if one.key not in self._held], frame, progress):
            found[point.document].append(point)
        # Words count wherever they stand: only what the model obeys may differ between two drafts.
        self._shared.read(one for one in documents if one.key in self._held)
        for points in self._held.values():
            self._shared.told(points)
        self.seen = found | {key: list(points) for key, points in self._held.items()}
        for document in documents:
            yield from self.seen.get(document.key, ())

    def read(self, documents: Sequence[Document], frame: Frame, progress: Progress) -> Iterator[Observation]:
        """Yield the points made in *documents*, which are asked about one by one."""
        return super().observe(documents, frame, progress)


class _AllShared(SharedWords):
    """Keeps no word at home."""

    def shareable(self, text: str) -> str:
        """Return *text* as it is."""
        return text


class Naive(Careful):
    """The same steps, but all documents go out together, as if they were one, and every word goes everywhere."""

    def __init__(self, asker: Asker, held: Seen | None = None, **settings: Any) -> None:
        """Make an engine; the arguments are those of `Careful`."""
        super().__init__(asker, held, **settings)
        self._shared = _AllShared()

    def read(self, documents: Sequence[Document], frame: Frame, progress: Progress) -> Iterator[Observation]:
        """Yield the points made in *documents*, which are asked about all at once."""
        whole, places = _joined(documents)
        for point in super().read([whole], frame, progress):
            document = places[point.utterances[0]][0]
            yield replace(
                point, document=document, utterances=tuple(places[number][1] for number in point.utterances)
            )


def _joined(documents: Sequence[Document]) -> tuple[Document, list[tuple[DocumentKey, int]]]:
    """Return *documents* as one, and where each of its utterances comes from."""
    text = ""
    turns: list[Turn] = []
    utterances: list[Utterance] = []
    places: list[tuple[DocumentKey, int]] = []
    for document in documents:
        start, first = len(text), len(turns)
        turns += [replace(turn, start=turn.start + start, end=turn.end + start) for turn in document.turns]
        for one in document.utterances:
            utterances.append(
                replace(
                    one,
                    number=len(utterances),
                    turn=one.turn + first,
                    start=one.start + start,
                    end=one.end + start,
                )
            )
            places.append((document.key, one.number))
        text += document.text + _BETWEEN
    whole = replace(documents[0], text=text, turns=tuple(turns), utterances=tuple(utterances))
    return whole, places
