"""Cuts a turn into utterances: sentences, and clauses where praise stands beside complaint.

Rules of our own for English and Spanish, as people type and talk: `syntok` was measured at 0.18 MB/s, misses
"p.m. ¿" and "nro.", and does not know chat lines, bullets or clauses.  Offsets are those of the text given.

The way: candidate ends are found by one expression, each is judged by what stands around it; the sentences
are then cut at contrast words and semicolons, and very long ones near their middle.
"""

import re
from collections.abc import Iterator
from typing import Final

Spans = Iterator[tuple[int, int]]

#: A sentence of more words than this is cut: an encoder and a reader both lose the point beyond it.
LONGEST_WORDS: Final = 45
#: No utterance is longer, whatever is in it (a line of 10 MB without a blank, say), in characters.
LONGEST_CHARACTERS: Final = 1000
#: Words that must stand on each side of a contrast.
_SIDE_WORDS = 3

_EMOJI = "\U0001f1e6-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u203c\u2049"
_CLOSERS = "\"'”’»)\\]*_"
_FACES = rf"(?:[ \t]*(?:[{_EMOJI}]+|[:;=]-?[)(DPp](?!\w)|<3))*"

#: Where a sentence may end.  Group `dot`: terminators; `glued`: no blank follows; `line`: a line break that
#: always ends one (others do not: chats and captions break lines anywhere); `face`: an emoji does its work.
_END = re.compile(
    rf"""
      (?P<dot>(?<![.!?…])[.!?…]+)[{_CLOSERS}]*{_FACES}(?=\s|\Z)
    | (?P<glued>(?<=[^\W\d_][^\W\d_][^\W\d_])[.!?…]+)(?=[¿¡]|[^\W\d_a-zß-ÿ][a-zà-ÿ])
    | (?P<wide>[。！？]+)
    | (?P<line>\n(?:[^\S\n]*\n)+|\n(?=[^\S\n]*(?:[-*•–—·▪◦+>#]+|\d{{1,3}}[.)]|[a-z]\))[^\S\n]))
    | (?P<face>(?<=\w)[ \t]*[{_EMOJI}]+)(?=\s+[A-ZÀ-Þ¿¡\d])
    """,
    re.VERBOSE,
)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


#: Always followed by what they belong to.
_LEADING = _words(
    """mr mrs ms mx dr dra drs sr sra sres srta dña lic prof profa st sto sta ste gral cnel avda av c/ ctra
    pza apdo vs e.g i.e p.ej ej pág págs núm tel tlf tfno apt rev hon approx aprox"""
)
#: Followed by what they belong to only if that is a number.
_NUMBERED = _words("no nos n nº n° nro art sec vol item ver v pt pp p cap fig ext ref")
#: They end a sentence only before a capital letter.
_TRAILING = _words(
    """etc p.m a.m pm am ud uds vd vds inc ltd co corp cía s.a s.l s.a.u bros jr hr hrs min mins max mín máx
    seg dto dcto izq dcha dept jan feb mar apr jun jul aug sep sept oct nov dec ene abr ago dic lun mié jue
    vie sáb dom mon tue tues wed thu thurs fri sat sun ee.uu u.s u.k u.s.a e.u kg km cm mm gr lb lbs oz
    ph.d"""
)
#: What may stand between an end and the first letter of the next sentence.
_NEXT = re.compile(r"[\s¿¡\"'“‘«(\[*_\-•–—\u200b\u200e\u200f]*")

_CONTRAST = re.compile(
    r"""
      (?P<mark>;(?=\s)|(?<=\s)[–—](?=\s)|(?<=\s)--?(?=\s))
    | (?<![\w'’-])(?P<word>
        but(?!\s+(?:also|for)\b)|however|although|(?:even\s+)?though|whereas|except|on\s+the\s+other\s+hand|
        (?:the\s+)?only\s+(?:thing|problem|issue|downside|complaint|negative)|
        pero|aunque|sin\s+embargo|no\s+obstante|en\s+cambio|mientras\s+que|s[oó]lo\s+que|lo\s+que\s+pasa\s+es\s+que|
        lo\s+[uú]nico|lo\s+malo|excepto|salvo|despite|in\s+spite\s+of|apart\s+from|a\s+pesar\s+de|pese\s+a|eso\s+s[ií],|
        (?<=[,;]\s)(?:yet|still|while|mind\s+you|shame|pity|eso\s+sí|si\s+bien|ahora\s+bien|l[aá]stima|por\s+(?:el\s+)?otro)|
        and\s+yet
      )(?![\w'’-])
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Before a contrast word: it is no contrast then ("nothing but", "last but not least", "es lo único").
_NO_CONTRAST = re.compile(
    r"(?<![\w'’])(?:nothing|anything|anyone|cannot|last|all|none|a|as|it's|is|was|es|era|fue|como)\s+\Z",
    re.IGNORECASE,
)
#: Before `pero`: a noun, the objection that somebody has or has not ("no le pongo ni un pero").
_NOUN_PERO = re.compile(
    r"(?<![\w'’])(?:un|alg[uú]n|ning[uú]n|el|[uú]nico|sin|primer|gran)\s+\Z", re.IGNORECASE
)
_CONCESSIVE = re.compile(
    r"(?:although|(?:even\s+)?though|whereas|despite|in\s+spite\s+of|aunque|si\s+bien|a\s+pesar\s+de|pese\s+a)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w[\w'’.,@:/-]*")
_SOFT_CUT = re.compile(
    r",\s+|(?<![\s,])\s+(?=(?:and|so|because|then|which|when|or|if|y|porque|entonces|así que|cuando|o|si)\s)",
    re.IGNORECASE,
)
_VISIBLE = re.compile(r"[^\W_]")
_BULLET = re.compile(r"(?:[-*•–—·▪◦+>]+|#{1,6}|\d{1,3}[.)]|[a-z]\))\s+", re.IGNORECASE)
_BLANKS = (
    "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
    + "\u200b\u200c\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_LOOSE_ENDS = _BLANKS + ",;–—"


def trim(text: str, start: int, end: int, ends: str = _BLANKS) -> tuple[int, int]:
    """Return the span without the blanks and invisible marks at its ends; empty if nothing else is in it."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(ends))
    if left == len(piece):
        return start, start
    return start + left, start + len(piece.rstrip(ends))


def segment(text: str, start: int, end: int) -> Spans:
    """Yield the half-open spans of the utterances between *start* and *end*, in order.

    None is blank at its ends, and each holds a letter or a digit.
    """
    for sentence_start, sentence_end in sentences(text, start, end):
        for clause_start, clause_end in _clauses(text, sentence_start, sentence_end):
            for piece in _pieces(text, clause_start, clause_end):
                utterance = _tidy(text, *piece)
                if utterance is not None:
                    yield utterance


def sentences(text: str, start: int, end: int) -> Spans:
    """Yield the spans of sentences between *start* and *end*, untrimmed, in order; together they cover it."""
    begin = start
    for match in _END.finditer(text, start, end):
        kind = match.lastgroup
        if kind == "dot" and not _ends_sentence(text, begin, match, end):
            continue
        if kind == "glued" and _in_address(text, begin, match.start()):
            continue
        yield begin, match.end()
        begin = match.end()
    if begin < end:
        yield begin, end


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Return whether the terminators of *match* end the sentence that starts at *begin*."""
    rest = _NEXT.match(text, match.end(), end)
    following = text[rest.end()] if rest is not None and rest.end() < end else ""
    if not following:
        return True
    lower = following.islower()
    dots = match["dot"]
    closers = text[match.start() + len(dots) : match.end()]
    if lower and closers.strip(" \t*_") and closers[0] in "\"'”’»)":
        return False
    if dots != ".":
        return not (lower and (len(dots) > 1 or dots == "…") and not dots.strip(".…"))
    return _is_full_stop(text, begin, match.start(), following)


def _is_full_stop(text: str, begin: int, dot: int, following: str) -> bool:
    """Return whether the single dot at *dot* is not an abbreviation's, an initial's or a list number's."""
    token = text[max(begin, dot - 24) : dot]
    before = token.rsplit(None, 1)[-1].lstrip("¿¡\"'“‘«([*_") if token and not token[-1].isspace() else ""
    word = before.lower()
    if word in _LEADING:
        return False
    if word in _NUMBERED and following.isdigit():
        return False
    if word in _TRAILING:
        return following.isupper()
    if len(before) == 1 and before.isupper() and before != "I":
        return not following.isupper()
    # A list's number, not a figure that somebody gives.
    return not (before.isdigit() and len(before) <= 3 and not text[begin : dot - len(before)].strip())


def _in_address(text: str, begin: int, dot: int) -> bool:
    """Return whether the dot stands inside a web or mail address or a path."""
    token = text[max(begin, dot - 200) : dot].rsplit(None, 1)[-1]
    return "://" in token or "@" in token or "/" in token or token.lower().startswith("www.")


def _clauses(text: str, start: int, end: int) -> Spans:
    """Yield the clauses of the sentence: cut where one side contrasts with the other."""
    left = start
    for match in _CONTRAST.finditer(text, start, end):
        cut = match.start()
        if match["word"] and _is_no_contrast(text, max(left, cut - 12), match):
            continue
        if not _has_words(text, match.end(), end):
            break
        if _has_words(text, left, cut):
            yield left, cut
            left = match.end() if match["mark"] else cut
        elif _CONCESSIVE.match(text, cut, end):
            comma = _comma_after(text, match.end(), end)
            if comma is not None:
                yield left, comma
                left = comma
    yield left, end


def _is_no_contrast(text: str, start: int, match: re.Match[str]) -> bool:
    """Return whether the words between *start* and *match* take the contrast out of its word."""
    if match["word"].casefold() == "pero" and _NOUN_PERO.search(text, start, match.start()):
        return True
    return _NO_CONTRAST.search(text, start, match.start()) is not None


def _comma_after(text: str, start: int, end: int) -> int | None:
    """Return where "Although it was cheap, it broke" is cut: past the first fitting comma."""
    comma = text.find(",", start, end)
    while comma != -1:
        if text[comma + 1 : comma + 2].isspace() and _has_words(text, start, comma):
            return comma + 1 if _has_words(text, comma + 1, end) else None
        comma = text.find(",", comma + 1, end)
    return None


def _has_words(text: str, start: int, end: int) -> bool:
    """Return whether there are enough words for a clause of its own."""
    at = start
    for _ in range(_SIDE_WORDS):
        match = _WORD.search(text, at, end)
        if match is None:
            return False
        at = match.end()
    return True


def _pieces(text: str, start: int, end: int) -> Spans:
    """Yield the clause, cut near its middle (or thirds …) if it is far too long."""
    length = end - start
    if length <= LONGEST_WORDS * 2:
        yield start, end
        return
    words = text.count(" ", start, end) + text.count("\n", start, end) + 1
    count = max(-(-words // LONGEST_WORDS), -(-length // LONGEST_CHARACTERS))
    while count > 1:
        ideal = start + (end - start) // count
        reach = (ideal - start) * 2 // 5
        cut = _nearest_cut(text, ideal, reach)
        yield start, cut
        start = cut
        count -= 1
    yield start, end


def _nearest_cut(text: str, ideal: int, reach: int) -> int:
    """Return the comma or conjunction nearest to *ideal* within *reach*; else a blank; else *ideal*."""
    low, high = ideal - reach, ideal + reach
    cuts = [match.end() for match in _SOFT_CUT.finditer(text, low, high)]
    if cuts:
        return min(cuts, key=lambda cut: (abs(cut - ideal), cut))
    blank = max(text.rfind(" ", low, ideal), text.rfind("\n", low, ideal))
    return blank + 1 if blank != -1 else ideal


def _tidy(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span without blanks, bullet and loose commas at its ends; None if nothing is said in it."""
    start, end = trim(text, start, end)
    bullet = _BULLET.match(text, start, end)
    if bullet and (start == 0 or "\n" in text[max(0, start - 40) : start] or not bullet[0][0].isalnum()):
        start = bullet.end()
    start, end = trim(text, start, end, _LOOSE_ENDS)
    return (start, end) if _VISIBLE.search(text, start, end) else None
