"""What is to be done with a file: changes of the study's map, or a team's beliefs; and what it says of either."""

from typing import Literal

from journeyai.errors import SourceError
from journeyai.importing.assumptions import edits_of
from journeyai.importing.believed import Believed, believed_of_map
from journeyai.importing.edited_map import edits_of_map
from journeyai.importing.edited_table import edits_of_table
from journeyai.importing.edits import Edits, Versions, check_edits, next_number
from journeyai.importing.files import Given, read_json_map
from journeyai.importing.grid import read_grid
from journeyai.importing.names import StageNames
from journeyai.importing.page import is_our_page, read_page
from journeyai.importing.problems import Problems
from journeyai.importing.sheets import card_sheet, read_rows
from journeyai.knowledge.talk import Talk, talk
from journeyai.knowledge.templates import Template
from journeyai.model.journey import JourneyMap
from journeyai.operations.beliefs import is_belief
from journeyai.operations.ground import Ground
from journeyai.sources.language import UNKNOWN, detect

Intake = Literal["changes", "assumptions"]


def intake_of(given: Given, wish: Literal["auto", "changes", "assumptions"] = "auto") -> Intake:
    """Return what is to be done with a file: what was wished, else what it is for.

    Raises:
        SourceError: it cannot be read, or changes are wished of a file that names no cards of ours.
    """
    if given.form == "map":
        natural: Intake = "assumptions" if is_belief(read_json_map(given)) else "changes"
    elif given.form == "table":
        natural = "changes" if card_sheet(read_rows(given.text, given.name)) else "assumptions"
    else:
        natural = "assumptions"
    if wish == "changes" and natural == "assumptions":
        raise SourceError(
            f"`{given.name}` names no cards of a map, so nothing in it can be a change of one.",
            "Export the map with --format csv or --format json and edit that; or take this with --as assumptions.",
        )
    return natural if wish == "auto" else wish


def read_edits(given: Given, versions: Versions, ground: Ground) -> Edits:
    """Return the changes that a file of ours asks for.

    Args:
        given: a map or a table of cards.
        versions: of the study's map, the present one first.
        ground: which numbers and ids were given already.

    Raises:
        SourceError: it cannot be read.
        ImportRefusedError: something in it cannot be done; nothing of it may be.
    """
    journey = next(versions())
    problems = Problems(given.name, talk("importing", journey.language))
    number = next_number(journey, ground)
    if given.form == "map":
        edits = edits_of_map(read_json_map(given), versions, ground, number, problems)
    else:
        sheet = card_sheet(read_rows(given.text, given.name))
        if sheet is None:
            raise SourceError(f"`{given.name}` has no column that names cards.", "Export the table anew.")
        edits = edits_of_table(sheet, versions, number, problems)
    return _checked(edits, journey, ground, problems)


def read_assumptions(
    given: Given, believed: Believed, journey: JourneyMap, template: Template | None, ground: Ground
) -> Edits:
    """Return the changes that add to *journey* what is believed.

    Raises:
        ImportRefusedError: something in it cannot be added; nothing of it may be.
    """
    problems = Problems(given.name, talk("importing", journey.language))
    return _checked(edits_of(believed, journey, template, ground, problems), journey, ground, problems)


def read_beliefs(given: Given, names: StageNames, say: Talk) -> Believed:
    """Return what a file says as beliefs.

    Args:
        given: a page, a table, or a map.
        names: of the stages that are known.
        say: the sentences of a refusal.

    Raises:
        SourceError: it cannot be read, is a page of ours, or holds nothing that could be a card.
    """
    if given.form == "map":
        believed = believed_of_map(read_json_map(given))
    elif given.form == "table":
        believed = Believed()
        read_grid(read_rows(given.text, given.name), names, believed)
    elif is_our_page(given.text):
        raise SourceError(say.say("our_page", file=given.name), say.say("our_page_hint"))
    else:
        believed = read_page(given.text, names, given.name)
    if not believed.beliefs and not believed.feelings:
        raise SourceError(say.say("nothing_found", file=given.name), say.say("nothing_found_hint"))
    return believed


def language_of(believed: Believed, wish: str) -> str:
    """Return the language that beliefs are written in, unless *wish* names it; English if it cannot be told."""
    if wish != "auto":
        return wish
    found = detect(". ".join(belief.text for belief in believed.beliefs[:200]))
    return found if found != UNKNOWN else "en"


def _checked(edits: Edits, journey: JourneyMap, ground: Ground, problems: Problems) -> Edits:
    check_edits(edits.edits, journey, ground, problems)
    problems.refuse()
    return edits
