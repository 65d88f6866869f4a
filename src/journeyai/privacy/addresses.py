"""Street addresses, as English and Spanish write them, and post codes where a word says that one comes."""

import re
from typing import Final

from journeyai.privacy.found import Candidates, Found

_CAP: Final = r"[A-ZÁÉÍÓÚÑÜ][\w'’.-]{0,24}"
_STREET: Final = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Terrace|Ter|Gardens|"
    r"Gdns|Close|Crescent|Cres|Square|Sq|Place|Pl|"
    r"Way|Walk|Grove|Mews|Quay|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Row|Rise|View|Hill|Park|Mansions|"
    r"Court|Wharf|Alley|Trail|Green)\b\.?"
)
_STATE: Final = r"[A-Z]{2},?\s\d{5}(?:-\d{4})?"
_UK_CODE: Final = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
_FLAT: Final = r"(?:apt|apartment|suite|ste|unit|flat|floor|room|#)\.?\s?#?\w{1,5}"
_TOWN: Final = rf"{_CAP}(?:[ -]{_CAP}){{0,2}}?"
_ENGLISH_TAIL: Final = (
    rf"(?:,?\s(?i:{_FLAT})\b)?(?:,\s{_CAP}(?:\s{_CAP}){{0,2}}\s{_STREET})?(?:,?\s(?i:{_FLAT})\b)?"
    rf"(?:(?:,\s{_TOWN})?,?\s(?:{_STATE}|{_UK_CODE})\b|,\s{_TOWN}(?=[,.;:!?)\n]|$))?"
)
_ENGLISH: Final = re.compile(
    rf"(?<![\w.,$£€-])(?:(?i:{_FLAT}),\s?)?\d{{1,5}}[a-zA-Z]?,?\s(?:(?:[NSEW]\.?|[Tt]he|{_CAP}|"
    rf"\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}{_STREET}"
    rf"{_ENGLISH_TAIL}"
)
#: "45 west 8th st", "112 e 23rd street": in small letters only with a number for a name.
_SMALL: Final = re.compile(
    rf"(?<![\w.,$£€-])\d{{1,5}}\s(?:(?:north|south|east|west|[nsew])\.?\s)?\d{{1,3}}(?:st|nd|rd|"
    rf"th)\s(?:street|st|avenue|ave|road|rd|place|pl)\b"
    rf"(?:,?\s(?:{_FLAT}))?",
    re.IGNORECASE,
)
_ROUTE: Final = re.compile(
    rf"(?<![\w.,-])\d{{1,5}}\s(?:County|State)\s(?:Road|Route|Highway)\s\d{{1,4}}{_ENGLISH_TAIL}"
)
_BOX: Final = re.compile(
    rf"(?<!\w)(?:P\.?\s?O\.?\s?Box|Apartado(?: de correos| postal)?)\s\d{{1,6}}(?!\w|"
    rf"[.,]\d)(?:,\s{_TOWN})?(?:,?\s{_STATE})?",
    re.IGNORECASE,
)
#: Beside a word for home a street may be written in small letters.
_CODE_CUE: Final = re.compile(
    rf"(?<!\w)(?:zip(?: ?code)?|post ?code|postal code|c\.?p\.?|c[oó]digo postal)(?:\s?(?:is|es|:|=|"
    rf"el))*\s*(?P<it>{_UK_CODE}|\d{{4,5}}(?:-\d{{4}})?)(?!\w)",
    re.IGNORECASE,
)

_VIA: Final = (
    r"(?:calle|c/|cl\.?|cll\.?|avenida|avda\.?|av\.?|paseo|p[ºo]\.|plaza|pza\.?|plz\.?|carrera|cra\.?|"
    r"kra\.?|kr\.?|cr\.?|jir[oó]n|jr\.?|pasaje|pje\.?|ronda|"
    r"traves[ií]a|camino|carretera|ctra\.?|boulevard|bulevar|blvd\.?|calzada|diagonal|transversal|"
    r"tv\.?|urbanizaci[oó]n|urb\.?|alameda|glorieta|"
    r"rambla|gran v[ií]a|cuesta|callej[oó]n|prolongaci[oó]n|autopista|circunvalaci[oó]n)(?:(?=\s)|(?<=[./]))"
)
_LINK_WORD: Final = r"(?:de|del|la|las|los|el|san|santa|y)"
#: A number of a house is followed by the end, a stop, a floor, or a small word; not by what it would count.
_NO_COUNT: Final = (
    r"(?=\s*(?:$|[,.;:!?)\n\"”»-]|(?:y|en|que|es|era|no|con|por|para|a|al|bis|piso|depto|dpto|apto|"
    r"int|puerta|bajo|local|torre|casa|esc|entre|"
    r"de|donde|pero|porque|desde|nunca|ni|si|oficina|hoy|o)\b))"
)
_HOUSE: Final = (
    r"(?:,?\s*(?:n[ºo°]\.?|n[uú]m\.?|no\.|nro\.?|#)?\s*(?:\d{1,5}(?:[A-Za-z](?!\w))?)|,?\s*s/n|"
    r",?\s(?:parcela|manzana|mz|lote|casa|bloque|torre)\.?\s?\d{1,4})"
)
_PARTS: Final = (
    r"(?:,?\s*(?:(?:piso|puerta|pta|esc|escalera|bloque|blq|depto|dpto|departamento|apto|apartamento|"
    r"int|interior|local|planta|torre|casa|manzana|mz|lote|"
    r"parcela|oficina(?= \d)|of|km|portal)\.?\s?\w{1,4}|bajo(?:\s[A-Z])?\b|[aá]tico|izq\w*\.?|dcha\.?|"
    r"derecha|centro derecha|bis|"
    r"\d{1,2}\.?[ºªo°]\.?(?:\s?(?:[A-Z]\b|izq\w*\.?|dcha\.?|derecha|\d{1,2}[ºª]?))?|s/n|(?:col|"
    r"colonia|barrio|urb)\.?\s[\w ]{2,30}))"
)
_SPANISH_TOWN: Final = r"[A-ZÁÉÍÓÚÑ][\wáéíóúñü]+(?:\s(?:(?:de|del|la|el)\s)*[A-ZÁÉÍÓÚÑ][\wáéíóúñü]+){0,3}"
_SPANISH_TAIL: Final = (
    rf"(?i:{_PARTS}){{0,4}}(?:,?\s\d{{5}}\s{_SPANISH_TOWN}|,?\s\d{{5}}\b|"
    rf",\s{_SPANISH_TOWN}(?=\s*(?:[,.;:!?)\n]|$)))?"
)
_GRID: Final = re.compile(
    # Colombia: a street and a number across it.
    rf"(?<!\w)(?i:{_VIA})\s?\d{{1,3}}\s?[A-Za-z]?(?:\s(?i:sur|norte|bis|este|oeste))?\s?(?:#|"
    rf"(?i:n[ºo°]\.?|no\.?|nro\.?|num\.?))\s?\d{{1,3}}\s?[A-Za-z]?\s?[-–]\s?\d{{1,3}}"
    rf"{_SPANISH_TAIL}"
)
_SPANISH: Final = re.compile(
    rf"(?<!\w)(?i:{_VIA})\s?(?:(?i:{_LINK_WORD})\s){{0,3}}[A-ZÁÉÍÓÚÑ][\w.'’-]*(?:\s(?:(?i:"
    rf"{_LINK_WORD})\s){{0,3}}[A-ZÁÉÍÓÚÑ\d][\w.'’-]*){{0,4}}?"
    rf"{_HOUSE}(?!\w|[.,]\d|\s?[%€$]){_SPANISH_TAIL}"
)
_SPANISH_SMALL: Final = re.compile(
    rf"(?<!\w){_VIA}\s?(?:{_LINK_WORD}\s){{0,3}}[^\W\d_]{{3,}}(?:\s(?:"
    rf"{_LINK_WORD}\s){{0,2}}[^\W\d_]{{3,}}){{0,2}}?"
    rf"{_HOUSE}(?!\w|[.,]\d|\s?[%€$]){_NO_COUNT}(?:{_PARTS}){{0,4}}",
    re.IGNORECASE,
)
_STREET_ONLY_WORDS: Final = re.compile(
    r"\b(?:cortad|est[aá]|tiene|hay|hace|son|eran|fue|camin|esper)", re.IGNORECASE
)


_CUE: Final = re.compile(r"\d")


def find_addresses(text: str) -> Candidates:
    """Find street addresses; one without a number is a place that many people know."""
    if not _CUE.search(text) and "s/n" not in text:
        return
    for pattern in (_ENGLISH, _SMALL, _ROUTE, _BOX, _GRID, _SPANISH):
        for match in pattern.finditer(text):
            yield Found(match.start(), match.start() + len(match[0].rstrip(" ,")), "address")
    for match in _SPANISH_SMALL.finditer(text):
        if not _STREET_ONLY_WORDS.search(match[0]):
            yield Found(match.start(), match.start() + len(match[0].rstrip(" ,")), "address")
    for match in _CODE_CUE.finditer(text):
        yield Found(match.start("it"), match.end("it"), "address")
