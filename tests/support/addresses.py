"""Every address of the portal, declared once: the rights matrix, accessibility and validity read this table.

A pattern of Django's resolver that no line bears fails ``tests/rights``: an address is born with its rights.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.matrix.accounts import ACCOUNTS
from tests.support.matrix.administration import ADMINISTRATION
from tests.support.matrix.api import API
from tests.support.matrix.applications import APPLICATIONS
from tests.support.matrix.catalogue import CATALOGUE
from tests.support.matrix.contributions import CONTRIBUTIONS
from tests.support.matrix.line import HTML, Address, Audience, Framing
from tests.support.matrix.notices import NOTICES
from tests.support.matrix.ogc import OGC
from tests.support.matrix.organisations import ORGANISATIONS
from tests.support.matrix.portal import PORTAL
from tests.support.matrix.rights import RIGHTS

__all__ = ["HTML", "MATRIX", "MEMBERS_STATES", "NOWHERE", "STATES", "Address", "Audience", "Framing", "State"]

MATRIX = (
    *PORTAL,
    *NOTICES,
    *ACCOUNTS,
    *ORGANISATIONS,
    *ADMINISTRATION,
    *CONTRIBUTIONS,
    *CATALOGUE,
    *APPLICATIONS,
    *API,
    *OGC,
    *RIGHTS,
)

#: What the server answers beside the patterns: its static files, and addresses that lead nowhere.
NOWHERE = ("/absent/", "/territoires/commune/", "/admin/", "/%00", "/..%2f..%2fetc/passwd", "/static/absent.css")


@dataclass(frozen=True, slots=True)
class State:
    """A page in a state worth looking at.

    Parameters
    ----------
    name : identifier of the test.
    path : address.
    code : expected answer.
    demo : shown on the demonstration, where most sources wait, rather than on the fullest portal.
    reader : who is signed in, of ``tests/support/people.py``; empty for a visitor.
    """

    name: str
    path: str
    code: int = 200
    demo: bool = False
    reader: str = ""


#: Every page (200, HTML) of the matrix, then states that only a page in trouble shows.
STATES = (
    *(
        State(a.path, a.path)
        for a in MATRIX
        if a.type == HTML and a.anonymous == 200 and "suggestions" not in a.pattern
    ),
    State("nowhere", "/absent/", 404),
    State("unknown territory", "/territoires/commune/99999/", 404),
    State("unknown level", "/territoires/canton/62119/", 404),
    State("unknown theme", "/indicateurs/absent/", 404),
    State("unknown indicator", "/indicateurs/demographie/absent/", 404),
    State("former commune", "/territoires/commune/62447/?ancien=commune:62461"),
    State("nothing found", "/rechercher/?q=zzzzzz"),
    State("source to load", "/sources/insee/filosofi_communes/", demo=True),
    State("sources to load", "/sources/", demo=True),
    State("indicator to load", "/indicateurs/revenus/revenu_median/", demo=True),
    State("themes to load", "/indicateurs/", demo=True),
    State("home of the demonstration", "/", demo=True),
    State("far from home", "/territoires/commune/97411/", demo=True),
    State("no data at that level", "/indicateurs/demographie/population/?niveau=iris"),
    State("no such period", "/indicateurs/demographie/population/?periode=1850"),
    State("secrets and gaps", "/indicateurs/revenus/taux_pauvrete/?niveau=commune&dans=epci:200044030"),
    State("sixty territories", "/comparer/?" + "&".join(f"t=commune:{62001 + i:05d}" for i in range(60))),
    State("long name", "/territoires/commune/51513/", demo=True),
    State("markup searched", "/rechercher/?q=%3Cscript%3Ealert(1)%3C/script%3E"),
)


def _reader(address: Address) -> str:
    """First of the people who gets a page that a visitor does not."""
    if address.type != HTML or address.anonymous == 200:
        return ""
    return next((a.value for a in Audience if address.codes[a] == 200), "")


#: Pages that only those who sign in get, each seen as the first who does.
MEMBERS_STATES = tuple(State(f"{a.path} as {r}", a.path, reader=r) for a in MATRIX if (r := _reader(a)))
