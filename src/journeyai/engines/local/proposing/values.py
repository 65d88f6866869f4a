"""Set, put, move, mark, change: what it becomes, or where it goes, tells what is meant."""

from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.endings import PROPERTIES
from journeyai.engines.local.proposing.items import Clause, Item, State
from journeyai.engines.local.proposing.reader import Reader
from journeyai.engines.local.proposing.titles import read_quote, read_words
from journeyai.engines.local.proposing.tokens import lows
from journeyai.engines.local.proposing.wording import worded
from journeyai.model.changes import Change

_INTO: Final = ("to", "in", "as")
_LABELS: Final = ("lane", "emotion", "severity", "status")


def change(clause: Clause, state: State) -> list[Change]:
    """Read a clause whose verb says little: its nouns and labels tell what is meant."""
    if _has_property(clause, state):
        return worded(clause, state, None)
    reader = Reader.of(clause, state)
    _contrast(reader)
    _as_lanes(reader)
    if _renames(reader):
        return worded(clause, state, None)
    if reader.these("evidence", "found"):
        from journeyai.engines.local.proposing.evidence import carried

        return carried(reader)
    if found := _speaker(reader):
        return found
    _name_the_cards(reader)
    cards, stages = reader.these("card"), reader.these("stage")
    if not cards and stages and not _labels(reader) and (_place_is_said(reader) or len(stages) > 1):
        from journeyai.engines.local.proposing.stages import moved

        return moved(reader)
    return _done_to_cards(reader)


def _has_property(clause: Clause, state: State) -> bool:
    """Whether a noun tells that new words are meant, before any quoted string or colon that may hold such a noun."""
    low = lows(clause.tokens)
    for at, token in enumerate(clause.tokens):
        if (
            token.quoted
            and at
            and any(state.lexicon.nouns.find(low, later) for later in range(at + 1, len(low)))
        ):
            continue
        if token.low == ":" and at:
            return False
        found = state.lexicon.nouns.find(low, at)
        if found and found[0] in PROPERTIES and not (found[0] == "state" and not _is_state(low, state)):
            return True
    return False


def _is_state(low: list[str], state: State) -> bool:
    """Whether it is the state of the map that is spoken of."""
    if any(state.lexicon.states.find(low, at) for at in range(len(low))) and not any(
        word[:1] == "c" and word[1:].isdigit() for word in low
    ):
        return True
    return any(
        (found := state.lexicon.nouns.find(low, at)) and found[0] in ("map", "scope")
        for at in range(len(low))
    )


def _contrast(reader: Reader) -> None:
    """Drop `not a pain point` where the clause also says what it is instead."""
    items = reader.items
    for place, item in enumerate(items):
        if (
            item.kind == "not"
            and place + 1 < len(items)
            and items[place + 1].kind in ("lane", "emotion", "severity")
        ):
            other = items[place + 1]
            if sum(later.kind == other.kind for later in items) == 2:
                del items[place : place + 2]
                return


def _as_lanes(reader: Reader) -> None:
    """Read `under delights` as the lane, not as all delights."""
    for place, item in enumerate(reader.items):
        others = any(other.kind in ("card", "quote", "words") and other is not item for other in reader.items)
        pointed = bool(reader.clause.clitic) or reader.clause.topic
        if item.label and reader.role(item) in _INTO and (others or pointed):
            reader.items[place] = Item("lane", item.label, item.start, item.end)


def _renames(reader: Reader) -> bool:
    """Whether `change stage 2 to Checkout` is said: one stage or persona, and words that are nothing else."""
    parts = reader.these("stage", "persona")
    rest = [item for item in reader.items if item not in parts]
    if (
        reader.clause.action != "set"
        or len(parts) != 1
        or not rest
        or reader.role(parts[0]) not in ("", "of")
    ):
        cards = reader.these("card")
        quotes = reader.these("quote")
        return (
            reader.clause.action == "set"
            and len(reader.items) == 2
            and len(cards) == 1
            and len(quotes) == 1
            and quotes[0].start > cards[0].start
            and reader.role(quotes[0]) in ("to", "as", "colon", "")
        )
    return all(item.kind in ("words", "quote") for item in rest) and reader.role(rest[0]) in ("to", "as")


def _speaker(reader: Reader) -> list[Change]:
    """Read `move Dana to School-run parents`, `P3 belongs to persona 1`."""
    personas = reader.these("persona")
    goal = [item for item in personas if reader.role(item) in ("to", "in", "as", "with")]
    named_people = reader.these("speaker")
    goal = [item for item in goal if item not in named_people]
    source = [
        item
        for item in reader.items
        if item not in goal
        and reader.role(item) != "from"
        and not (named_people and item.kind == "persona" and reader.role(item) in ("of", "in"))
    ]
    speakers = [item for item in source if item.kind in ("speaker", "quote", "words", "persona", "noun")]
    if not goal or not source or any(item.kind in ("card", "stage", *_LABELS) for item in source):
        return []
    reader.only("persona", "speaker", "quote", "words", "noun")
    named = [item for item in speakers if item.kind != "noun"]
    if len(named) != 1 or len(goal) != 1:
        raise AskBackError("which_speaker")
    return [Change("move_speaker", to=goal[0].value[0], text=_spoken_by(reader, named[0]))]


def _spoken_by(reader: Reader, item: Item) -> str:
    """Return the name of a speaker as the sources write it.

    Raises:
        AskBackError: nobody is called so, or people in several files are.
    """
    said = reader.said(item)
    key = tuple(lows_of(said))
    names = reader.state.names.speakers
    if key not in names:
        near = reader.state.names.near(key, names)
        if len(near) == 1:
            raise AskBackError("nearly_speaker", [_replaced(reader, item, near[0])], said=said, names=near[0])
        raise AskBackError("no_speaker", name=said)
    name = names[key]
    files = sorted({m.source for p in reader.state.journey.personas for m in p.members if m.speaker == name})
    if len(files) > 1:
        choices = [_replaced(reader, item, f"“{file}: {name}”") for file in files]
        raise AskBackError("which_file", choices, name=name, names=", ".join(files[:5]))
    return name


def _replaced(reader: Reader, item: Item, name: str) -> str:
    tokens, text = reader.clause.tokens, reader.state.text
    return text[: tokens[item.start].start] + name + text[tokens[item.end - 1].end :]


def lows_of(text: str) -> list[str]:
    """Return the folded tokens of a string."""
    from journeyai.engines.local.proposing.tokens import tokens

    return lows(tokens(text))


def _name_the_cards(reader: Reader) -> None:
    """Read quoted strings and words before the goal as titles; words after it are not understood."""
    has_cards = bool(reader.these("card"))
    for place, item in enumerate(reader.items):
        if item.kind == "quote" and reader.role(item) not in ("to", "as"):
            near = reader.state.names.near(
                [w for w in lows_of(str(item.value)) if w[:1].isalnum()], reader.state.names.stages
            )
            reader.items[place] = (
                read_quote(reader.scanner, item) if not near else Item("stage", near, item.start, item.end)
            )
        elif (item.kind == "words" and not has_cards and not reader.these("stage") and place == 0) or (
            item.kind == "words"
            and not has_cards
            and place == 0
            and reader.role(reader.these("stage")[0]) in _INTO
        ):
            reader.items[place] = read_words(reader.scanner, item)


def _labels(reader: Reader) -> list[Item]:
    return [item for item in reader.items if item.kind in _LABELS]


def _place_is_said(reader: Reader) -> bool:
    return bool(reader.these("place", "number")) or any(
        reader.role(item) in ("after", "before", "between") for item in reader.these("stage")
    )


def _done_to_cards(reader: Reader) -> list[Change]:
    nouns = {str(item.value) for item in reader.these("noun")}
    if reader.clause.action == "assign" and not reader.these("lane", "emotion", "severity"):
        return _owner(reader)
    stage, subject = _goal(reader)
    reader.only("card", "stage", "noun", "number", *_LABELS)
    if any(
        reader.role(item) in ("after", "before", "between", "from") and len(subject) > 1 for item in subject
    ):
        raise AskBackError("where")
    if any(reader.role(item) in ("after", "before", "between") for item in subject):
        raise AskBackError("where")
    cards = reader.cards(subject)
    found: list[Change] = []
    numbers = reader.these("number")
    for item in _labels(reader):
        if item.kind == "lane":
            found.append(Change("set_lane", cards, item.value))
        elif item.kind == "emotion":
            found.append(Change("set_emotion", cards, item.value))
        elif item.kind == "severity":
            found.append(Change("set_severity", cards, item.value))
        else:
            found.append(Change(item.value, cards))
    if numbers and ("severity" in nouns or reader.clause.action in ("rate",)):
        if len(numbers) > 1 or numbers[0].value not in (1, 2, 3):
            raise AskBackError("which_severity")
        found.append(Change("set_severity", cards, str(numbers[0].value)))
    elif numbers:
        raise AskBackError("not_read", said=reader.said(numbers[0]))
    if stage is not None:
        found.append(Change("move_card", cards, stage))
    _check(found, reader, nouns)
    return _not_already(found, reader)


def _goal(reader: Reader) -> tuple[str | None, list[Item]]:
    """Return the stage cards go to, if one is said, and the cards."""
    cards = reader.these("card")
    stages = [item for item in reader.these("stage") if reader.role(item) != "from"]
    if (
        not stages
        and len(cards) == 1
        and cards[0].filter
        and cards[0].filter.value == "in"
        and not _labels(reader)
    ):
        # `put all needs in Use` says where they go; `put all needs in Use into Support` says which.
        place = cards[0].filter
        again = Reader.of(reader.clause, reader.state, cards[0].start, place.start)
        if place.filter is None:
            return None, cards
        return str(place.filter.value[0]), again.these("card")
    if len(stages) > 1 or (stages and len(stages[0].value) > 1):
        raise AskBackError("which_goal")
    if stages and reader.role(stages[0]) in ("after", "before", "between"):
        raise AskBackError("not_read", said=reader.said(stages[0]))
    return (str(stages[0].value[0]) if stages else None), cards


def _check(found: list[Change], reader: Reader, nouns: set[str]) -> None:
    found[:] = dict.fromkeys(found)
    kinds = [item.kind for item in found]
    if not found:
        for noun in ("severity", "emotion", "lane"):
            if noun in nouns:
                raise AskBackError(f"which_{noun}")
        raise AskBackError("which_goal" if reader.clause.action in ("move", "put") else "what_to_do")
    if len(set(kinds)) != len(kinds):
        raise AskBackError("two_values")
    wanted = {"severity": "set_severity", "emotion": "set_emotion", "lane": "set_lane", "lock": "lock"}
    for noun, kind in wanted.items():
        if noun in nouns and kind not in kinds:
            raise AskBackError(f"which_{noun}" if noun != "lock" else "what_to_do")


def _not_already(found: list[Change], reader: Reader) -> list[Change]:
    """`mark c3 as a grave pain point` asks for no lane where c3 is one."""
    lanes = {card.id: card.lane for card in reader.state.journey.cards}
    if len(found) > 1:
        kept = [
            item
            for item in found
            if not (item.kind == "set_lane" and all(lanes[id_] == item.to for id_ in item.targets))
        ]
        return kept or found
    return found


def _owner(reader: Reader) -> list[Change]:
    """Read `assign c3 to Logistics`: a person or team, in the person's own words."""
    cards = reader.these("card")
    if not cards:
        raise AskBackError("which_cards")
    ids = reader.cards(cards[:1])
    rest = [item for item in reader.items if item.start > cards[0].start]
    if not rest or reader.role(rest[0]) != "to":
        raise AskBackError("which_text")
    text = reader.clause.raw(reader.state, rest[0].start, reader.clause.reason)
    if any(item.kind in ("stage", "persona", "lane", "card") for item in rest):
        tokens, whole = reader.clause.tokens, reader.state.text
        start, end = tokens[cards[0].start].start, tokens[cards[0].end - 1].end
        named = whole[start:end]
        spanish = reader.clause.language == "es"
        choices = [
            f"pon “{text}” como responsable de {named}"
            if spanish
            else f"set the owner of {named} to “{text}”"
        ]
        if rest[0].kind == "stage":
            choices.append(f"mueve {named} a {text}" if spanish else f"move {named} to {text}")
        raise AskBackError(
            "owner_or_stage", choices if whole.strip().startswith(whole[:start]) else [], said=text
        )
    return [Change("set_owner", ids, text=text)]
