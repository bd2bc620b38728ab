"""Addresses of the public portal."""

from __future__ import annotations

from tests.support.matrix.line import CSV, CSVW, JSON, MVT, PNG, SVG, XLSX, ZIP, Address, Framing, answers, everyone

_TERRITORY = "territoires/<slug:level>/<slug:code>/"
_THEME = "indicateurs/<slug:theme>/"
_INDICATOR = "indicateurs/<slug:theme>/<slug:slug>/"
_FRAMED = "embed/indicateurs/<slug:theme>/<slug:slug>/<slug:chart>/"

_POPULATION = "/indicateurs/demographie/population/"
_BETHUNE = "/territoires/commune/62119/"
_ARTOIS = "niveau=commune&dans=perimeter:artois"

PORTAL = (
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
    # Anomalies: only who answers for the declared figures may know that they exist.
    Address("anomalies/", "/anomalies/", answers(404, 404, 404, 200, 200)),
    Address(
        "anomalies/<slug:key>/decision/",
        "/anomalies/0123456789/decision/",
        answers(404, 404, 404, 405, 405),
        methods=("POST",),
    ),
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
    Address("sante/", "/sante/", type=JSON),
    Address("apercu/<path:place>.png", "/apercu/accueil.png", type=PNG),
)
