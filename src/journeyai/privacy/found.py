"""What was found, and of which kind it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

#: A person's name; an e-mail address; a telephone number; a street address, or a post code where one is told; a payment
#: card; a bank account; a number given by a state; one given by a company (order, contract …); a date of birth; a link
#: that lets its holder in; an IP address; a name on a social network; a car's plate; a word of the user's.
Kind = Literal[
    "person", "email", "phone", "address", "card", "account", "id", "reference", "birthdate", "link", "ip", "handle",
    "plate", "word",
]  # fmt: skip

#: In the order in which one is preferred to another over the same characters.
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of personal data.

    Attributes:
        start: first character.
        end: one past the last.
        kind: what it is.
    """

    start: int
    end: int
    kind: Kind


#: What each part of the search gives: candidates, in any order, that may overlap.
Candidates = Iterator[Found]
