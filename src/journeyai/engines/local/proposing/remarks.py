"""What a request says beside its changes: what it speaks of, and whether it may change what they are."""

from collections.abc import Sequence
from typing import Final

from journeyai.engines.local.proposing.asking import AskBackError
from journeyai.engines.local.proposing.grading import grades_something
from journeyai.engines.local.proposing.items import Clause, Refers, State
from journeyai.engines.local.proposing.reader import Reader
from journeyai.engines.local.proposing.scanner import Scanner
from journeyai.engines.local.proposing.tokens import tokens
from journeyai.knowledge.stopwords import stopwords
from journeyai.model.changes import CHANGE_KINDS, Change, ChangeKind

#: What a remark may speak of, so that `it` means it.
_SPOKEN: Final[tuple[Refers, ...]] = ("card", "stage", "persona", "evidence", "speaker")


#: Words by which a remark may take something from a change, or add to it.
_MORE_OR_LESS: Final = frozenset(
    {
        "except",
        "excepto",
        "salvo",
        "menos",
        "unless",
        "too",
        "also",
        "tambien",
        "both",
        "ambas",
        "ambos",
        "otro",
        "otra",
        "another",
        "if",
        "until",
        "provided",
        "suppose",
    }
)


_ANY: Final = frozenset(CHANGE_KINDS)


#: What a remark may speak of beside a change of it: `its severity is too low, make it 3`.
_SET_BY: Final[dict[str, frozenset[ChangeKind]]] = {
    "title": frozenset({"edit_title", "set_map_title"}),
    "name": frozenset({"rename_stage", "rename_persona", "set_map_title"}),
    "owner": frozenset({"set_owner"}),
    "severity": frozenset({"set_severity"}),
    "emotion": frozenset({"set_emotion"}),
    "detail": frozenset({"edit_detail"}),
    "lane": frozenset({"set_lane"}),
}


def check_harmless(clause: Clause, changes: Sequence[Change], state: State) -> None:
    """Ask where a remark beside changes may ask for more, or for less, than they do.

    Raises:
        AskBackError: it names other parts of the map, or new words, or an exception.
    """
    done = {id_ for change in changes for id_ in (*change.targets, change.to, change.text)}
    low = [token.low for token in clause.tokens]
    said = clause.raw(state, 0)
    verbs = [
        state.lexicon.verbs.find(low, at) for at in range(len(low)) if low[at] not in state.lexicon.doubtful
    ]
    orders = any(
        verb and verb[0].mood == "order" and verb[0].language == "es" and verb[0].clitic for verb in verbs
    )
    # `que Marisol la lleve` orders, whatever it is that is not understood.
    orders = orders or low[:1] == ["que"]
    if orders or _MORE_OR_LESS & set(low) or grades_something(low):
        raise AskBackError("not_read", said=said)
    try:
        items = Reader.of(clause, state).items
    except AskBackError:
        raise AskBackError("not_read", said=said) from None
    for item in items:
        if item.kind in ("quote", "evidence", "found", "speaker", "stage", "persona", "card"):
            ids = item.value if isinstance(item.value, tuple) else (item.value,)
            if item.kind == "quote":
                with_titles = Reader(clause, state, Scanner(clause, state), [item])
                try:
                    with_titles.with_titles()
                    ids = with_titles.cards(with_titles.these("card"))
                except AskBackError:
                    ids = (item.value,)
            if not set(ids) <= done:
                raise AskBackError("not_read", said=said)
        elif item.kind == "noun" and not {change.kind for change in changes} & _SET_BY.get(
            str(item.value), _ANY
        ):
            raise AskBackError("not_read", said=said)


def check_not_taken_back(clause: Clause, state: State) -> None:
    """Ask where what follows a change may take it back: `delete c43, no, c44`.

    Raises:
        AskBackError: it corrects, or names other things.
    """
    low = [token.low for token in clause.tokens]
    whole = [token.low for token in tokens(state.text)]
    known = {card.id for card in state.journey.cards}
    corrects = any(state.lexicon.corrections.find(low, at) for at in range(len(low)))
    before = whole[: len(whole) - len(low)][-2:]
    if corrects or known & set(low) or "no" in before:
        raise AskBackError("not_read", said=state.text[clause.tokens[0].start :] if clause.tokens else "")


def note_remark(clause: Clause, state: State) -> None:
    """Note what a remark speaks of; what it names and is not found, nothing may point back at."""
    if not clause.tokens:
        return
    try:
        reader = Reader.of(clause, state)
        if not reader.these("evidence") and any(
            item.kind == "noun" and item.value == "evidence" for item in reader.items
        ):
            state.doubt = AskBackError("which_quotes_any")
            return
        for kind in _SPOKEN:
            ids = tuple(dict.fromkeys(id_ for item in reader.these(kind) for id_ in item.value))
            if ids:
                state.spoken = (kind, ids)
                state.doubt = None
                return
        quotes = reader.these("quote")
        if not quotes and (found := _spoken_cards(clause, state)):
            state.spoken = ("card", found)
            state.doubt = None
        if quotes:
            reader.items = quotes
            reader.with_titles()
            state.spoken = ("card", reader.cards())
            state.doubt = None
    except AskBackError as doubt:
        state.doubt = doubt


def _spoken_cards(clause: Clause, state: State) -> tuple[str, ...]:
    """Return the card that a remark begins with: `(the dog) is nonsense`."""
    low = [token.low for token in clause.tokens]
    end = next((at for at, word in enumerate(low) if word in _SAYS_OF or not word[:1].isalnum()), len(low))
    said = [word for word in low[:end] if word not in stopwords()]
    if not said or len(said) > 8:
        return ()
    found, sure = state.names.titled(said, state.journey.cards)
    if len(found) == 1 and sure and state.names.holds(found[0], said):
        return (found[0].id,)
    return ()


#: What follows the subject of a remark.
_SAYS_OF: Final = frozenset(
    {"is", "are", "isn't", "aren't", "was", "has", "have", "'s", "says", "es", "son", "no", "ya", "esta",
     "estan", "tiene", "parece", "sounds", "looks", "seems", "reads", "makes", "really", "got",
     "doesn't", "should", "needs"}
)  # fmt: skip
