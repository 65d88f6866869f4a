"""Reviews that nobody wrote about the service: advertising and keyboard junk.

Cautious on purpose: an angry customer repeats words, writes in capitals and pastes addresses too.
"""

import re
import unicodedata

_CONTACT = re.compile(
    r"https?://|www\.\w|\b(?:bit\.ly|t\.me|wa\.me|tinyurl\.com)/|\S@\w+\.\w{2,}|\btelegram\b|\bwhats\s?app\b[^.]{0,20}\d{5}",
    re.IGNORECASE,
)
#: Nobody writes these of a service they used.
_OFFERS = re.compile(
    r"\b(?:earn|make) (?:easy |fast |quick |extra |real )?(?:money|cash|\$)|\bgana (?:dinero|hasta)\b|\bingresos extra\b"
    r"|\b(?:free|buy|get|gain|cheap|real) (?:\w+ )?followers\b|\bseguidores (?:gratis|reales|baratos)\b"
    r"|\b(?:compra|consigue|gana) (?:\w+ )?seguidores\b|\bguaranteed (?:profit|returns?|income)\b|\bganancias garantizadas\b"
    r"|\bwork from home\b.*\$|\btrabaja desde casa\b|\binvestment opportunity\b|\boportunidad de inversi[oó]n\b"
    r"|\b(?:instant|quick|easy) loans?\b|\bloans? (?:at|from) \d|\bpr[eé]stamos? (?:r[aá]pidos?|inmediatos?|al \d)"
    r"|\bdm (?:me|her|him) (?:on|for)\b|\b(?:recovery|hacking) (?:expert|agent|service)\b|\bvisit my (?:site|channel|page|profile)\b"
    r"|\bvisita mi (?:web|p[aá]gina|canal|perfil)\b|\bfree (?:gift ?cards?|v-?bucks|robux)\b",
    re.IGNORECASE,
)
_TRADES = re.compile(
    r"\b(crypto\w*|bitcoins?|btc|forex|loans?|casinos?|betting|followers|viagra|cialis|seo|giveaways?|promo codes?|backlinks?"
    r"|click here|invest(?:ing|ment|or)?|pr[eé]stamos?|cripto\w*|apuestas?|seguidores|inversi[oó]n|haz clic|sorteos?"
    r"|c[oó]digo promocional|ganancias|profits?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_LAUGHTER = re.compile(r"\W*(?:[hj][aeiou]|lo|x+d+)+[hjl]?\W*", re.IGNORECASE)


def looks_like_spam(text: str) -> bool:
    """Whether *text* advertises something else, or is junk: symbols, one character or one word over and over."""
    return _advertises(text) or _is_junk(text)


def _advertises(text: str) -> bool:
    offers = len({found.group().casefold() for found in _OFFERS.finditer(text)})
    trades = len({found.casefold() for found in _TRADES.findall(text)})
    if _CONTACT.search(text):
        return offers >= 1 or trades >= 2
    return offers >= 2


def _is_junk(text: str) -> bool:
    if any(unicodedata.category(character) in ("So", "Sk") for character in text[:1000]):
        return False  # An emoji says how somebody feels.
    solid = "".join(text[:2000].split())
    if len(solid) < 10:
        return False
    if sum(map(str.isalpha, solid)) < 0.3 * len(solid):
        return True
    words = [word.casefold() for word in _WORD.findall(text[:2000])]
    if len(set("".join(words))) <= 2 and not _LAUGHTER.fullmatch(solid):
        return True
    if len(words) >= 12 and len(set(words)) <= 2:
        return True
    consonants = re.fullmatch(r"[b-df-hj-np-tv-xz]{10,}", words[0]) if len(words) == 1 else None
    return consonants is not None
