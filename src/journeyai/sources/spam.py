"""Reviews that nobody wrote about the service: advertising and keyboard junk.

Cautious on purpose: an angry customer repeats words, writes in capitals and pastes addresses too.
"""

import re
import unicodedata

_CONTACT = re.compile(
    r"https?://|www\.\w|\b(?:bit\.ly|t\.me|wa\.me|tinyurl\.com)/|\S@\w+\.\w{2,}|\btelegram\b"
    r"|\bwhats\s?app\b[^.]{0,20}\d{5}",
    re.IGNORECASE,
)
#: Nobody writes these of a service they used.
_OFFERS = re.compile(
    r"\b(?:earn|make) (?:easy |fast |quick |extra |real )?(?:money|cash|\$)|\bgana (?:dinero|hasta)\b"
    r"|\bingresos extra\b"
    r"|\b(?:free|buy|get|gain|cheap|real) (?:\w+ )?followers\b|\bseguidores (?:gratis|reales|baratos)\b"
    r"|\b(?:compra|consigue|gana) (?:\w+ )?seguidores\b|\bguaranteed (?:profit|returns?|income)\b"
    r"|\bganancias garantizadas\b"
    r"|\bwork from home\b.*\$|\btrabaja desde casa\b|\binvestment opportunity\b|\boportunidad de inversi[oó]n"
    r"|\b(?:instant|quick|easy) loans?\b|\bloans? (?:at|from) \d"
    r"|\bpr[eé]stamos? (?:r[aá]pidos?|inmediatos?|al \d)"
    r"|\bdm (?:me|her|him) (?:on|for)\b|\b(?:recovery|hacking) (?:expert|agent|service)\b"
    r"|\bvisit my (?:site|channel|page|profile)\b"
    r"|\bvisita mi (?:web|p[aá]gina|canal|perfil)\b|\bfree (?:gift ?cards?|v-?bucks|robux)\b",
    re.IGNORECASE,
)
_TRADES = re.compile(
    r"\b(crypto\w*|bitcoins?|btc|forex|loans?|casinos?|betting|followers|viagra|cialis|seo|giveaways?"
    r"|promo codes?|backlinks?"
    r"|click here|invest(?:ing|ment|or)?|pr[eé]stamos?|cripto\w*|apuestas?"
    r"|seguidores|inversi[oó]n|haz clic|sorteos?"
    r"|c[oó]digo promocional|ganancias|profits?)\b",
    re.IGNORECASE,
)
#: Without one of these no expression above can fit; looking for them takes a tenth of the time.
_HINTS = (
    "http", "www", ".ly/", "t.me/", "wa.me/", "tinyurl", "@", "telegram", "whats", "money", "cash", "dinero",
    "gana ", "ingresos", "follower", "seguidor", "garantizad", "guarante", "home", "casa",
    "invest", "inversi", "loan", "préstamo", "prestamo", "dm ", "recovery", "hacking", "visit", "free ",
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_LAUGHTER = re.compile(r"\W*(?:[hj][aeiou]|lo|x+d+)+[hjl]?\W*", re.IGNORECASE)


def looks_like_spam(text: str) -> bool:
    """Whether *text* advertises something else or is junk: symbols, one word over and over."""
    return _advertises(text) or _is_junk(text)


def _advertises(text: str) -> bool:
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return False
    offers = len({found.group().casefold() for found in _OFFERS.finditer(text)})
    trades = len({found.casefold() for found in _TRADES.findall(text)})
    if _CONTACT.search(text):
        return offers >= 1 or trades >= 2
    return offers >= 2


def _is_junk(text: str) -> bool:
    text = text[:2000]
    words = _WORD.findall(text.casefold())
    distinct = set(words)
    size = len("".join(text.split()))
    letters = sum(map(len, words))
    if len(distinct) > 2 and letters >= 0.3 * size:
        return False  # Nearly every text; what follows is for the odd ones.
    if size < 10 or any(unicodedata.category(character) in ("So", "Sk") for character in text):
        return False  # An emoji says how somebody feels.
    if letters < 0.3 * size and sum(len(word) > 1 for word in words) < 2:
        return True
    if len(set("".join(words))) <= 2 and not _LAUGHTER.fullmatch("".join(text.split())):
        return True
    if len(words) >= 12 and len(distinct) <= 2:
        return True
    return len(words) == 1 and re.fullmatch(r"[b-df-hj-np-tv-xz]{10,}", words[0]) is not None
