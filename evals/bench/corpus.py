"""A seeded study of any size: interviews, chats, reviews and tickets in English and Spanish, messy as real ones are.

The same size and seed give the same bytes.  Sentences are put together from `fragments.yaml`, so that a few dozen
complaints and praises come back from many people in mostly distinct words.  Speed is measured on it, never quality.
"""

import csv
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

#: Share of the utterances that each sort of file holds.
SHARES: Final = {"reviews": 0.40, "interviews": 0.20, "chats": 0.25, "tickets": 0.15}
#: Share of the files that are Spanish.
SPANISH: Final = 0.35

#: Utterances to a sentence: some are cut where praise stands beside complaint.
_PER_SENTENCE: Final = 1.13

_SLOT: Final = re.compile(r"\{(\w+)\}")
_STAGES: Final = ("discovery", "consideration", "purchase", "onboarding", "use", "support", "loyalty")


@dataclass(frozen=True, slots=True)
class Voice:
    """One language's fragments and the dice they are drawn with."""

    words: dict[str, Any]
    dice: random.Random

    def claim(self, stage: str) -> str:
        """Return a sentence about *stage*."""
        return self._sentence(self.dice.choice(self.words["claims"][stage]))

    def search_question(self) -> str:
        """Return what somebody might look for: a claim's bare words."""
        return self._fill(self.dice.choice(self.words["claims"][self.stage()]))

    def filler(self) -> str:
        """Return a sentence that says nothing about the journey."""
        return self._sentence(self.dice.choice(self.words["filler"]))

    def talk(self, sentences: int, stage: str) -> str:
        """Return some sentences, half of them about *stage*."""
        return " ".join(
            self.claim(stage) if self.dice.random() < 0.5 else self.filler() for _ in range(sentences)
        )

    def question(self) -> str:
        """Return what an interviewer asks."""
        return self._fill(self.dice.choice(self.words["questions"]))

    def answer(self) -> str:
        """Return what an agent says."""
        return self._fill(self.dice.choice(self.words["polite"]) + self.dice.choice(self.words["answers"]))

    def title(self) -> str:
        """Return the headline of a review or a ticket."""
        return self._fill(
            self.dice.choice(self.words["titles"]) + self.dice.choice(self.words["title_tails"])
        )

    def stage(self) -> str:
        """Return a stage."""
        return self.dice.choice(_STAGES)

    def _sentence(self, core: str) -> str:
        text = self._fill(
            self.dice.choice(self.words["openers"]) + core + self.dice.choice(self.words["tails"])
        )
        text = text[0].upper() + text[1:]
        chance = self.dice.random()
        if chance < 0.04:
            text = text.upper()
        elif chance < 0.15:
            text = text.lower()
        return text + self.dice.choice([".", ".", ".", ".", "!", "...", "?!"])

    def _fill(self, text: str) -> str:
        return _SLOT.sub(lambda match: str(self.dice.choice(self.words[match[1]])), text)


def write_corpus(folder: Path, utterances: int, seed: int = 1) -> None:
    """Write a study's sources of about *utterances* utterances into *folder*, which is made."""
    for name, share in SHARES.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for language, part in (("en", 1 - SPANISH), ("es", SPANISH)):
            # Each kind has its own dice, so that one may change without the others.
            voice = make_voice(language, random.Random(f"{seed} {name} {language}"))
            _WRITERS[name](folder / name, language, round(utterances * share * part / _PER_SENTENCE), voice)


def make_voice(language: str, dice: random.Random) -> Voice:
    """Return the voice of one of the two languages."""
    return Voice(_fragments()[language], dice)


def _interviews(folder: Path, language: str, utterances: int, voice: Voice) -> None:
    """Questions and answers with labels; about 120 utterances a file, journeys told in order."""
    number = written = 0
    while written < utterances:
        number += 1
        name = f"{voice.dice.choice(voice.words['names'])} {number}"
        lines = []
        for stage in _STAGES:
            for _ in range(3):
                count = voice.dice.randint(2, 6)
                lines += [f"{voice.words['labels']['asks']}: {voice.question()}", ""]
                lines += [f"{name}: {voice.talk(count, stage)}", ""]
                written += count + 1
        (folder / f"interview-{language}-{number:04}.txt").write_text("\n".join(lines), encoding="utf-8")


def _chats(folder: Path, language: str, utterances: int, voice: Voice) -> None:
    """Chats of 6 to 24 short lines with times."""
    number = written = 0
    agent, customer = voice.words["labels"]["agent"], voice.words["labels"]["customer"]
    while written < utterances:
        number += 1
        minute, stage, lines = voice.dice.randint(480, 1200), voice.stage(), []
        for turn in range(voice.dice.randint(6, 24)):
            minute += voice.dice.randint(0, 3)
            count = voice.dice.randint(1, 2)
            said = voice.answer() if turn % 2 else voice.talk(count, stage)
            lines.append(f"[{minute // 60:02}:{minute % 60:02}] {agent if turn % 2 else customer}: {said}")
            written += 1 if turn % 2 else count
        (folder / f"chat-{language}-{number:05}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _reviews(folder: Path, language: str, utterances: int, voice: Voice) -> None:
    """One table a language; a row is one to five sentences, with stars."""
    headers = {
        "en": ["id", "date", "rating", "title", "text"],
        "es": ["id", "fecha", "estrellas", "título", "texto"],
    }
    path = folder / f"reviews-{language}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(headers[language])
        written = number = 0
        while written < utterances:
            number += 1
            count = voice.dice.choice([1, 1, 2, 2, 3, 3, 4, 5])
            text = voice.talk(count, voice.stage())
            day = f"2025-{voice.dice.randint(1, 12):02}-{voice.dice.randint(1, 28):02}"
            row = [f"{language}{number}", day, voice.dice.randint(1, 5), voice.title(), text]
            table.writerow(row)
            written += count + 1


def _tickets(folder: Path, language: str, utterances: int, voice: Voice) -> None:
    """One JSON array a language; a ticket is a conversation of two to six messages."""
    tickets: list[dict[str, object]] = []
    written = 0
    while written < utterances:
        number, stage = len(tickets) + 1, voice.stage()
        customer = f"{voice.dice.choice(voice.words['names'])} {number}"
        messages = []
        for turn in range(voice.dice.randint(2, 6)):
            count = voice.dice.randint(1, 4)
            messages.append(
                {
                    "from": "agent" if turn % 2 else "customer",
                    "name": "Wenceslas" if turn % 2 else customer,
                    "at": f"2026-02-{1 + number % 27:02}T{8 + turn:02}:15:00Z",
                    "text": voice.answer() if turn % 2 else voice.talk(count, stage),
                }
            )
            written += 1 if turn % 2 else count
        tickets.append(
            {
                "id": f"{language.upper()}-{number}",
                "subject": voice.title(),
                "customer": {"name": customer},
                "messages": messages,
            }
        )
    (folder / f"tickets-{language}.json").write_text(
        json.dumps(tickets, ensure_ascii=False, indent=1), encoding="utf-8"
    )


_WRITERS: Final[dict[str, Callable[[Path, str, int, Voice], None]]] = {
    "interviews": _interviews,
    "chats": _chats,
    "reviews": _reviews,
    "tickets": _tickets,
}


@cache
def _fragments() -> dict[str, dict[str, Any]]:
    path = Path(__file__).with_name("fragments.yaml")
    read: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read
