"""What single sentences say of how a conversation stands: settled, refused, promised, wished; or nothing at all.

Reads `knowledge/taxonomy/outcomes.yaml`.  Both languages are read at once: people mix them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from journeyai.engines.local.summarising.phrases import Hit, Phrases, words_of
from journeyai.knowledge.polarity import load_polarity
from journeyai.knowledge.taxonomy import read_taxonomy

#: A "not" before a cue reaches it over so many words.
_REACH: Final = 3
#: A deed ends at most so many words behind the words that promise it.
_DEED_REACH: Final = 4
#: Longer than this nobody says nothing.
_MOST_SMALL_TALK: Final = 14
#: Of a word that goes on for ever no more is read than of a long sentence.
_MOST_CHARACTERS: Final = 2000

_LISTS: Final = (
    *("solved", "unsolved", "partial", "pleased", "thanks", "refused", "no_refusal", "consent"),
    *("done", "done_helpers", "arranged"),
    *("will", "they_will", "no_promise", "present", "they_present", "time", "condition", "no_condition"),
    *("wish", "matter", "trouble"),
)
#: Spanish verbs that promise by their ending alone: enviaré, enviaremos, pondré; `ll` is no such ending.
_FIRST_FUTURE: Final = re.compile(r"(?:[aei]|[dnl])r(?:e|emos)$")
#: And those of staff's side: le llamarán, se lo enviará.
_THIRD_FUTURE: Final = re.compile(r"(?:[aei]|[dnl])r(?:a|an)$")
_CLITICS: Final = frozenset({"te", "le", "les", "os", "se", "lo", "la", "los", "las", "me", "nos"})
#: What is said behind one of these, so many words on at most, did not happen or is others' word.
_UNTOLD: Final = frozenset(
    {
        *("if", "unless", "until", "till", "whether", "si", "hasta"),
        *(
            "say",
            "says",
            "said",
            "saying",
            "claim",
            "claims",
            "claimed",
            "report",
            "mark",
            "pretend",
            "supposed",
        ),
        *("supposedly", "dice", "dicen", "dijo", "dijeron", "di", "diga", "digan", "reporta", "marca"),
        *("supuestamente", "finge"),
    }
)
_UNTOLD_REACH: Final = 5
#: End like a future and are none ("retiré" is past); no article stands before a verb.
_NO_FUTURE: Final = frozenset({"retire", "repare", "retiremos", "reparemos"})
_ARTICLES: Final = frozenset({"el", "un", "mi", "su", "tu", "del", "al", "este", "ese", "de", "cada", "que"})
_ACCENTS: Final = re.compile("[áéíóú]")
#: "Si" without its accent before a comma is a yes.
_IF: Final = re.compile(r"\bsi\b(?!\s*[,.!;])")


@dataclass(frozen=True, slots=True)
class Marks:
    """What one sentence says.

    Attributes:
        labels: which lists of `outcomes.yaml` it speaks by; `unsolved` also where a "not" turns `solved` round; `good`
            and `bad` where it praises or complains by `polarity.yaml`.
        says_nothing: a greeting, a thank-you, small talk.
        is_plea: a call for help that does not say with what.
        asks: it is a question.
        promises: its speaker will do something for the other.
        promises_of_side: somebody of the speaker's side will, or the other will get something: counts for staff.
    """

    labels: frozenset[str]
    says_nothing: bool
    is_plea: bool
    asks: bool
    promises: bool
    promises_of_side: bool


@dataclass(frozen=True, slots=True)
class Cues:
    """The lists, ready to be looked for."""

    phrases: Phrases
    deeds: Phrases
    participles: frozenset[str]
    participle_endings: tuple[str, ...]
    no_deeds: Phrases
    small_talk: frozenset[str]
    plea: frozenset[str]

    def read(self, text: str) -> Marks:
        """Return what the sentence *text* says."""
        text = text[:_MOST_CHARACTERS]
        words = words_of(text)
        hits = self.phrases.find(words)
        asks = "?" in text or "¿" in text
        labels = self._labels(words, hits) | _polarity(words)
        own, side = (False, False) if asks else self._promises(text, words, hits)
        says_nothing = self._consists_of(self.small_talk, words, labels)
        is_plea = not says_nothing and self._consists_of(self.small_talk | self.plea, words, labels)
        return Marks(frozenset(labels), says_nothing, is_plea, asks, own, side)

    def _labels(self, words: list[str], hits: list[Hit]) -> set[str]:
        labels = set()
        barred = [hit for hit in hits if hit.label == "no_refusal"]
        for hit in hits:
            label = hit.label
            if label in {"solved", "unsolved"} and _stands_behind(
                _UNTOLD.__contains__, words, hit.start, _UNTOLD_REACH
            ):
                label = ""
            elif label in {"solved", "done", "pleased"} and _is_denied(words, hit.start):
                label = "unsolved" if label == "solved" else ""
            elif (label == "consent" and hit.start) or (label == "refused" and _overlaps(hit, barred)):
                label = ""
            elif label == "done_helpers":
                label = "done" if self._deed_done(words[hit.end : hit.end + 3]) else ""
            labels.add(label)
        return labels - {"", "no_refusal"}

    def _deed_done(self, words: list[str]) -> bool:
        for word in words:
            if word in self.participles or word.endswith(self.participle_endings):
                return not self.no_deeds.find([word])
            if _is_not(word):
                return False
        return False

    def _promises(self, text: str, words: list[str], hits: list[Hit]) -> tuple[bool, bool]:
        """Return whether *words* promise a deed of the speaker's own, and one of the speaker's side."""
        if not words or self._is_conditional(text, hits):
            return False, False
        barred = [hit for hit in hits if hit.label == "no_promise"]
        soon = any(hit.label == "time" for hit in hits) and not any(hit.label == "matter" for hit in hits)
        own = side = False
        for hit in hits:
            match hit.label:
                case "will" if not any(hit.end <= other.start <= hit.end + 1 for other in barred):
                    own = own or self._has_deed(words[hit.end : hit.end + _DEED_REACH])
                case "they_will":
                    side = side or not (_is_denied(words, hit.start) or _is_denied(words, hit.end + 1))
                case "present" | "they_present" if soon and not _is_denied(words, hit.start):
                    told = not hit.start or words[hit.start - 1] not in _ARTICLES
                    own, side = own or (told and hit.label == "present"), side or told
        for place, word in enumerate(words):
            if word in _NO_FUTURE or _is_denied(words, place):
                continue
            if _FIRST_FUTURE.search(word) and (word.endswith("remos") or _in_future(text, word)):
                own = own or self._has_deed([word])
            elif _THIRD_FUTURE.search(word) and place and words[place - 1] in _CLITICS:
                side = side or self._has_deed([word])
        return own, own or side

    def _has_deed(self, words: list[str]) -> bool:
        deeds = self.deeds.find(words)
        return bool(deeds) and not any(map(_is_not, words[: deeds[0].start]))

    def _is_conditional(self, text: str, hits: list[Hit]) -> bool:
        allowed = [hit for hit in hits if hit.label == "no_condition"]
        if _IF.search(text.lower()) and not allowed:
            return True
        return any(
            hit.label == "condition" and not any(one.start <= hit.start < one.end for one in allowed)
            for hit in hits
        )

    def _consists_of(self, known: frozenset[str], words: list[str], labels: set[str]) -> bool:
        """Whether it is a few *words*, all of them *known*, and nothing that matters."""
        if labels & {"unsolved", "refused", "matter"}:
            return False
        return len(words) <= _MOST_SMALL_TALK and all(word in known or word.isdigit() for word in words)


@cache
def load_outcome_cues() -> Cues:
    """Read `knowledge/taxonomy/outcomes.yaml`.

    Raises:
        ResourceError: it is missing or cannot be read.
    """
    raw = read_taxonomy("outcomes")
    done = _both(raw["deeds_done"])
    return Cues(
        phrases=Phrases({label: _both(raw[label]) for label in _LISTS}),
        deeds=Phrases({"deeds": _both(raw["deeds"])}),
        participles=frozenset(word for word in done if not word.startswith("*")),
        participle_endings=tuple(word[1:] for word in done if word.startswith("*")),
        no_deeds=Phrases({"no_deeds": _both(raw["no_deeds"])}),
        small_talk=_words(raw["small_talk"]),
        plea=_words(raw["plea"]),
    )


def _both(by_language: dict[str, Any]) -> list[str]:
    return [phrase for phrases in by_language.values() for phrase in phrases]


def _words(by_language: dict[str, str]) -> frozenset[str]:
    return frozenset(
        word for words in by_language.values() for one in words.split() for word in words_of(one)
    )


def _overlaps(hit: Hit, others: list[Hit]) -> bool:
    return any(hit.start < other.end and other.start < hit.end for other in others)


def _is_denied(words: list[str], place: int) -> bool:
    """Whether a "not" stands shortly before *place*, and nothing that ends its reach between them."""
    return _stands_behind(_is_not, words, place, _REACH)


def _stands_behind(sought: Callable[[str], bool], words: list[str], place: int, reach: int) -> bool:
    """Whether one of the *reach* words before *place* is *sought*, in the same clause."""
    breaks = load_polarity().breaks
    for word in reversed(words[max(0, place - reach) : place]):
        if sought(word):
            return True
        if word in breaks:
            return False
    return False


def _in_future(text: str, word: str) -> bool:
    """Whether the folded *word* in -re stands in *text* with its accent, or in a text that has no accents at all."""
    lowered = text.lower()
    return word[:-1] + "é" in lowered or not _ACCENTS.search(lowered)


def _polarity(words: list[str]) -> set[str]:
    good, bad, not_good, not_bad = load_polarity().count(
        ["not" if word.endswith("n't") else word for word in words]
    )
    return {label for label, found in (("good", good + not_bad), ("bad", bad + not_good)) if found}


def _is_not(word: str) -> bool:
    return word in load_polarity().negators or word.endswith("n't")
