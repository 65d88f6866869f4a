"""The closed sets of words that sources, observations and maps are written in."""

from typing import Final, Literal, get_args

Role = Literal["customer", "agent", "researcher", "system", "unknown"]
Kind = Literal["interview", "chat", "call", "ticket", "review", "survey", "note"]
Lane = Literal[
    "action",
    "thought",
    "question",
    "motivation",
    "need",
    "expectation",
    "touchpoint",
    "pain_point",
    "delight",
    "technical_limit",
    "back_stage",
    "measure",
    "opportunity",
]
Emotion = Literal[
    "anger",
    "frustration",
    "anxiety",
    "confusion",
    "disappointment",
    "sadness",
    "neutral",
    "relief",
    "trust",
    "satisfaction",
    "joy",
    "surprise",
]
Channel = Literal[
    "web",
    "app",
    "phone",
    "chat",
    "email",
    "store",
    "technician",
    "post",
    "courier",
    "whatsapp",
    "social",
    "word_of_mouth",
    "sms",
]
MeasureKind = Literal["stars", "nps", "csat", "ces"]
#: How desirable, viable or feasible something seems.
Judgement = Literal["low", "medium", "high", "unknown"]
#: What an opportunity is judged by: would customers want it, would the business gain, could it be done?
Criterion = Literal["desirable", "viable", "feasible"]
#: How far an opportunity has got.
Headway = Literal["idea", "planned", "under_way", "done", "dropped"]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LANES: Final[tuple[Lane, ...]] = get_args(Lane)
EMOTIONS: Final[tuple[Emotion, ...]] = get_args(Emotion)
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
JUDGEMENTS: Final[tuple[Judgement, ...]] = get_args(Judgement)
CRITERIA: Final[tuple[Criterion, ...]] = get_args(Criterion)
HEADWAYS: Final[tuple[Headway, ...]] = get_args(Headway)

#: Asked for by the study, as against said of the customer's own accord.
SOLICITED: Final[frozenset[Kind]] = frozenset({"interview", "survey", "note"})

#: The stages of the default template; the local engine's heads speak in these.
LIFECYCLE: Final = ("discovery", "consideration", "purchase", "onboarding", "use", "support", "loyalty")
