"""Numbers that stand for a person: cards, accounts, papers of states, orders and contracts, births, cars.

Where a number carries a check digit, that decides; where it does not, a word before it must say what it is.
"""

import re
from collections.abc import Callable
from typing import Final

from journeyai.privacy.found import Candidates, Found, Kind

_Check = Callable[[str], bool]

_CARD: Final = re.compile(r"(?<![\w.,-])[2-6](?:[ -]?\d){12,18}(?![\w]|[.,]\d)")
_IBAN: Final = re.compile(r"(?<![\w])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)

#: Papers whose form is their own: pattern, and what proves the digits.
_PROVEN: Final[tuple[tuple[str, str], ...]] = (
    (r"\d{8}[ -]?[A-Z]|\d{2}\.\d{3}\.\d{3}[ -]?[A-Z]", "stdnum.es.dni"),
    (r"[XYZ][ -]?\d{7}[ -]?[A-Z]|[XYZ][ -]?\d\.\d{3}\.\d{3}[ -]?[A-Z]", "stdnum.es.nie"),
    (r"[ABCDEFGHJNPQRSUVW][ -]?\d{7}[ -]?[\dA-J]", "stdnum.es.cif"),
    (r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d", "stdnum.mx.curp"),
    (r"[A-ZÑ&]{3,4}[ -]?\d{6}[ -]?[A-Z0-9]{3}", "stdnum.mx.rfc"),
    (r"(?:20|23|24|25|26|27|30|33|34)-\d{8}-\d", "stdnum.ar.cuit"),
    (r"\d{22}", "stdnum.ar.cbu"),
    (r"\d{1,2}\.\d{3}\.\d{3}-[\dK]|\d{7,8}-[\dK]", "stdnum.cl.rut"),
    (r"\d{3}\.\d{3}\.\d{3}-\d{2}", "stdnum.br.cpf"),
    (r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}", "stdnum.br.cnpj"),
    (r"\d{3}-\d{2}-\d{4}", "stdnum.us.tin"),
    (r"[VEJPG]-?\d{8}-?\d", "stdnum.ve.rif"),
)
_FORMS: Final = tuple(
    (re.compile(rf"(?<![\w.,/-])(?:{pattern})(?![\w]|[.,/-]\d)", re.IGNORECASE), module)
    for pattern, module in _PROVEN
)
#: The British number of national insurance has letters of its own and no check.
_NINO: Final = re.compile(
    r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)",
    re.IGNORECASE,
)

#: Between a word and its number: "number is", "nº", ":", "de pedido es el" …
_NUMBER_WORD: Final = (
    r"(?:(?:(?:number|num|no|nbr|id|code|key|ref(?:erence)?|is|was|es|era|de|del|el|la|the|my|mi|su|"
    r"n[uú]mero|nro|c[oó]digo|cliente|pedido|orden|socio|compra|reserva|contrato)\b(?!-)\.?)|"
    r"n[.º°]{1,2}|n\.?\s?[ºo]\.?|[#:=º°])"
)
_GAP: Final = rf"(?:[\s(]{{0,3}}{_NUMBER_WORD}){{0,5}}[\s:#=(]{{0,4}}"
#: The same, with a word or two of any sort: "DNI argentino", "my SSN, as you asked,".
_WIDE_GAP: Final = rf"{_GAP}(?:[,:]?\s?[^\W\d_]{{1,12}}[,:]?\s){{0,2}}{_GAP}"
#: Letters and digits in one piece; what follows decides whether it is a number of somebody's.
_PIECE: Final = (
    r"(?P<it>[A-Za-z]{0,10}[-#/]?\d[A-Za-z0-9]*(?:[-./_][A-Za-z0-9]+){0,5}|[A-Za-z]+\d[A-Za-z0-9]*)"
)
_GROUPS: Final = r"(?P<it>[A-Za-z]{0,3}[\d](?:[ .\-/]?\d){4,21}(?:[ -]?[A-Za-z])?)"


def _cue(words: str, rest: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w){rest}(?![\w])", re.IGNORECASE)


_PAPERS: Final = (
    r"ssn|social security|my social|national insurance|ni (?=no|num)|nhs|passport|driv(?:er'?s?|"
    r"ing) licen[cs]e|tax id|ein|itin|"
    r"dni|nie|nif|cif|curp|rfc|cuit|cuil|rut|run|c[eé]dula(?: de (?:identidad|ciudadan[ií]a))?|"
    r"c\.?\s?c\.?|ruc|cpf|cnpj|pasaporte|nit|rif|"
    r"n[uú]mero de (?:la )?seguridad social|seguridad social|nss|documento(?: de identidad)?|"
    r"n[uú]mero de identificaci[oó]n|"
    r"identificaci[oó]n|carn[eé]t?(?: de (?:identidad|conducir))?|licencia de conducir|ci"
)
_ACCOUNTS: Final = (
    r"(?:bank )?account(?= (?:no|num|#))|account|acct|iban|sort code|routing|clabe(?: interbancaria)?|"
    r"cbu|cvu|cuenta(?: de (?:ahorros?|cheques))?|"
    r"cuenta corriente|n[uú]mero de cuenta|cci"
)
_DEALINGS: Final = (
    r"orders?|purchase order|ticket|customer|client|contract|policy|booking|reservation|tracking|case|"
    r"membership|member|"
    r"confirmation|invoice|acct|account|agreement|claim|reference|ref|loyalty card|incident|shipment|"
    r"parcel|return|rma|"
    r"pedidos?|orden|orden de compra|cliente|contrato|p[oó]liza|reserva|seguimiento|gu[ií]a|caso|"
    r"socio|confirmaci[oó]n|factura|"
    r"siniestro|folio|expediente|localizador|radicado|referencia|tarjeta de puntos|incidencia|"
    r"env[ií]o|reclamo|reclamaci[oó]n|"
    r"devoluci[oó]n|solicitud|tr[aá]mite|boleta|remito|abonado|suscripci[oó]n|c[oó]digo de (?:cliente|"
    r"reserva|confirmaci[oó]n)"
)
_PLATES: Final = (
    r"licen[cs]e plate|number ?plate|plate|registration|reg|matr[ií]cula|mat|placas?|patente|dominio"
)
_PAPER_CUE: Final = _cue(_PAPERS, rf"{_WIDE_GAP}{_GROUPS}")
_PAPER_PIECE_CUE: Final = _cue(_PAPERS, rf"{_GAP}{_PIECE}")
_ACCOUNT_CUE: Final = _cue(_ACCOUNTS, rf"{_WIDE_GAP}(?P<it>(?:[A-Z]{{2}})?\d(?:[ -]?[A-Z\d]){{5,30}}?)")
_DEALING_CUE: Final = _cue(_DEALINGS, rf"(?P<gap>{_GAP}){_PIECE}")
_DEALING_GROUPS_CUE: Final = _cue(_DEALINGS, rf"(?P<gap>{_GAP})(?P<it>\d{{3,6}}(?:[ ]\d{{3,6}}){{1,5}})")
_PLATE_CUE: Final = _cue(
    _PLATES,
    rf"\.?{_GAP}(?-i:(?P<it>(?=(?:[ -]?[A-Z0-9])*?[A-Z])(?=(?:[ -]?[A-Z0-9])*?\d)[A-Z0-9]{{1,7}}"
    rf"(?:[ -][A-Z0-9]{{1,4}}){{0,2}}))",
)
#: With one of these a short or plain number is one, too.
_EXPLICIT: Final = re.compile(
    r"number|\bno\b|num|\bid\b|code|ref|\bis\b|\bes\b|n[uú]m|nro|c[oó]d|[#:=º°]", re.IGNORECASE
)
_SPEAKS: Final = re.compile(r"(?:customer|client|cliente|member|socio)\s?:", re.IGNORECASE)
#: After a number that counts something.
_UNIT: Final = re.compile(
    r"\s?(?:%|€|\$|£|(?:euros?|pesos?|d[oó]lar\w*|dollars?|pounds?|soles|usd|eur|gbp|mxn|h|hs|hrs?|"
    r"horas?|hours?|min\w*|d[ií]as?|days?|weeks?|"
    r"semanas?|meses|mes|months?|years?|años?|veces|times|km|kms|m|metros?|met[er]{2}s?|gb|mb|mbps|kg|"
    r"g|ml|l|cm|mm|puntos?|points?|"
    r"people|personas?|unidades|units|items?|am|pm)\b)",
    re.IGNORECASE,
)
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{1,2})?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_WHEN: Final = re.compile(
    r"\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d\d)|\d{4}[-./]\d\d[-./]\d\d|\d{1,2}[/:]\d{1,2}"
)

_MONTHS: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"ene(?:ro)?|febrero|marzo|abr(?:il)?|mayo|junio|julio|ago(?:sto)?|septiembre|setiembre|octubre|"
    r"noviembre|dic(?:iembre)?)"
)
_DATE: Final = (
    rf"(?P<it>\d{{1,2}}\s?[-./]\s?\d{{1,2}}\s?[-./]\s?(?:\d{{4}}|\d{{2}})|\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s|de\s)?)?{_MONTHS}\.?,?\s(?:de\s|del\s|"
    rf"of\s)?(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s)?(?:19|20)\d\d)"
)
_BIRTH_CUE: Final = re.compile(
    r"(?<!\w)(?:born|date of birth|d\.?o\.?b\.?|birth\s?da(?:y|te)|nac[ií](?:d[oa])?|"
    r"fecha (?:de )?nac\w*|f\.?\s?(?:de )?nac\w*|nacimiento|"
    rf"cumplea[nñ]os|"
    rf"cumplo(?: años)?)(?:[ \t.:,=(]{{1,3}}(?:[^\W\d_]{{1,8}}[ \t:,]{{1,2}}){{0,3}})\(?{_DATE}(?!\w)",
    re.IGNORECASE,
)


def find_cards(text: str) -> Candidates:
    """Find payment cards by their check digit."""
    from stdnum import luhn

    for match in _CARD.finditer(text):
        if luhn.is_valid(_bare(match[0])) and len(set(_bare(match[0]))) > 1:
            yield Found(match.start(), match.end(), "card")


def find_accounts(text: str) -> Candidates:
    """Find bank accounts: IBAN by its check digits, CLABE by its own, others after a word that says so."""
    from stdnum import iban

    for match in _IBAN.finditer(text):
        # What follows may be a word as short as a group of the number.
        for end in _edges(text, match.start(), match.end()):
            if iban.is_valid(text[match.start() : end]):
                yield Found(match.start(), end, "account")
                break
    for match in re.finditer(r"(?<![\w.,-])\d{18}(?!\w)", text):
        if _is_clabe(match[0]):
            yield Found(match.start(), match.end(), "account")
    for match in _ACCOUNT_CUE.finditer(text):
        if sum(map(str.isdigit, match["it"])) >= 6 and (
            "sort" in match[0].lower() or not _WHEN.fullmatch(match["it"])
        ):
            yield Found(match.start("it"), match.end("it"), "account")


def _edges(text: str, start: int, end: int) -> list[int]:
    """Return the ends of words in the match, last first."""
    return [place for place in range(end, start + 14, -1) if place == len(text) or not text[place].isalnum()]


def _is_clabe(digits: str) -> bool:
    total = sum(int(digit) * (3, 7, 1)[place % 3] % 10 for place, digit in enumerate(digits[:17]))
    return (10 - total % 10) % 10 == int(digits[17])


def find_papers(text: str) -> Candidates:
    """Find numbers given by a state: proven by their check digits, or after a word that names the paper."""
    from importlib import import_module

    for pattern, module in _FORMS:
        for match in pattern.finditer(text):
            if import_module(module).is_valid(match[0]):
                kind: Kind = "account" if module.endswith("cbu") else "id"
                yield Found(match.start(), match.end(), kind)
    for match in _NINO.finditer(text):
        yield Found(match.start(), match.end(), "id")
    for match in _PAPER_CUE.finditer(text):
        if sum(map(str.isdigit, match["it"])) >= 6 and not _WHEN.fullmatch(match["it"]):
            yield Found(match.start("it"), match.end("it"), "id")
    for match in _PAPER_PIECE_CUE.finditer(text):
        if len(_bare(match["it"])) >= 8 and sum(map(str.isdigit, match["it"])) >= 4:
            yield Found(match.start("it"), match.end("it"), "id")


def find_dealings(text: str) -> Candidates:
    """Find numbers of orders, contracts, customers, tickets …: a word that says so, then something with digits."""
    for match in (*_DEALING_CUE.finditer(text), *_DEALING_GROUPS_CUE.finditer(text)):
        piece, explicit = match["it"], _EXPLICIT.search(match["gap"]) is not None
        # "Customer: 077 and the letter": who speaks, not a number's name.
        if _SPEAKS.match(match[0]) and len(_bare(piece)) < 5:
            continue
        if _is_dealing(piece, explicit=explicit) and not _UNIT.match(text, match.end("it")):
            start = match.start("it")
            # The # belongs to the number.
            start -= text[start - 1 : start] == "#"
            yield Found(start, match.end("it"), "reference")


def _is_dealing(piece: str, *, explicit: bool) -> bool:
    digits, letters = sum(map(str.isdigit, piece)), sum(map(str.isalpha, piece))
    if _WHEN.fullmatch(piece) or (_YEAR.fullmatch(piece) and not explicit):
        return False
    if "." in piece and _AMOUNT.fullmatch(piece):
        return False
    if not letters:
        return digits >= (3 if explicit else 4)
    if explicit:
        return len(_bare(piece)) >= 4
    # "2nd", "4x" and "3G" are no numbers of contracts.
    return len(_bare(piece)) >= 5 and (digits >= 3 or (digits >= 1 and piece.isupper()))


def find_births(text: str) -> Candidates:
    """Find dates of birth: a word that says so, then a date."""
    for match in _BIRTH_CUE.finditer(text):
        yield Found(match.start("it"), match.end("it"), "birthdate")


def find_plates(text: str) -> Candidates:
    """Find cars' plates after a word that says so."""
    for match in _PLATE_CUE.finditer(text):
        piece = match["it"]
        bare = _bare(piece)
        if 5 <= len(bare) <= 8 and sum(map(str.isdigit, bare)) >= 2:
            yield Found(match.start("it"), match.end("it"), "plate")


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))
