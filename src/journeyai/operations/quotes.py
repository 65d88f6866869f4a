"""What can be done to cards and their quotes: merge, split, attach, detach."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from journeyai.model.changes import Change, ChangeKind
from journeyai.model.journey import Card, Evidence
from journeyai.model.vocabulary import Channel, Emotion, Lane
from journeyai.operations.bench import Bench, one_line
from journeyai.operations.cards import take_quotes_along
from journeyai.operations.ratings import unlist_ratings

#: What can be shown by the words of staff; what customers feel and wish for is theirs to tell.
_STAFF_LANES: Final[frozenset[Lane]] = frozenset({"touchpoint", "back_stage", "opportunity"})


def _merge_cards(bench: Bench, change: Change) -> None:
    cards = bench.free(change.targets)
    target = bench.card(change.to or change.targets[0])
    if len({card.lane for card in cards}) > 1:
        sorts = [bench.talk.say("sort", id=card.id, lane=bench.words.lane(card.lane, 1)) for card in cards]
        raise bench.refused("merge_of_lanes", sorts=bench.listed(sorts))
    others = [card for card in cards if card.id != target.id]
    ordered = [target, *others]
    take_quotes_along(bench, [card for card in others if card.stage != target.stage], target.stage)
    evidence = tuple(dict.fromkeys(id_ for card in ordered for id_ in card.evidence))
    against = dict.fromkeys(id_ for card in ordered for id_ in card.against if id_ not in evidence)
    gone = {card.id for card in others}
    bench.cards = [card for card in bench.cards if card.id not in gone]
    bench.edit_card(
        target,
        title=one_line(change.text or "") or target.title,
        detail=next((card.detail for card in ordered if card.detail), ""),
        evidence=evidence,
        against=tuple(against),
        severity=max((card.severity for card in cards if card.severity), default=None),
        emotion=_emotion_of_most(ordered),
        channel=_channel_of_most(ordered),
        owner=next((card.owner for card in ordered if card.owner), None),
        judged=next((card.judged for card in ordered if card.judged), None),
        progress=next((card.progress for card in ordered if card.progress), None),
        personas=tuple(sorted({id_ for card in cards for id_ in card.personas})),
    )


def _emotion_of_most(cards: Sequence[Card]) -> Emotion | None:
    """Return the emotion of the cards behind which most people stand; None counts, too; the first wins a tie."""
    people: Counter[Emotion | None] = Counter()
    for card in cards:
        people[card.emotion] += max(card.people, 0)
    return max(people, key=lambda emotion: people[emotion])


def _channel_of_most(cards: Sequence[Card]) -> Channel | None:
    """Return the channel of most people; cards without one have no say, and the first wins a tie."""
    people: Counter[Channel] = Counter()
    for card in cards:
        if card.channel is not None:
            people[card.channel] += card.people
    return max(people, key=lambda channel: people[channel], default=None)


def _split_card(bench: Bench, change: Change) -> None:
    id_, *named = change.targets
    (card,) = bench.free([id_])
    ids = _on_card(bench, card, named)
    if not ids:
        raise bench.refused("split_without", card=bench.named([card]), quotes=bench.listed(card.evidence))
    left = tuple(id_ for id_ in card.evidence if id_ not in ids)
    if not left:
        raise bench.refused("split_of_all", n=len(card.evidence), card=bench.named([card]))
    title = one_line(change.text or "")
    new = Card(
        id=bench.next_card(),
        lane=card.lane,
        stage=card.stage,
        personas=card.personas,
        title=title,
        emotion=card.emotion if _still_felt(bench, card.emotion, ids) else None,
        severity=card.severity,
        channel=card.channel,
        status="edited",
        owner=card.owner,
        confidence=card.confidence,
        evidence=tuple(ids),
    )
    bench.edit_card(card, evidence=left)
    place = next(n for n, other in enumerate(bench.cards) if other.id == card.id)
    bench.cards.insert(place + 1, new)
    bench.touched.add(new.id)


def _still_felt(bench: Bench, emotion: Emotion | None, ids: Sequence[str]) -> bool:
    """Whether half of the people behind the quotes *ids* show *emotion*."""
    quotes = [bench.evidence[id_] for id_ in ids]
    people = {bench.ground.remark(item).person for item in quotes}
    feeling = {bench.ground.remark(item).person for item in quotes if item.emotion == emotion}
    return 2 * len(feeling) >= len(people)


def _on_card(bench: Bench, card: Card, ids: Sequence[str]) -> list[str]:
    """Return *ids* in the order of the card's quotes; refuse those that are not its evidence."""
    for id_ in ids:
        _known_quote(bench, id_)
    strange = [id_ for id_ in ids if id_ not in card.evidence]
    if strange:
        raise bench.refused(
            "not_on_card",
            n=len(strange),
            quotes=bench.listed(strange),
            card=bench.named([card]),
            known=bench.listed(card.evidence) or "–",
        )
    return [id_ for id_ in card.evidence if id_ in ids]


def _known_quote(bench: Bench, id_: str) -> None:
    if id_ not in bench.evidence:
        raise bench.refused("unknown_evidence", id=one_line(id_)[:60])


def _attach_evidence(bench: Bench, change: Change) -> None:
    id_, *names = change.targets
    (card,) = bench.free([id_])
    places = {_place(item): known for known, item in bench.evidence.items()}
    found: list[Evidence] = []
    for name in names:
        if name not in bench.evidence and name not in bench.ground.found:
            raise bench.refused("unknown_evidence", id=one_line(name)[:60])
        item = bench.evidence.get(name) or bench.ground.found[name]
        item = bench.evidence[places[_place(item)]] if _place(item) in places else item
        _check_speaker(bench, card, item, name)
        found.append(item)
    new = [item for item in found if places.get(_place(item)) not in card.evidence]
    if not new:
        raise bench.idle("already_attached", n=len(names), card=bench.named([card]))
    ids: list[str] = []
    for item in new:
        known = places.get(_place(item)) or _enter(bench, card, item)
        places[_place(item)] = known
        ids.append(known)
    _settle(bench, card, ids)
    evidence = tuple(dict.fromkeys((*card.evidence, *ids)))
    bench.edit_card(
        card, evidence=evidence, against=tuple(known for known in card.against if known not in evidence)
    )


def _settle(bench: Bench, card: Card, ids: Sequence[str]) -> None:
    """Put those of the quotes *ids* that no card shows where *card* stands, and into its lane."""
    if card.lane == "opportunity":
        return
    for id_ in bench.only_on(ids, ()):
        bench.relabel([id_], stage=card.stage)
        if bench.evidence[id_].lane != card.lane:
            bench.relabel([id_], lane=card.lane, confidence=None)


def _enter(bench: Bench, card: Card, item: Evidence) -> str:
    """Put a passage found in the sources on the map, as a quote of *card*, and return its id."""
    id_ = bench.next_evidence()
    bench.evidence[id_] = item.model_copy(
        update={"id": id_, "stage": card.stage, "lane": card.lane, "confidence": None}
    )
    return id_


def _check_speaker(bench: Bench, card: Card, item: Evidence, name: str) -> None:
    """Refuse words that are nobody's evidence for a card: a researcher's questions, staff on what customers feel."""
    if bench.ground.remark(item).person is not None or item.id in bench.evidence:
        return
    if item.role == "researcher":
        raise bench.refused("words_of_researcher", id=name)
    if item.role in {"agent", "system"} and card.lane not in _STAFF_LANES:
        raise bench.refused("words_of_staff", id=name, lane=bench.words.lane(card.lane))


def _detach_evidence(bench: Bench, change: Change) -> None:
    id_, *ids = change.targets
    (card,) = bench.free([id_])
    for quote in ids:
        _known_quote(bench, quote)
    mine = {*card.evidence, *card.against}
    strange = [quote for quote in ids if quote not in mine]
    if strange:
        _on_card(bench, card, strange)
    if card.lane == "measure":
        unlist_ratings(bench, bench.only_on(ids, [card]))
    bench.edit_card(
        card,
        evidence=tuple(quote for quote in card.evidence if quote not in ids),
        against=tuple(quote for quote in card.against if quote not in ids),
    )


def _place(item: Evidence) -> tuple[str, str | None, int, int]:
    return (item.source, item.record, item.start, item.end)


QUOTE_CHANGES: Final[Mapping[ChangeKind, Callable[[Bench, Change], None]]] = MappingProxyType(
    {
        "merge_cards": _merge_cards,
        "split_card": _split_card,
        "attach_evidence": _attach_evidence,
        "detach_evidence": _detach_evidence,
    }
)
