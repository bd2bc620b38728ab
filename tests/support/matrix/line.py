"""A line of the rights matrix: an address, and what each audience gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Audience(StrEnum):
    """Who asks: the people of ``tests/support/people.py``, and a visitor."""

    ANONYMOUS = "anonymous"
    #: Alice, of an organisation that an agreement opens « essai/organisations » to.
    MEMBER = "alice"
    #: Bob, of another organisation.
    OTHER = "bob"
    #: Claire, steward of the records of « essai ».
    STEWARD = "claire"
    #: David, whose administrator's session is open.
    ADMINISTRATOR = "david"


def everyone(code: int) -> Mapping[Audience, int]:
    """The same answer to all."""
    return dict.fromkeys(Audience, code)


def answers(anonymous: int, member: int, other: int, steward: int, administrator: int) -> Mapping[Audience, int]:
    """An answer to each, in the order of :class:`Audience`."""
    return dict(zip(Audience, (anonymous, member, other, steward, administrator), strict=True))


def signed_in(code: int = 200) -> Mapping[Audience, int]:
    """For those who sign in; a visitor is led to the door."""
    return answers(302, code, code, code, code)


class Framing(StrEnum):
    """Who may show the page in a frame."""

    NONE = "'none'"
    ANYONE = "*"


HTML = "text/html"
CSV = "text/csv"
JSON = "application/json"
CSVW = "application/csvm+json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
SVG = "image/svg+xml"
PNG = "image/png"
MVT = "application/vnd.mapbox-vector-tile"


@dataclass(frozen=True, slots=True)
class Address:
    """One line of the matrix.

    Parameters
    ----------
    pattern : as Django's resolver writes it.
    path : an example.
    codes : answer to each audience.
    type : content type of the answer, when it is 200.
    framing : who may frame it.
    methods : what may be asked beside GET and HEAD.
    """

    pattern: str
    path: str
    codes: Mapping[Audience, int] = field(default_factory=lambda: everyone(200))
    type: str = HTML
    framing: Framing = Framing.NONE
    methods: tuple[str, ...] = ()

    @property
    def anonymous(self) -> int:
        return self.codes[Audience.ANONYMOUS]
