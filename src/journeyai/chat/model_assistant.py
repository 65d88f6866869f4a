"""The assistant that asks a language model; what this machine understands for sure it is not asked.

What one could get wrong: the model sees passages of sources only when it answers, and an answer changes nothing; when
it proposes changes it sees the map's titles and the person's own words, and `steps.asked_for` has the last word.
"""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Literal

from journeyai.chat.assistant import Heard, LocalAssistant, Subject, with_citations
from journeyai.engines.conversation import Answer, Cited, Proposed, Sentence
from journeyai.engines.llm.asking import Failure
from journeyai.engines.llm.steps import answer as answering
from journeyai.engines.llm.steps import propose as proposing
from journeyai.engines.llm.talking import Exchange, find_places, language_of, searched_for, told_before
from journeyai.errors import SettingsError
from journeyai.knowledge.guide import named_in
from journeyai.knowledge.letters import fold
from journeyai.knowledge.talk import Talk, talk
from journeyai.model.journey import JourneyMap
from journeyai.retrieval.search import Passage

if TYPE_CHECKING:
    from journeyai.chat.store import PastTurn
    from journeyai.engines.llm.session import Conversation, Wish

#: Turns that are remembered; how much of them is told, `told_before` bounds.
_MOST_EXCHANGES: Final = 8
#: Passages that are searched for each answer.
_PASSAGES: Final = 16
#: Cards behind an answer that are remembered: "merge those two".
_MOST_CARDS: Final = 6
#: An answer to a question back is no longer than this; a longer text stands by itself.
_REPLY_WORDS: Final = 8

_POLITE: Final = re.compile(
    r"(?:(?:please|ok|okay|now|then|and|also|could you|can you|would you|will you|i want to|i would like to|i'd like to"
    r"|let's|lets|we should|you should|por favor|ahora|luego|entonces|y|tambien|podrias|puedes|me puedes|quiero"
    r"|quisiera|hay que|vamos a|deberias|deberiamos)\b[\s,]*)+"
)
#: Verbs with which people ask for a change besides those of the grammar, which has read them already.
_VERBS: Final = re.compile(
    r"(?:get|make|turn|tidy|fix|clean|keep|let|set|mark|give|put|swap|hide|flag|treat|sort|group|tag|assign|replace"
    r"|correct|update|adjust|simplify|reduce|raise|lower|take|bring|use|switch|shorten|translate|improve|drop|cut"
    r"|haz|hazl[ao]s?|deja|dejal[ao]s?|pon|ponl[aeo]s?|da|dale|corrige|arregla|ajusta|sube|baja|usa|trae|ordena|marca"
    r"|traduce|acorta|simplifica|mejora|cambia|cambial[ao]s?|[^\W\d_]{2,}(?:ar|er|ir)(?:l[aeo]s?|me|nos)?)\b"
)
#: English words that end like a Spanish infinitive.
_NO_VERBS: Final = re.compile(
    r"(?:customer|user|rider|buyer|order|paper|water|letter|number|never|ever|after|other|whether|over|under|their|our|your"
    r"|her|for|or|per|air|pair|car|year|near|far|fear|star|better|either|neither|rather|together|former|later)\b"
)


class ModelAssistant:
    """A language model, with the grammar of this machine before it."""

    engine: Literal["local", "llm"] = "llm"

    def __init__(self, subject: Subject, wish: "Wish") -> None:
        """Speak of *subject*; nothing is opened, and nobody asked, before it must be.

        Args:
            subject: what is spoken of.
            wish: which model and which caps, in place of what `journey.toml` says.
        """
        self._subject = subject
        self.wish = wish
        self._local = LocalAssistant(subject)
        self._stack = ExitStack()
        self._open: Conversation | None = None
        self._exchanges: list[Exchange] = []
        #: A request that was asked back about, until it is answered.
        self._unclear = ""

    @property
    def name(self) -> str:
        """The model, where it is, and whether it sees personal data; nobody is asked for it.

        Raises:
            SettingsError: no model is named, or it has no key.
        """
        from journeyai.engines.llm.address import is_masked, name_address

        settings, say = self._subject.study.settings, self._talk.say
        address = name_address(settings.llm, self.wish.model)
        model = self._open.model if self._open else address.model or say("first")
        key = "name_masked" if is_masked(settings.privacy, address) else "name_open"
        return say(key, model=model, host=address.host)

    def propose(self, text: str) -> Proposed:
        """Return the changes that *text* asks for, a question back, or nothing.

        What the grammar of this machine reads for sure is taken as it is, and where two parts fit, the person is asked:
        a model would cost money and could only guess.

        Raises:
            EngineError: the model cannot be asked.
            BudgetError: the question might cost more than is left.
        """
        journey = self._subject.journey()
        local = self._local.propose(text)
        if local.choices or (local.changes and local.is_sure and not local.unclear and not local.reasons):
            self._unclear = ""
            return self._remembered(text, local)
        is_reply = bool(self._unclear) and len(text.split()) <= _REPLY_WORDS and not _asks(text)
        if not (is_reply or local != Proposed(()) or begins_like_request(text)):
            self._unclear = ""
            return Proposed(())
        request = f"{self._unclear} — {text}" if is_reply else text
        model = self._model()
        around = proposing.Around(
            names=model.names,
            before=self._before(),
            found=tuple(self._subject.found()),
            check=self._subject.refusal,
        )
        found = proposing.run(request, journey, language_of(text, journey.language), model.asker, around)
        if isinstance(found, Failure):
            self._unclear = ""
            why = self._talk.say("no_proposal", why=found.message)
            return local if local.unclear else Proposed((), reasons=(why,))
        self._unclear = request if found.unclear else ""
        return self._remembered(text, found)

    def answer(self, text: str, heard: Heard) -> Answer:
        """Answer from sources, map and guide, sentence by sentence; without anything found, nobody is asked.

        Raises:
            KeyboardInterrupt: the person stopped it before there was a sentence.
            EngineError: the model cannot be asked.
            BudgetError: the question might cost more than is left.
        """
        journey = self._subject.journey()
        language = language_of(text, journey.language)
        searched = searched_for(text, self._exchanges)
        places = find_places(searched, journey, self._search, lambda asked: guide_entries(asked, language))
        count = 0

        def hear(sentence: Sentence, so_far: Answer) -> None:
            nonlocal count
            heard(("\n" if count else "") + with_citations(sentence, so_far))
            count += 1

        said: Answer | Failure
        if places:
            model = self._model()
            said = answering.run(text, places, language, model.asker, hear, model.names, self._before())
        else:
            said = answering.nothing(language)
            hear(said.sentences[0], said)
        if isinstance(said, Failure):
            heard(self._talk.say("no_answer", why=said.message) + "\n")
            said = self._local.answer(text, heard)
        behind = _cards_behind(journey, [cited.evidence for cited in said.cited if cited.evidence])
        shown = parts(journey, behind)
        self._remember(text, (*shown, *(cited.label for cited in said.cited if cited.guide is None)))
        return said

    def take_up(self, turns: Sequence["PastTurn"]) -> None:
        """Go on from *turns*, of which no more are remembered than in a conversation that was never left."""
        self._exchanges, self._unclear = [], ""
        journey = self._subject.journey()
        for turn in turns:
            if not turn.input.startswith("/"):
                behind = _cards_behind(journey, turn.quotes)
                self._remember(turn.input, (*parts(journey, (*turn.targets, *behind)), *turn.places))

    def cost(self) -> Sequence[str]:
        """Return in plain sentences what asking has taken so far, and what the caps are."""
        say, cost = self._talk.say, self._model().cost()
        said = [say("cost", model=cost.model, host=cost.host, n=cost.calls, tokens=f"{cost.tokens:,}")]
        said.append(say("no_price") if cost.usd is None else say("spent", usd=f"{cost.usd:.4f}"))
        if cost.max_usd is not None:
            said.append(say("cap_usd", cap=f"{cost.max_usd:.2f}"))
        if cost.max_tokens is not None:
            said.append(say("cap_tokens", cap=f"{cost.max_tokens:,}"))
        if cost.max_usd is None and cost.max_tokens is None:
            said.append(say("no_cap"))
        if cost.estimated:
            said.append(say("estimated"))
        return said

    def close(self) -> None:
        """Let the model go and end its account: the next one's caps begin at zero."""
        if self._open is not None:
            self._open.finish()
            self._open = None
        self._stack.close()

    # Inside

    @property
    def _talk(self) -> Talk:
        return talk("model", self._subject.journey().language)

    def _model(self) -> "Conversation":
        if self._open is None:
            self._open = self._stack.enter_context(self._subject.study.conversation(self.wish))
        return self._open

    def _search(self, searched: str) -> Sequence[Passage]:
        try:
            return self._subject.study.search(searched, _PASSAGES)
        except SettingsError:
            # Nothing is indexed, or the words say nothing: the map and the guide may know all the same.
            return ()

    def _before(self) -> str:
        return told_before(self._exchanges, parts(self._subject.journey(), self._subject.last()))

    def _remembered(self, text: str, proposed: Proposed) -> Proposed:
        targets = dict.fromkeys(id_ for change in proposed.changes for id_ in change.targets)
        if targets or proposed.unclear:
            self._remember(text, parts(self._subject.journey(), tuple(targets)))
        return proposed

    def _remember(self, text: str, shown: Sequence[str]) -> None:
        self._exchanges = [*self._exchanges, Exchange(text, tuple(dict.fromkeys(shown)))][-_MOST_EXCHANGES:]


def begins_like_request(text: str) -> bool:
    """Return whether *text*, which is no question, begins with a verb that asks for something."""
    if _asks(text):
        return False
    asked = fold(text).strip()
    polite = _POLITE.match(asked)
    rest = asked[polite.end() :] if polite else asked
    return bool(_VERBS.match(rest)) and not _NO_VERBS.match(rest)


def parts(journey: JourneyMap, ids: Sequence[str]) -> tuple[str, ...]:
    """Return *ids* of the map, each with its title or name."""
    titles = {stage.id: stage.name for stage in journey.stages}
    titles |= {persona.id: persona.name for persona in journey.personas}
    titles |= {card.id: card.title for card in journey.cards}
    return tuple(f"{id_} {titles[id_]}" if id_ in titles else id_ for id_ in ids)


def _cards_behind(journey: JourneyMap, quotes: Sequence[str]) -> list[str]:
    """Return the ids of the first cards that stand on one of *quotes*."""
    return [card.id for card in journey.cards if not set(quotes).isdisjoint(card.evidence)][:_MOST_CARDS]


def guide_entries(asked: str, language: str) -> tuple[Cited, ...]:
    """Return the entries of the guide that *asked* names, the longest name first."""
    return tuple(Cited(text=entry.text, guide=entry.title) for entry in named_in(asked, language))


def _asks(text: str) -> bool:
    return "?" in text or "¿" in text
