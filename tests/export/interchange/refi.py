"""What the REFI-QDA standard asks of a project (QDA-XML project 1.0), as far as ours uses it, in our own words.

Whole files were checked against the standard's own schema once (docs/decisions/0019); these rules keep them there.
"""

import re
from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element

NAMESPACE: Final = "{urn:QDA-XML:project:1.0}"


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


_GUID = _like(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = _like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_BOOLEAN = _like("true|false")
_WORDS = _like(r"\S.*")
_PLACE = _like(r"\d+")
_PATH = _like(r"internal://[0-9a-f-]{36}\.txt")

#: Element → its attributes: those with `!` must be there.
_ATTRIBUTES: Final[dict[str, dict[str, Callable[[str], bool]]]] = {
    "Project": {
        "name!": _WORDS,
        "origin": _WORDS,
        "creatingUserGUID": _GUID,
        "creationDateTime": _TIME,
    },
    "User": {"guid!": _GUID, "name": _WORDS},
    "Code": {
        "guid!": _GUID,
        "name!": _WORDS,
        "isCodable!": _BOOLEAN,
        "color": _like("#[0-9A-Fa-f]{6}"),
    },
    "Variable": {"guid!": _GUID, "name!": _WORDS, "typeOfVariable!": _like("Text|Boolean")},
    "Case": {"guid!": _GUID, "name": _WORDS},
    # Some programs stop where nothing says when and by whom.
    "TextSource": {
        "guid!": _GUID,
        "name!": _WORDS,
        "plainTextPath!": _PATH,
        "creatingUser!": _GUID,
        "creationDateTime!": _TIME,
    },
    "PlainTextSelection": {
        "guid!": _GUID,
        "name": _WORDS,
        "startPosition!": _PLACE,
        "endPosition!": _PLACE,
        "creatingUser!": _GUID,
        "creationDateTime!": _TIME,
    },
    "Coding": {"guid!": _GUID, "creatingUser": _GUID, "creationDateTime": _TIME},
    "Set": {"guid!": _GUID, "name!": _WORDS},
    **{
        name: {"targetGUID!": _GUID}
        for name in ("CodeRef", "NoteRef", "SourceRef", "SelectionRef", "VariableRef", "MemberCode")
    },
}
_ATTRIBUTES["Note"] = _ATTRIBUTES["TextSource"]

#: Element → its children in their order: `?` at most once, `*` any number, `+` at least once, else exactly once.
_CHILDREN: Final = {
    "Project": "Users? CodeBook? Variables? Cases? Sources? Notes? Sets? Description? NoteRef*",
    "Users": "User+",
    "CodeBook": "Codes",
    "Codes": "Code+",
    "Code": "Description? Code*",
    "Variables": "Variable+",
    "Cases": "Case+",
    "Case": "Description? CodeRef* VariableValue* SourceRef* SelectionRef*",
    "VariableValue": "VariableRef TextValue? BooleanValue?",
    "Sources": "TextSource+",
    "TextSource": "Description? PlainTextSelection* Coding* NoteRef* VariableValue*",
    "PlainTextSelection": "Description? Coding* NoteRef*",
    "Coding": "CodeRef",
    "Notes": "Note+",
    "Sets": "Set+",
    "Set": "Description? MemberCode+",
}


def breaches(element: Element) -> list[str]:
    """Return what is wrong with *element* and everything in it."""
    name = element.tag.removeprefix(NAMESPACE)
    found = [] if element.tag.startswith(NAMESPACE) else [f"{name}: not of the project's namespace"]
    rules = _ATTRIBUTES.get(name, {})
    found += [
        f"{name}: no {key[:-1]}" for key in rules if key.endswith("!") and key[:-1] not in element.attrib
    ]
    for key, value in element.attrib.items():
        fits = rules.get(key) or rules.get(f"{key}!")
        if fits is None or not fits(value):
            found.append(f"{name}: {key}={value!r}")
    children = " ".join(child.tag.removeprefix(NAMESPACE) for child in element)
    pattern = "".join(
        f"(?:{rule.rstrip('?*+')} ){rule[-1] if rule[-1] in '?*+' else ''}"
        for rule in _CHILDREN.get(name, "").split()
    )
    if not re.fullmatch(pattern, f"{children} " if children else ""):
        found.append(f"{name}: {children[:200]}")
    return found + [breach for child in element for breach in breaches(child)]
