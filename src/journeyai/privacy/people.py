"""Names of people: those that the caller knows, and those that a text gives away by how it speaks of them.

A name that nobody introduces ("the nurse, Abigail") is not looked for, unless a surname stands beside a given name.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from journeyai.knowledge.letters import fold
from journeyai.privacy.found import Candidates, Found
from journeyai.privacy.vocabulary import vocabulary

#: One word of a name: letters, with marks inside; an initial keeps its point.
_WORD: Final = re.compile(r"[^\W\d_](?:\.(?![^\W\d_]{2})|(?:[^\W\d_]|['’´-](?=[^\W\d_]))*)")
_PARTICLES: Final = frozenset(
    {
        "de",
        "del",
        "la",
        "las",
        "los",
        "da",
        "do",
        "dos",
        "van",
        "von",
        "der",
        "di",
        "du",
        "el",
        "y",
        "bin",
        "al",
    }
)
_BLANK: Final = re.compile(r"[ \t\u00a0]+")
#: Words of a name at most, particles apart.
_LONGEST: Final = 4

_TITLE: Final = (
    r"(?:(?:the\s|el\s|la\s)?(?:(?:mrs|mr|ms|mx|dr|dra|prof|sra|srta|sr|ing|lic|arq)\b\.?|(?:miss|"
    r"professor|doctora?|se[nñ]or(?:a|ita)?|don|do[nñ]a|d[ªñ])\b))"
)
#: A title may stand small; the name after it may not.
_TITLED: Final = re.compile(
    rf"(?<![\w.])(?P<title>{_TITLE}(?:\s(?:and|y)\s{_TITLE})?(?:\s{_TITLE})?)[ \t]+(?=[^\W\d_])",
    re.IGNORECASE,
)

#: What can only be followed by a name.
_STRONG: Final = re.compile(
    r"(?<!\w)(?:my\s(?:full\s|first\s|last\s|given\s)?(?:name|nam)(?:\sis|['’]?s|:)|"
    r"my\sname\s(?=[^\W\d_])|i\sam\scalled|i['’]?m\scalled|they\scall\sme|"
    r"(?:(?:his|her|their|husband['’]?s|wife['’]?s|son['’]?s|daughter['’]?s|partner['’]?s|"
    r"whose)\sname\s(?:is|was))|"
    r"(?:introduced\s(?:him|her|them)sel(?:f|ves)\sas)|(?:in|under)\sthe\sname(?:\sof)?|"
    r"the\sname\son\sthe\s\w+\sis|"
    r"(?:me|te)\s(?:ll|y)am(?:o|as)|mi\snombre(?:\scompleto)?\s(?:es|:)|mi\snombre\s(?=[^\W\d_])|"
    r"(?:su|cuyo)\snombre\s(?:es|era)|a\snombre\sde(?:\s(?:mi|su)\s\w+,?)?|"
    r"(?:^|(?<=[\n/;,.]))[ \t]{0,4}(?:(?:customer|first|last|full|client)\s?)?(?:name|surname)\s?[:=]|"
    r"(?:^|(?<=[\n/;,.]))[ \t]{0,4}(?:nombres?|apellidos?)(?:\s(?:del?\s)?(?:la\s)?(?:cliente|titular|"
    r"completo))?\s?[:=]|"
    r"titular:)(?:(?<!\w)|(?!\w))\s*",
    re.IGNORECASE,
)
#: What is followed by a name, or by anything else.
_WEAK: Final = re.compile(
    r"(?<!\w)(?:i['’]?m|i\sam|this\sis|it['’]?s|(?:speaking|spoke|talking|talked|chatting)\s(?:with|to)|"
    r"it['’]s\sunder|it\sis\sunder|name\?\s(?:yes,?\s)?(?:it['’]s\s)?|"
    r"(?:yo\s)?soy|(?:te\s|le\s)?habla|hablo\scon|hable\scon|habl[eé]\scon|(?:le|te)\s(?:atiende|"
    r"saluda|escribe)|"
    r"de\sparte\sde|atendi[oó]|customer:|client:|cliente:|thanks,?|thank\syou,?|gracias,?)\s+",
    re.IGNORECASE,
)
#: "Fiona Drake speaking", "Karen Whitlock here".
#: What is followed by a name if by a capital.
_NAMING: Final = re.compile(
    r"(?<!\w)(?:call\sme|ask\sfor|(?:is|was|are)\s(?:called|named)|ll[aá]m[ae]me|llamarme|"
    r"pregunte(?:n)?\spor|preguntar\spor|se\sllam(?:a|aba|an)|llamad[oa]s?|llamarse|"
    r"signed(?:\sby)?[,:]?|"
    r"firmado(?:\spor)?[,:]?|fdo\.?:?|(?:^|(?<=[\n/]))(?:first\s|last\s|full\s)?(?:name|nombre|"
    r"surname|apellidos?))\s+",
    re.IGNORECASE,
)
_AFTERWARDS: Final = re.compile(
    r"\s(?:speaking|here)(?=[\s,.!;]|$)|\s(?:al\shabla|al\saparato)\b", re.IGNORECASE
)
_SALUTATION: Final = re.compile(
    r"(?:^|(?<=[\n.!?¡]))[ \t¡\"“]{0,4}(?:dear|hi|hello|hey|hiya|good\s(?:morning|afternoon|evening)|hola|"
    r"buen[oa]s(?:\s(?:d[ií]as|tardes|noches))?|"
    r"estimad[oa]|querid[oa]|apreciad[oa]|ap[.]?\s?sr|helo|ola)[,]?[ \t]+",
    re.IGNORECASE,
)
_AFTER_SALUTATION: Final = re.compile(r"\s*(?:[,:!.;–-]|\n|$)")
_SIGNATURE: Final = re.compile(
    r"(?:^|(?<=[\n.!?,]))[ \t]{0,4}(?:(?:kind|best|warm|warmest|many)?\s?(?:regards|wishes|thanks)|"
    r"yours(?:\s(?:sincerely|faithfully|truly))?|sincerely|"
    r"all\sthe\sbest|best|cheers|thank\syou|(?:un\s)?(?:cordial\s)?saludos?(?:\scordial(?:es)?)?|"
    r"cordialmente|atentamente|atte\.?|"
    r"(?:muchas\s)?gracias(?:\sde\santemano)?|un\sabrazo|abrazos|quedo\sa\sla\sespera|"
    r"afectuosamente)(?P<gap>[ \t]{0,3}[,.]?[ \t]{0,3}(?:\n\s{0,6}|(?<=,)|(?<=,\s)))(?=[^\W\d_])",
    re.IGNORECASE,
)
_LINE_END: Final = re.compile(r"[ \t]{0,4}[.!]?[ \t]{0,4}(?:\n|$)")
_CAPITAL: Final = re.compile(r"(?<![\w@.'’-])[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]+(?=\s[A-ZÁÉÍÓÚÑÜ])")
#: After a given name: not a surname but a place or a thing.
_PLACES: Final = frozenset(
    {
        "street",
        "st",
        "road",
        "rd",
        "avenue",
        "ave",
        "lane",
        "drive",
        "court",
        "gardens",
        "station",
        "park",
        "hotel",
        "airport",
        "hospital",
        "school",
        "line",
        "square",
        "bridge",
        "bay",
        "beach",
        "college",
        "university",
        "church",
        "house",
        "hall",
        "centre",
        "center",
        "plaza",
        "store",
        "shop",
        "café",
        "cafe",
        "restaurant",
        "bar",
        "tower",
        "mall",
        "museum",
        "theatre",
        "league",
        "cup",
        "day",
        "week",
        "lamp",
        "chair",
        "desk",
        "sofa",
        "table",
        "pro",
        "plus",
        "max",
        "mini",
        "app",
        "card",
        "plan",
    }
)

#: What is no name of anybody: P1, R07, TCK-4471, "Customer", "Cliente 3", "2".
_LABEL: Final = re.compile(r"[^\W\d_]{0,6}[\s._#/-]*\d+[a-z]?")


def is_label(name: str) -> bool:
    """Return whether *name*, a speaker's, says what somebody is, or numbers them, and not who they are."""
    plain = fold(name).strip(" \t*:[]()<>#")
    if not any(map(str.isalpha, plain)) or _LABEL.fullmatch(plain):
        return True
    words = re.findall(r"[^\W\d_]+", plain)
    return all(word in vocabulary().roles or len(word) == 1 for word in words)


def find_known(text: str, names: Sequence[str]) -> Candidates:
    """Find the people called *names*: by their whole name, by its beginning, by any one word of it."""
    pattern, small = _known(tuple(names))
    if pattern is None:
        return
    folded = fold(text).replace("’", "'").replace("´", "'")
    for match in pattern.finditer(folded):
        several = match.lastgroup == "whole"
        if several or match[0] in small or text[match.start()].isupper():
            yield Found(match.start(), match.end(), "person")


@lru_cache(maxsize=256)
def _known(names: tuple[str, ...]) -> tuple[re.Pattern[str] | None, frozenset[str]]:
    """Return what finds *names* in folded text, and the single words that may stand in small letters."""
    known = vocabulary()
    wholes: set[str] = set()
    singles: set[str] = set()
    small: set[str] = set()
    for name in names:
        if is_label(name):
            continue
        words = name_words(name)
        if not words:
            continue
        own = [word for word in words if word not in _PARTICLES and len(word) > 1]
        for length in range(2, len(words) + 1):
            if words[length - 1] not in _PARTICLES:
                wholes.add(r"[\s\-]+".join(map(re.escape, words[:length])))
        singles.update(own)
        # A nickname that its owner writes small is small.
        if len(words) == 1 and name.strip().islower() and words[0] not in known.also_words:
            small.add(words[0])
        small.update(word for word in own[:1] if word in known.only_names)
    if not wholes and not singles:
        return None, frozenset()
    parts = []
    if wholes:
        parts.append(f"(?P<whole>{'|'.join(sorted(wholes, key=lambda it: (-len(it), it)))})")
    if singles:
        parts.append("|".join(re.escape(word) for word in sorted(singles, key=lambda it: (-len(it), it))))
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)"), frozenset(small)


def name_words(name: str) -> tuple[str, ...]:
    """Return the folded words of a person's name, without titles, parts played, and what stands in brackets."""
    plain = re.sub(r"[(\[<].*?(?:[)\]>]|$)", " ", fold(name)).replace("’", "'").replace("´", "'")
    plain = re.sub(rf"^\s*(?:{fold(_TITLE)}\s)+", " ", plain)
    words = [word.strip("'.,:;*#\"“”") for word in re.split(r"[\s\-]+", plain)]
    roles = vocabulary().roles - _PARTICLES
    return tuple(word for word in words if word and word not in roles and any(map(str.isalpha, word)))


def find_introduced(text: str) -> Candidates:
    """Find names that the text gives away: told, greeted, signed, with a title, or with a surname."""
    spans = [
        *_after(_STRONG, text, strong=True),
        *_after(_WEAK, text, strong=False),
        *_after(_NAMING, text, strong=True, small=False),
        *_titled(text),
        *_greeted(text),
        *_signed(text),
        *_whole_names(text),
    ]
    for start, end in spans:
        yield Found(start, end, "person")


Spans = Iterator[tuple[int, int]]


def _after(cue: re.Pattern[str], text: str, *, strong: bool, small: bool = True) -> Spans:
    for match in cue.finditer(text):
        if (span := _name_at(text, match.end(), strong=strong)) and (small or text[span[0]].isupper()):
            yield span


def _titled(text: str) -> Spans:
    for match in _TITLED.finditer(text):
        words = _words_at(text, match.end())
        if words and text[words[0][0]].isupper():
            yield match.start("title"), words[-1][1]


def _greeted(text: str) -> Spans:
    known = vocabulary()
    for match in _SALUTATION.finditer(text):
        words = _words_at(text, match.end())
        if not words or _TITLED.match(text, match.end()):
            continue
        first = fold(text[slice(*words[0])])
        if first in known.given or _AFTER_SALUTATION.match(text, words[-1][1]):
            yield words[0][0], words[-1][1]
    # In small letters nothing but a well-known name is one.
    for match in _SALUTATION.finditer(text):
        word = _WORD.match(text, match.end())
        if word and word[0].islower() and fold(word[0]) in known.only_names:
            yield word.start(), word.end()


def _signed(text: str) -> Spans:
    known = vocabulary()
    for match in _SIGNATURE.finditer(text):
        words = _words_at(text, match.end())
        if not words or not _LINE_END.match(text, words[-1][1]):
            continue
        first = fold(text[slice(*words[0])])
        if "\n" in match["gap"] or first in known.given or len(words) > 1:
            yield words[0][0], words[-1][1]


def _whole_names(text: str) -> Spans:
    """Yield a given name with a surname, and names before "speaking" and "here"."""
    known = vocabulary()
    for match in _CAPITAL.finditer(text):
        if fold(match[0]) not in known.only_names:
            continue
        words = [
            (start, end)
            for start, end in _words_at(text, match.start())
            if not text[start:end].isupper() or end - start < 3
        ]
        if len(words) > 1 and fold(text[slice(*words[1])]) not in _PLACES:
            yield words[0][0], words[-1][1]
    for match in _AFTERWARDS.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        tail = re.search(r"(?:^|(?<=[\s,.]))(?:[A-ZÁÉÍÓÚÑ][\w'’-]+\s){0,2}[A-ZÁÉÍÓÚÑ][\w'’-]+$", before)
        if tail:
            start = match.start() - len(tail[0])
            words = _words_at(text, start)
            if words and (fold(text[slice(*words[0])]) in known.given or len(words) > 1):
                yield words[0][0], match.start()


def _name_at(text: str, start: int, *, strong: bool) -> tuple[int, int] | None:
    """Return where the name that begins at *start* stands; None if there is none."""
    known = vocabulary()
    if title := _TITLED.match(text, start):
        words = _words_at(text, title.end())
        return (title.start("title"), words[-1][1]) if words else None
    if words := _words_at(text, start):
        first = fold(text[slice(*words[0])])
        if strong or first in known.given or len(words) > 1:
            return words[0][0], words[-1][1]
        return None
    return _small_name_at(text, start, strong=strong)


def _words_at(text: str, start: int) -> list[tuple[int, int]]:
    """Return the words with a capital from *start* on that may be a name; none if the first may not."""
    words: list[tuple[int, int]] = []
    place, own = start, 0
    while own < _LONGEST and (match := _WORD.match(text, place)):
        word = fold(match[0])
        # "CARLOS PEÑA Y QUIERO" goes on with something else; "Ortega y Gasset" does not.
        particle = (
            bool(words) and word in _PARTICLES and (match[0].islower() or word not in {"y", "al", "el"})
        )
        if not particle:
            if not match[0][0].isupper() or not _may_be_name(word, first=not own):
                break
            own += 1
        words.append(match.span())
        if text[match.end() : match.end() + 1] == "." and len(match[0]) == 1:
            words[-1] = (match.start(), match.end() + 1)
        blank = _BLANK.match(text, words[-1][1])
        if not blank:
            break
        place = blank.end()
    while words and fold(text[slice(*words[-1])]) in _PARTICLES:
        words.pop()
    return words


def _may_be_name(word: str, *, first: bool) -> bool:
    known = vocabulary()
    if word in known.no_names:
        return False
    if word in known.given:
        return True
    return word not in known.empty and not (first and word in known.roles)


def _small_name_at(text: str, start: int, *, strong: bool) -> tuple[int, int] | None:
    """Return a name in small letters: a well-known one, or after a strong cue one that stands by itself."""
    known = vocabulary()
    first = _WORD.match(text, start)
    if not first:
        return None
    word = fold(first[0])
    if word in known.empty or word in known.no_names or word in known.roles:
        return None
    blank = _BLANK.match(text, first.end())
    second = _WORD.match(text, blank.end()) if blank else None
    if word not in known.only_names and not strong:
        return None
    if second is None or _closes(fold(second[0])):
        return first.span()
    rest = _BLANK.match(text, second.end())
    third = _WORD.match(text, rest.end()) if rest else None
    if (third is None or _closes(fold(third[0]))) and (strong or fold(second[0]) in known.only_names):
        return first.start(), second.end()
    return first.span() if word in known.only_names else None


def _closes(word: str) -> bool:
    """Return whether *word* stands after a name rather than in it."""
    return word in vocabulary().empty
