"""What the words in a cell stand for: nothing, nobody, a channel, a language."""

import re
from typing import Final

from journeyai.model.vocabulary import Channel
from journeyai.sources.headers import plain
from journeyai.sources.people import is_generic

#: Cells that say "nothing here".
_BLANKS: Final = frozenset(
    ["n/a", "na", "n.a.", "nan", "null", "#n/a", "ns/nc", "s/c", "(blank)", "(empty)", "(vacío)"]
)  # fmt: skip

#: Authors that are nobody, besides the words that name a part ("Customer", "A Google user").
_NOBODY: Final = frozenset(
    """n a|na|nan|null|none|ninguno|ninguna|unknown|desconocido|google user|usuario anonimo|cliente anonimo
    |amazon customer|verified customer|cliente verificado|private|privado|deleted user|usuario eliminado
    |sin nombre|no name|user deleted|""".replace("\n    ", "").split("|")
)

_CHANNELS: Final[dict[Channel, str]] = {
    "app": """app|apps|google play|play store|app store|appstore|ios|iphone|ipad|android|itunes|mobile|movil
        |mobile app|app movil|aplicacion|aplicacion movil""",
    "web": """web|website|site|online|on line|desktop|pagina|pagina web|sitio|sitio web|e commerce|ecommerce
        |tienda online|online store|browser|portal|internet""",
    "whatsapp": "whatsapp|wasap|wa",
    "phone": "phone|telephone|call|voice|telefono|tel|llamada|call center|callcenter|ivr",
    "chat": "chat|live chat|chatbot|bot|messenger|webchat|messaging|native messaging|conversation",
    "email": "email|e mail|mail|correo|correo electronico",
    "store": """store|shop|branch|in store|tienda|tienda fisica|sucursal|oficina|local|presencial
        |point of sale|pos|retail|physical store|en tienda""",
    "technician": "technician|tecnico|instalador|installer",
    "courier": "courier|delivery|mensajero|repartidor|mensajeria",
    "post": "post|letter|carta|correo postal|postal",
    "sms": "sms|text message|mensaje de texto",
    "social": """social|social media|facebook|instagram|twitter|x|tiktok|linkedin|youtube|redes|redes sociales
        |x twitter""",
    "word_of_mouth": "word of mouth|boca a boca|friend|referral|recomendacion|amigo",
}
_CHANNEL_NAMES: Final[dict[str, Channel]] = {
    " ".join(name.split()): channel for channel, names in _CHANNELS.items() for name in names.split("|")
}
_LANGUAGES: Final[dict[str, str]] = {
    "english": "en", "ingles": "en", "spanish": "es", "espanol": "es", "castellano": "es",
    "french": "fr", "frances": "fr", "german": "de", "aleman": "de", "italian": "it", "italiano": "it",
    "portuguese": "pt", "portugues": "pt", "catalan": "ca",
}  # fmt: skip


def channel_named(value: str | None) -> Channel | None:
    """Return the channel that *value* names; None if it names none of ours."""
    return _CHANNEL_NAMES.get(plain(value)) if value else None


def language_named(value: str | None) -> str | None:
    """Return the ISO 639-1 code that *value* (`es-MX`, `Spanish`, `en`) names, or None."""
    name = plain(value) if value else ""
    if name in _LANGUAGES:
        return _LANGUAGES[name]
    return name.split()[0] if re.fullmatch(r"[a-z]{2}( [a-z0-9]{2,4})*", name) else None


def is_anonymous(author: str) -> bool:
    """Whether *author* names nobody."""
    return plain(author) in _NOBODY or is_generic(author)


def is_blank(cell: str) -> bool:
    """Whether *cell* holds nothing that a person said: empty, a dash, `n/a`."""
    bare = cell.strip()
    return bare.casefold() in _BLANKS or not any(c.isalnum() or ord(c) >= 0x2600 for c in bare)
