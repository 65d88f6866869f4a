"""What can be done to cards by themselves: words, place, labels, verdicts."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from journeyai.model.changes import Change, ChangeKind
from journeyai.model.journey import Card
from journeyai.model.vocabulary import Emotion, Lane
from journeyai.operations.bench import Bench, one_line
from journeyai.operations.ratings import list_ratings_at


def _edit_title(bench: Bench, change: Change) -> None:
    (card,) = bench.free(change.targets)
    title = one_line(change.text or "")
    if title == card.title:
        raise bench.idle("same_title", card=bench.named([card]))
    bench.edit_card(card, title=title)


def _edit_detail(bench: Bench, change: Change) -> None:
    (card,) = bench.free(change.targets)
    detail = one_line(change.text or "")
    if detail == card.detail:
        raise bench.idle("same_detail", card=bench.named([card]))
    bench.edit_card(card, detail=detail)


def _move_card(bench: Bench, change: Change) -> None:
    stage = bench.stage(change.to or "")
    cards = [card for card in bench.free(change.targets) if card.stage != stage.id]
    if not cards:
        n = len(change.targets)
        raise bench.idle("already_there", n=n, cards=_all(bench, change), stage=bench.named([stage]))
    take_quotes_along(bench, cards, stage.id)
    for card in cards:
        bench.edit_card(card, stage=stage.id)


def take_quotes_along(bench: Bench, cards: list[Card], stage: str) -> None:
    """Put the quotes of *cards*, which go to *stage*, there as well; those that another card of their stage has stay.

    To be called before the cards move.
    """
    own = {card.id for card in cards}
    holding = {
        (card.stage, id_)
        for card in bench.cards
        if card.id not in own and card.lane != "opportunity"
        for id_ in card.evidence
    }
    ids = dict.fromkeys(id_ for card in cards for id_ in card.evidence if id_ in bench.evidence)
    bench.relabel([id_ for id_ in ids if (bench.evidence[id_].stage, id_) not in holding], stage=stage)
    for card in cards:
        if card.lane == "measure":
            list_ratings_at(bench, card.evidence, stage)


def _add_card(bench: Bench, change: Change) -> None:
    lane = cast(Lane, change.to)
    stage, *personas = change.targets
    bench.cards.append(
        Card(
            id=bench.next_card(),
            lane=lane,
            stage=bench.stage(stage).id,
            personas=tuple(sorted(bench.persona(id_).id for id_ in personas)),
            title=one_line(change.text or ""),
            status="edited",
            assumption=True,
        )
    )


def _remove_card(bench: Bench, change: Change) -> None:
    gone = {card.id for card in bench.free(change.targets)}
    bench.cards = [card for card in bench.cards if card.id not in gone]


def _accept(bench: Bench, change: Change) -> None:
    # A locked card can be accepted: that only says that it is right as it is.
    cards = [bench.card(id_) for id_ in change.targets]
    _mark(
        bench,
        change,
        [card for card in cards if card.status != "accepted"],
        "already_accepted",
        status="accepted",
    )


def _reject(bench: Bench, change: Change) -> None:
    cards = [card for card in bench.free(change.targets) if card.status != "rejected"]
    _mark(bench, change, cards, "already_rejected", status="rejected")


def _lock(bench: Bench, change: Change) -> None:
    cards = [bench.card(id_) for id_ in change.targets]
    _mark(bench, change, [card for card in cards if not card.locked], "already_locked", locked=True)


def _unlock(bench: Bench, change: Change) -> None:
    cards = [bench.card(id_) for id_ in change.targets]
    _mark(bench, change, [card for card in cards if card.locked], "not_locked", locked=False)


def _mark(bench: Bench, change: Change, cards: list[Card], idle: str, **update: Any) -> None:
    """Put *update* on *cards*, those of the targets that are not so already."""
    if not cards:
        raise bench.idle(idle, n=len(change.targets), cards=_all(bench, change))
    for card in cards:
        bench.put_card(card, **update)


def _set_lane(bench: Bench, change: Change) -> None:
    lane = cast(Lane, change.to)
    cards = [card for card in bench.free(change.targets) if card.lane != lane]
    if not cards:
        n = len(change.targets)
        raise bench.idle("same_lane", n=n, cards=_all(bench, change), lane=bench.words.lane(lane, n))
    for card in cards:
        # What stands on this card alone is what the person says it is; how sure the engine was, was of another lane.
        if lane != "opportunity":
            bench.relabel(bench.only_on(card.evidence, [card]), lane=lane, confidence=None)
        update: dict[str, Any] = {"lane": lane}
        if lane != "pain_point":
            update["severity"] = None
        if lane != "opportunity":
            update |= {"judged": None, "progress": None}
        bench.edit_card(card, **update)
        bench.touched.add(card.id)


def _set_severity(bench: Bench, change: Change) -> None:
    severity = int(change.to or 0)
    cards = bench.free(change.targets)
    others = [card for card in cards if card.lane != "pain_point"]
    if others:
        raise bench.refused("severity_of_pains", n=len(others), cards=bench.named(others))
    cards = [card for card in cards if card.severity != severity]
    if not cards:
        n = len(change.targets)
        raise bench.idle("same_severity", n=n, cards=_all(bench, change), severity=severity)
    for card in cards:
        bench.edit_card(card, severity=severity)


def _set_emotion(bench: Bench, change: Change) -> None:
    emotion = cast(Emotion, change.to)
    cards = [card for card in bench.free(change.targets) if card.emotion != emotion]
    if not cards:
        n = len(change.targets)
        raise bench.idle("same_emotion", n=n, cards=_all(bench, change), emotion=bench.words.emotion(emotion))
    for card in cards:
        bench.edit_card(card, emotion=emotion)


def _set_owner(bench: Bench, change: Change) -> None:
    owner = one_line(change.text or "") or None
    cards = [card for card in bench.free(change.targets) if card.owner != owner]
    if not cards:
        key = "same_owner" if owner else "no_owner"
        raise bench.idle(key, n=len(change.targets), cards=_all(bench, change), owner=owner)
    for card in cards:
        bench.edit_card(card, owner=owner)


def _all(bench: Bench, change: Change) -> str:
    return bench.named([bench.card(id_) for id_ in change.targets])


CARD_CHANGES: Final[Mapping[ChangeKind, Callable[[Bench, Change], None]]] = MappingProxyType(
    {
        "edit_title": _edit_title,
        "edit_detail": _edit_detail,
        "move_card": _move_card,
        "add_card": _add_card,
        "remove_card": _remove_card,
        "accept": _accept,
        "reject": _reject,
        "lock": _lock,
        "unlock": _unlock,
        "set_lane": _set_lane,
        "set_severity": _set_severity,
        "set_emotion": _set_emotion,
        "set_owner": _set_owner,
    }
)
