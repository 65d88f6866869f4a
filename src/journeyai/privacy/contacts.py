"""E-mail addresses, links that let their holder in, IP addresses, names on social networks, telephone numbers."""

import re
from ipaddress import ip_address
from typing import Final

from journeyai.privacy.found import Candidates, Found

_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w-])")
#: "ana at example dot com", "ana (arroba) example.com".
_SPELT_EMAIL: Final = re.compile(
    r"(?<![\w.])[\w.+-]{2,64}(?:\s?[(\[]\s?(?:at|arroba|@)\s?[)\]]\s?|\s(?:at|arroba)\s)[\w-]{1,63}"
    r"(?:(?:\s?[(\[]\s?(?:dot|punto|\.)\s?[)\]]\s?|\s(?:dot|punto)\s|\.)[^\W\d_][\w-]{1,23}){1,3}(?!\w)",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"(?:\b[a-z][a-z0-9+]{1,9}://|\bwww\.)[^\s<>\"'`]{3,2000}", re.IGNORECASE)
#: What ends a sentence or a bracket and not a link.
_AFTER_LINK: Final = ".,;:!?)]}…*_»”’"
_QUERY: Final = re.compile(r"[?#&;][\w.%~\[\]-]{1,60}=|\?\w{6,}")
#: A part of a path that nobody would choose for its sound.
_TOKEN: Final = re.compile(
    r"(?=[^/\-.]*\d)(?=[^/\-.]*[A-Za-z])[\w+=~]{12,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|\d{8,}"
)
_IP4: Final = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IP6: Final = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])", re.IGNORECASE)
#: Before four numbers with points that are no address.
_VERSION: Final = re.compile(
    r"(?:version|versi[oó]n|build|compilaci[oó]n|section|secci[oó]n|release|firmware|rev|driver|\bv\.?)\s*$",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w@./+-])@(?=[\w.]*[^\W\d_])[\w.]{1,29}\w(?![\w@-])")
_NETWORK: Final = re.compile(
    r"\b(?:insta(?:gram)?|ig|twitter|tik\s?tok|snap(?:chat)?|telegram|facebook|linkedin|threads)"
    r"(?:\s+(?:is|es|handle|user(?:name)?|usuario|account|cuenta|name))*\s*(?::|\bis\b|\bes\b|=|\s)\s*",
    re.IGNORECASE,
)
#: Something that no word looks like: a point, an underscore or a digit inside.
_HANDLE_WORD: Final = re.compile(r"(?=[\w.]{4,30}(?![\w@]))[A-Za-z]\w*(?:[._]\w+|\d\w*)+")

_DIGITS: Final = re.compile(
    r"(?<![\w/@$€£#])(?<!\d[.,:])(?:\+|\(\+?)?\d(?:[\s().·-]{0,2}\d){6,14}(?!\w|[.,:/]\d|\s?[%€$£])"
)
_CALL: Final = re.compile(
    r"\b(?:phone|telephone|tel|call(?:ed|ing|back)?|r[iau]ng|ring|cell|mobile|mob|landline|fax|"
    r"what'?s?\s?app?|wsp|text(?:ed)?|sms|dial(?:l?ed)?|"
    r"number|reach|fono|tel[eé]fono|m[oó]vil|celular|cel|fijo|n[uú]mero|ll[aá]m\w*|m[aá]r[cq]\w*|"
    r"cont[aá]ct\w*|comun[ií]\w*|"
    r"anot[ae]\w*)\b[^\d]{0,30}(?:[\d\s().+-]{7,20}(?:,|/|\b(?:or|and|y|o|u|e)\b)\s?)?$",
    re.IGNORECASE,
)
_CALLED_AFTER: Final = re.compile(
    r"[\s,]{1,3}(?:is|es|was|era)\s(?:my|the|our|mi|el|la|nuestro)\s(?:\w+\s)?(?:phone|mobile|mob|"
    r"cell|number|landline|tel[eé]fono|m[oó]vil|celular|cel|"
    r"n[uú]mero|fijo|bueno|best|fono)\b",
    re.IGNORECASE,
)
_AMERICAN: Final = re.compile(r"(?:\+?1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}")
_DATE: Final = re.compile(
    r"(?:\d{1,2}([-. ])\d{1,2}\1(?:19|20)?\d\d|(?:19|20)\d\d([-. ])\d{1,2}\2\d{1,2})(?:\D.*)?"
)
_ROUND: Final = re.compile(r"0{5}$")
_YEARS: Final = re.compile(r"(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d")
#: Where numbers without a country's code are from; the order does not matter.
_REGIONS: Final = ("ES", "MX", "AR", "CO", "CL", "PE", "US", "GB", "EC", "UY", "VE")


def find_emails(text: str) -> Candidates:
    """Find e-mail addresses, also ones spelt out."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            start = match.start() + len(match[0]) - len(match[0].lstrip(".-+%"))
            yield Found(start, match.end(), "email")
    for match in _SPELT_EMAIL.finditer(text):
        yield Found(match.start(), match.end(), "email")


def find_links(text: str) -> Candidates:
    """Find links with a query, a token in their path or a password; a plain page is no secret."""
    if "://" not in text and "www." not in text.lower():
        return
    for match in _LINK.finditer(text):
        link = match[0].rstrip(_AFTER_LINK)
        rest = link.partition("://")[2] or link
        host, slash, path = rest.partition("/")
        if "@" in host or _QUERY.search(rest) or _IP4.match(host) or (slash and _TOKEN.search(path)):
            yield Found(match.start(), match.start() + len(link), "link")


def find_addresses_of_machines(text: str) -> Candidates:
    """Find IP addresses of both kinds."""
    for match in (*_IP4.finditer(text), *(_IP6.finditer(text) if text.count(":") > 1 else ())):
        if _is_ip(match[0]) and not _VERSION.search(text, max(0, match.start() - 20), match.start()):
            yield Found(match.start(), match.end(), "ip")


def _is_ip(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    # `::1` and `0.0.0.0` are everybody's own; a time of day with seconds never is one.
    return not (address.is_loopback or address.is_unspecified)


def find_handles(text: str) -> Candidates:
    """Find names on social networks: with an @, or after the network's name."""
    if "@" in text:
        for match in _HANDLE.finditer(text):
            yield Found(match.start(), match.end(), "handle")
    for match in _NETWORK.finditer(text):
        if word := _HANDLE_WORD.match(text, match.end()):
            yield Found(word.start(), word.end(), "handle")


def find_phones(text: str) -> Candidates:
    """Find telephone numbers: as a country writes its own, or any that are possible where a word calls for one."""
    for match in _DIGITS.finditer(text):
        number = match[0]
        before = text[max(0, match.start() - 60) : match.start()]
        if _is_phone(
            number,
            called=_CALL.search(before) is not None or _CALLED_AFTER.match(text, match.end()) is not None,
        ):
            yield Found(match.start() + (number[0] == "(" and ")" not in number), match.end(), "phone")


def _is_phone(text: str, *, called: bool) -> bool:
    digits = sum(map(str.isdigit, text))
    if not 7 <= digits <= 15 or _DATE.fullmatch(text) or _YEARS.fullmatch(text):
        return False
    international = text.lstrip("(").startswith(("+", "00"))
    if _AMERICAN.fullmatch(text) or (text.startswith("+") and digits >= 9):
        return True
    if digits < 9 and not international:
        return called
    # A round figure counts something.
    if not called and _ROUND.search(text):
        return False
    return _fits_a_plan(text, international=international, lenient=called or international)


def _fits_a_plan(text: str, *, international: bool, lenient: bool) -> bool:
    import phonenumbers

    if text.startswith("00"):
        text = "+" + text[2:]
    for region in (None,) if international else _REGIONS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        # Invented numbers (555 …) are possible and not valid; a bare row of digits must be valid somewhere.
        if phonenumbers.is_possible_number(number) if lenient else phonenumbers.is_valid_number(number):
            return True
    return False
