"""Two small invented maps, of e-bikes to rent and of solar panels, to ask changes of."""

from functools import cache
from typing import Final

from journeyai.model.journey import (
    Card,
    Coverage,
    Evidence,
    JourneyMap,
    MadeBy,
    Member,
    Persona,
    Source,
    SpeakerRole,
    Stage,
)
from journeyai.model.vocabulary import Lane

Row = tuple[str, Lane, str, str, int | None, int, tuple[str, ...]]

_ENGLISH: Final[list[Row]] = [
    ("c3", "motivation", "discovery", "Gave up the car in autumn", None, 4, ("e1",)),
    ("c4", "motivation", "discovery", "The parking permit went up", None, 1, ("e2",)),
    ("c5", "touchpoint", "discovery", "Saw a colleague park hers in the corridor", None, 5, ("e3",)),
    ("c12", "question", "consideration", "Does a shed with a keypad count", None, 5, ("e4",)),
    ("c13", "question", "consideration", "Who has the costume list", None, 1, ("e5",)),
    ("c16", "pain_point", "consideration", "The theft cover page is unreadable", 2, 8, ("e6",)),
    ("c27", "pain_point", "purchase", "Surprise set-up fee at the checkout", 3, 11, ("e7",)),
    ("c31", "opportunity", "purchase", "Mend: Surprise set-up fee at the checkout", None, 11, ("e7",)),
    ("c43", "pain_point", "onboarding", "New phone, new pairing", 3, 12, ("e184", "e185", "e186")),
    ("c44", "pain_point", "onboarding", "Own lock not accepted", 3, 2, ("e187",)),
    ("c45", "pain_point", "onboarding", "Leaflet leaves out step 4", 2, 1, ("e188",)),
    ("c46", "technical_limit", "onboarding", "No charger in the box", None, 2, ("e207", "e208")),
    ("c72", "delight", "use", "A bike I do not worry about", None, 22, ("e9",)),
    ("c90", "need", "support", "A temporary bike while mine is gone", None, 10, ("e10",)),
    ("c93", "pain_point", "support", "Bike stolen and weeks without an answer", 3, 18, ("e11",)),
    ("c94", "pain_point", "support", "Late answers to claims", 2, 2, ("e12",)),
    ("c95", "delight", "support", "Mechanic fixed it on the spot", None, 26, ("e13",)),
    ("c96", "delight", "support", "Claims form is short", None, 1, ("e14",)),
    ("c112", "opportunity", "purchase", "Loan scooters", None, 14, ("e11",)),
]
_SPANISH: Final[list[Row]] = [
    ("c3", "motivation", "discovery", "El resto miró al suelo", None, 1, ("e1",)),
    ("c4", "need", "discovery", "Que borren mis datos", None, 1, ("e2",)),
    ("c5", "touchpoint", "discovery", "Un anuncio entre vídeo y vídeo", None, 3, ("e3",)),
    ("c6", "pain_point", "discovery", "Tres llamadas perdidas", 3, 7, ("e4",)),
    ("c19", "pain_point", "consideration", "El ahorro prometido no sale", 2, 13, ("e5",)),
    ("c28", "pain_point", "purchase", "La subvención no llega", 3, 16, ("e6",)),
    (
        "c41",
        "pain_point",
        "onboarding",
        "Siete meses con las placas sin conectar",
        3,
        20,
        ("e224", "e225", "e226"),
    ),
    ("c42", "pain_point", "onboarding", "El código llega por SMS ya caducado", 2, 1, ("e227",)),
    ("c48", "measure", "onboarding", "NPS: 3,7 de media", None, 3, ("e8",)),
    ("c58", "delight", "use", "Mirar la aplicación es el pasatiempo", None, 14, ("e9",)),
    ("c86", "pain_point", "support", "Inversor averiado de agosto a octubre", 3, 6, ("e10", "e12", "e13")),
    ("c88", "delight", "support", "Arreglado en veinte minutos", None, 10, ("e11",)),
    ("c112", "opportunity", "use", "Pizarra nueva", None, 14, ("e9",)),
    ("c113", "opportunity", "use", "Timbre silencioso", None, 15, ("e9",)),
]
_STAGES: Final = {
    "en": {
        "discovery": "Discovery",
        "consideration": "Consideration",
        "purchase": "Purchase",
        "onboarding": "Delivery and set-up",
        "use": "Daily riding",
        "support": "Support",
        "loyalty": "Staying or leaving",
    },
    "es": {
        "discovery": "Descubrimiento",
        "consideration": "Presupuesto",
        "purchase": "Contrato y ayudas",
        "onboarding": "Puesta en marcha",
        "use": "Uso diario",
        "support": "Atención al cliente",
        "loyalty": "Recomendar o irse",
    },
}
_PERSONAS: Final = {
    "en": {
        "p1": ("New riders", ["Dana"]),
        "p2": ("School-run parents", ["Ruth"]),
        "p3": ("Commuters", ["Femi", "P3"]),
        "p4": ("Long-time riders", ["Walter"]),
    },
    "es": {
        "p1": ("Comparadores", ["Marisa"]),
        "p2": ("Clientes con avería", ["Lola"]),
        "p3": ("Clientes con papeleo", ["Nahuel"]),
        "p4": ("Vecinos del grupo", ["Raúl"]),
    },
}
_REJECTED: Final = ("c13", "c48")
_LOCKED: Final = ("c72", "c28")


@cache
def journey(language: str) -> JourneyMap:
    """Return the map in `en` or `es`."""
    rows = _ENGLISH if language == "en" else _SPANISH
    cards = tuple(
        Card(
            id=id_,
            lane=lane,
            stage=stage,
            title=title,
            severity=severity,
            people=people,
            evidence=evidence,
            status="rejected" if id_ in _REJECTED else "draft",
            locked=id_ in _LOCKED,
            owner="Claims team" if id_ in ("c93", "c28") else None,
        )
        for id_, lane, stage, title, severity, people, evidence in rows
    )
    quotes = {id_: card for card in cards for id_ in card.evidence}
    people = [name for _, names in _PERSONAS[language].values() for name in names]
    return JourneyMap(
        language=language,
        template="cx-lifecycle",
        made_by=MadeBy(engine="local", version="0", at="2026-11-01T00:00:00Z"),
        sources=(
            Source(
                source="interviews.md",
                sha256="0" * 64,
                kind="interview",
                solicited=True,
                language=language,
                utterances=9,
                speakers=tuple(SpeakerRole(name=name, role="customer") for name in people),
            ),
        ),
        stages=tuple(
            Stage(id=id_, name=name, order=n) for n, (id_, name) in enumerate(_STAGES[language].items(), 1)
        ),
        personas=tuple(
            Persona(
                id=id_, name=name, members=tuple(Member(source="interviews.md", speaker=who) for who in names)
            )
            for id_, (name, names) in _PERSONAS[language].items()
        ),
        cards=cards,
        evidence=tuple(
            Evidence(
                id=id_,
                source="interviews.md",
                record=None,
                start=0,
                end=4,
                quote="word",
                speaker="Dana",
                role="customer",
                at=None,
                stage=card.stage,
                lane=card.lane,
                valence=0,
                emotion="neutral",
                channel=None,
            )
            for id_, card in quotes.items()
        ),
        coverage=Coverage(utterances=9, customer=9, used=9),
    )
