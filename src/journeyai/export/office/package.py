"""What the three kinds of file have in common: a zip of parts, written so that the same map gives the same bytes."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from journeyai.export.office.style import ACCENT, BAD, DOUBT, FONT, GOOD, INK, PAPER, SOFT, WHITE
from journeyai.export.office.telling import Telling, clean

CREATOR: Final = "JourneyAI"
#: The earliest date that a zip can hold.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
#: Of the empty document that the library starts from: a picture of it, a printer's settings, a second set of styles.
_UNWANTED: Final = re.compile(
    r"thumbnail\.jpeg$|printerSettings\d*\.bin$|stylesWithEffects\.xml$|^customXml/"
)
_RELATION: Final = re.compile(rb"<Relationship\b[^>]*?/>")
_TARGET: Final = re.compile(rb'Target="([^"]*)"')
_OVERRIDE: Final = re.compile(rb"<Override\b[^>]*?/>")
_PART: Final = re.compile(rb'PartName="/([^"]*)"')
_CORE: Final = "docProps/core.xml"
_APP: Final = "docProps/app.xml"
#: Of Word and PowerPoint, and of Google's and Apple's readers: en-GB, es-ES.
_REGIONS: Final = {"en": "en-GB", "es": "es-ES"}
_IN_FONT: Final = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)
_ROLES: Final = {
    "dk1": INK,
    "lt1": WHITE,
    "dk2": SOFT,
    "lt2": PAPER,
    "accent1": ACCENT,
    "accent2": GOOD,
    "accent3": BAD,
    "accent4": DOUBT,
    "accent5": "6B77D6",
    "accent6": "9C2777",
    "hlink": ACCENT,
    "folHlink": SOFT,
}


def region(language: str) -> str:
    """Return the language tag that office programs know for *language*; the tag itself where there is no better."""
    return _REGIONS.get(language, language)


def sealed(data: bytes, telling: Telling, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """Return the document *data* with its dates fixed, its properties those of the map, nothing of the template's left.

    Args:
        data: as a library saved it.
        telling: gives title, language and time.
        replaced: parts to put in place of those in *data*.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in sorted(archive.namelist(), key=_place):
            if _UNWANTED.search(name):
                continue
            body = (replaced or {}).get(name) or _part(name, archive.read(name), telling)
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, body)
    return out.getvalue()


def _place(name: str) -> tuple[bool, bool, str]:
    """Programs that read as the file comes in want the list of parts first."""
    return name != "[Content_Types].xml", not name.startswith("_rels/"), name


def _part(name: str, body: bytes, telling: Telling) -> bytes:
    if name == _CORE:
        return _core(telling)
    if name == _APP:
        return _app(telling)
    if name == "[Content_Types].xml":
        return _OVERRIDE.sub(lambda found: _unless_unwanted(found, _PART), body)
    if name.endswith(".rels"):
        return _RELATION.sub(lambda found: _unless_unwanted(found, _TARGET), body)
    if name.endswith(".xlsx"):
        return sealed(body, telling)
    if name == "xl/styles.xml":
        return _ordered(body)
    if re.search(r"/theme/theme\d*\.xml$", name):
        return _themed(body)
    return body


def _unless_unwanted(found: re.Match[bytes], name: re.Pattern[bytes]) -> bytes:
    target = name.search(found[0])
    path = target[1].decode("utf-8").lstrip("./") if target else ""
    return b"" if _UNWANTED.search(path) else found[0]


def _core(telling: Telling) -> bytes:
    """Title, language and time of the map; our name and nobody's else."""
    at = moment(telling.journey.made_by.at)
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{at:%Y-%m-%dT%H:%M:%SZ}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(telling.title)}</dc:title><dc:subject>{escape(telling.kicker)}</dc:subject>"
        f"<dc:creator>{CREATOR}</dc:creator><dc:description>{escape(clean(telling.journey.goal))}</dc:description>"
        f"<cp:lastModifiedBy>{CREATOR}</cp:lastModifiedBy>{dates}"
        f"<dc:language>{region(telling.words.language)}</dc:language></cp:coreProperties>"
    ).encode()


def _app(telling: Telling) -> bytes:
    """Who wrote the file; the counts of pages and words that the template holds are not this document's."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Application>{CREATOR} {escape(clean(telling.journey.made_by.version))}</Application></Properties>"
    ).encode()


def moment(at: str) -> datetime:
    """Return *at*, ISO 8601, in UTC; the earliest date of a zip where it is no time."""
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return datetime(*_DATE, tzinfo=UTC)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _ordered(body: bytes) -> bytes:
    """Return a workbook's styles with the parts of each font in the order that Excel writes them in."""

    def ordered(found: re.Match[str]) -> str:
        parts = sorted(re.findall(r"<(\w+)[^>]*/>", found[1]), key=_IN_FONT.index)
        whole = {part[1]: part[0] for part in re.finditer(r"<(\w+)[^>]*/>", found[1])}
        return f"<font>{''.join(whole[part] for part in parts)}</font>"

    return re.sub(r"<font>(.*?)</font>", ordered, body.decode("utf-8"), flags=re.DOTALL).encode()


def _themed(body: bytes) -> bytes:
    """Return a theme with our colours and letters, so that what a user adds looks like the rest."""
    text = body.decode("utf-8")
    for role, colour in _ROLES.items():
        text = re.sub(
            rf"(<a:{role}>).*?(</a:{role}>)", rf'\g<1><a:srgbClr val="{colour}"/>\g<2>', text, flags=re.DOTALL
        )
    return re.sub(
        r"(<a:(?:major|minor)Font>\s*<a:latin typeface=)\"[^\"]*\"", rf'\g<1>"{FONT}"', text
    ).encode()
