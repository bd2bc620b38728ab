"""Every address of the portal, declared once: the rights matrix, accessibility and validity read this table.

A pattern of Django's resolver that no line bears fails ``tests/rights``: an address is born with its rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Audience(StrEnum):
    """Who asks. Accounts come later: what they may see will be columns beside this one."""

    ANONYMOUS = "anonymous"


def everyone(code: int) -> Mapping[Audience, int]:
    """The same answer to all."""
    return dict.fromkeys(Audience, code)


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
    """

    pattern: str
    path: str
    codes: Mapping[Audience, int] = field(default_factory=lambda: everyone(200))
    type: str = HTML
    framing: Framing = Framing.NONE

    @property
    def anonymous(self) -> int:
        return self.codes[Audience.ANONYMOUS]


_TERRITORY = "territoires/<slug:level>/<slug:code>/"
_THEME = "indicateurs/<slug:theme>/"
_INDICATOR = "indicateurs/<slug:theme>/<slug:slug>/"
_FRAMED = "embed/indicateurs/<slug:theme>/<slug:slug>/<slug:chart>/"

_POPULATION = "/indicateurs/demographie/population/"
_BETHUNE = "/territoires/commune/62119/"
_ARTOIS = "niveau=commune&dans=perimeter:artois"

MATRIX = (
    Address("", "/"),
    # Search.
    Address("rechercher/", "/rechercher/?q=lens"),
    Address("rechercher/", "/rechercher/"),
    Address("rechercher/suggestions/", "/rechercher/suggestions/?q=beth"),
    # Territories.
    Address("territoires/", "/territoires/"),
    Address(_TERRITORY, _BETHUNE),
    Address(_TERRITORY, "/territoires/epci/200072460/"),
    Address(_TERRITORY, "/territoires/perimeter/pma/"),
    Address(_TERRITORY, "/territoires/department/62/"),
    Address(_TERRITORY, "/territoires/region/32/"),
    Address(_TERRITORY, "/territoires/country/FR/"),
    Address(_TERRITORY, "/territoires/group/bourgs_artois/"),
    Address(_TERRITORY, "/territoires/commune/62461/", everyone(301)),
    Address(_TERRITORY, "/territoires/commune/99999/", everyone(404)),
    Address(_TERRITORY, "/territoires/canton/62119/", everyone(404)),
    Address(_TERRITORY + "donnees.<slug:form>", _BETHUNE + "donnees.csv", type=CSV),
    Address(_TERRITORY + "donnees.<slug:form>", _BETHUNE + "donnees.xlsx", type=XLSX),
    Address(_TERRITORY + "donnees.<slug:form>", _BETHUNE + "donnees.zip", type=ZIP),
    Address(_TERRITORY + "donnees.<slug:form>", _BETHUNE + "donnees.exe", everyone(404)),
    # Indicators.
    Address("indicateurs/", "/indicateurs/"),
    Address(_THEME, "/indicateurs/demographie/"),
    Address(_THEME, "/indicateurs/absent/", everyone(404)),
    Address(_INDICATOR, _POPULATION),
    Address(_INDICATOR, f"{_POPULATION}?{_ARTOIS}&territoire=commune:62119&methode=jenks&classes=4"),
    Address(_INDICATOR, "/indicateurs/demographie/absent/", everyone(404)),
    Address(_INDICATOR + "valeurs.json", f"{_POPULATION}valeurs.json?{_ARTOIS}", type=JSON),
    Address(_INDICATOR + "donnees.<slug:form>", f"{_POPULATION}donnees.csv?{_ARTOIS}", type=CSV),
    Address(_INDICATOR + "donnees.<slug:form>", f"{_POPULATION}donnees.xlsx?{_ARTOIS}", type=XLSX),
    Address(_INDICATOR + "donnees.<slug:form>", f"{_POPULATION}donnees.zip?{_ARTOIS}", type=ZIP),
    Address(_INDICATOR + "donnees.csv-metadata.json", f"{_POPULATION}donnees.csv-metadata.json?{_ARTOIS}", type=CSVW),
    Address(_INDICATOR + "<slug:chart>.<slug:form>", f"{_POPULATION}carte.svg?{_ARTOIS}", type=SVG),
    Address(_INDICATOR + "<slug:chart>.<slug:form>", f"{_POPULATION}carte.png?{_ARTOIS}", type=PNG),
    Address(_INDICATOR + "<slug:chart>.<slug:form>", f"{_POPULATION}serie.svg?territoire=commune:62119", type=SVG),
    Address(_INDICATOR + "<slug:chart>.<slug:form>", f"{_POPULATION}distribution.png?{_ARTOIS}", type=PNG),
    Address(_INDICATOR + "<slug:chart>.<slug:form>", f"{_POPULATION}classement.svg?{_ARTOIS}", type=SVG),
    Address(_INDICATOR + "<slug:chart>.<slug:form>", f"{_POPULATION}camembert.svg", everyone(404)),
    Address(_INDICATOR + "explication/", f"{_POPULATION}explication/?territoire=commune:62119&periode=2023"),
    # Comparison.
    Address("comparer/", "/comparer/"),
    Address("comparer/", "/comparer/?t=commune:62119&t=commune:62498&t=commune:62427"),
    Address("comparer/donnees.<slug:form>", "/comparer/donnees.csv?t=commune:62119&t=commune:62498", type=CSV),
    Address("comparer/donnees.<slug:form>", "/comparer/donnees.xlsx?t=commune:62119&t=commune:62498", type=XLSX),
    Address("comparer/donnees.<slug:form>", "/comparer/donnees.zip?t=commune:62119&t=commune:62498", type=ZIP),
    # Sources, about.
    Address("sources/", "/sources/"),
    Address("sources/<slug:producer>/<slug:dataset>/", "/sources/insee/population_reference/"),
    Address("sources/<slug:producer>/<slug:dataset>/", "/sources/insee/filosofi_communes/"),
    Address("sources/<slug:producer>/<slug:dataset>/", "/sources/insee/absente/", everyone(404)),
    # Publications: the identifier of one kept is not known here, tests/web asks for it.
    Address("publications/", "/publications/"),
    Address("publications/<slug:release>/", "/publications/absente/", everyone(404)),
    Address("styles/", "/styles/"),
    Address("a-propos/", "/a-propos/"),
    Address("mentions-legales/", "/mentions-legales/"),
    Address("accessibilite/", "/accessibilite/"),
    Address("plan-du-site/", "/plan-du-site/"),
    # Anomalies: only who started the server may know that they exist.
    Address("anomalies/", "/anomalies/", everyone(404)),
    Address("anomalies/ouvrir/", "/anomalies/ouvrir/?cle=absente", everyone(404)),
    Address("anomalies/<slug:key>/decision/", "/anomalies/0123456789/decision/", everyone(404)),
    # Embeds: the only pages that others may frame.
    Address(_FRAMED, f"/embed/indicateurs/demographie/population/carte/?{_ARTOIS}", framing=Framing.ANYONE),
    Address(
        _FRAMED, "/embed/indicateurs/demographie/population/serie/?territoire=commune:62119", framing=Framing.ANYONE
    ),
    Address(_FRAMED, f"/embed/indicateurs/demographie/population/distribution/?{_ARTOIS}", framing=Framing.ANYONE),
    Address(_FRAMED, f"/embed/indicateurs/demographie/population/classement/?{_ARTOIS}", framing=Framing.ANYONE),
    Address("embed/territoires/<slug:level>/<slug:code>/", "/embed/territoires/commune/62119/", framing=Framing.ANYONE),
    # Machines.
    Address("tuiles/<int:vintage>/<int:z>/<int:x>/<int:y>.mvt", "/tuiles/2026/8/129/86.mvt", type=MVT),
    Address("tuiles/<int:vintage>/<int:z>/<int:x>/<int:y>.mvt", "/tuiles/2026/25/0/0.mvt", everyone(404)),
    Address("sitemap.xml", "/sitemap.xml", type="application/xml"),
    Address("robots.txt", "/robots.txt", type="text/plain"),
    Address("apercu/<path:place>.png", "/apercu/accueil.png", type=PNG),
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
    """

    name: str
    path: str
    code: int = 200
    demo: bool = False


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
