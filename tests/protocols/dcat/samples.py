"""Records for the tests of DCAT: invented organisations, invented data."""

from __future__ import annotations

from terril.core.records import Agent, Distribution, Extent, Kind, Openness, Record
from terril.protocols.dcat import About

AGENCY = Agent(
    name="Agence d’urbanisme d’exemple",
    siren="123456789",
    address="https://agence.exemple.fr/",
    email="donnees@exemple.fr",
)
PRODUCER = Agent(name="Institut d’exemple")
ABOUT = About(
    address="https://donnees.exemple.fr/catalogue",
    title="Catalogue de l’agence d’exemple",
    description="Les données du territoire.",
    publisher=AGENCY,
    homepage="https://donnees.exemple.fr/",
    licence="Licence Ouverte 2.0",
    issued="2024-01-02",
    modified="2025-06-01T10:00:00+02:00",
)
CSV = Distribution(
    title="Logements vacants, CSV",
    address="https://donnees.exemple.fr/logements.csv",
    media_type="text/csv",
    format="CSV",
    bytes=2048,
    conforms_to="https://schema.exemple.fr/logements.json",
)
RICH = Record(
    identifier="insee/rp_logement",
    kind=Kind.DATASET,
    title="Logements au recensement",
    description="Logements par commune.\n\nSecond paragraphe : « 5 < 6 & 7 ».",
    address="https://donnees.exemple.fr/catalogue/insee/rp_logement/",
    producer=PRODUCER,
    publisher=AGENCY,
    steward=Agent(name="Service des données", email="service@exemple.fr", address="https://agence.exemple.fr/contact"),
    licence="Licence Ouverte 2.0",
    frequency="annual",
    issued="2024-05-06",
    modified="2025-01-15",
    vintage="recensement 2022",
    version="3",
    theme="logement",
    keywords=("logement", "vacance"),
    extent=Extent(
        bbox=(2.25, 50.02, 3.1, 50.75), territory="epci:200072460", label="Intercommunalité d’exemple", begin="2011-01-01", end="2022-12-31"
    ),
    distributions=(
        CSV,
        Distribution(title="Page", address="https://donnees.exemple.fr/page", download=False, media_type="text/html", format="HTML"),
    ),
    provenance="Compté au recensement, puis rapporté aux communes d’aujourd’hui.",
    conforms_to=("https://schema.exemple.fr/logements",),
    sources=("insee/population",),
)  # fmt: skip
INDICATOR = Record(
    identifier="logement/part_vacants",
    kind=Kind.INDICATOR,
    title="Part des logements vacants",
    description="Logements vacants rapportés à l’ensemble.",
    address="https://donnees.exemple.fr/indicateurs/logement/part_vacants/",
    producer=AGENCY,
    openness=Openness.ORGANISATIONS,
    licence="Conditions de la convention",
    theme="logement",
    extent=Extent(territory="perimeter:exemple", label="Périmètre d’exemple"),
    sources=("insee/rp_logement",),
)
SERVICE = Record(
    identifier="ogc",
    kind=Kind.SERVICE,
    title="Accès OGC API",
    description="Collections du territoire.",
    address="https://donnees.exemple.fr/ogc/apropos",
    producer=AGENCY,
    keywords=("ogc",),
    distributions=(
        Distribution(
            title="OGC API Features",
            address="https://donnees.exemple.fr/ogc/",
            download=False,
            media_type="application/json",
            format="JSON",
            conforms_to="https://www.opengis.net/spec/ogcapi-features-1/1.0",
        ),
    ),
)
MINIMAL = Record(identifier="x", kind=Kind.DATASET, title="X", description="", address="", producer=Agent(name=""))
_ODD = "a\x00b\x0b\ud800\ufffe <script>alert(1)</script> & \"'<!-- ]]> \u2028 \\ {} \u202e {{ x }}"
NASTY = Record(
    identifier=_ODD,
    kind=Kind.MAP,
    title=_ODD,
    description=_ODD * 3 + '"""\n\r\n^^<x>@en\\',
    address=' https://exemple.fr/a b"<c>{d}|\\^`\n#frag#ment ',
    producer=Agent(name=_ODD, siren=_ODD, address="javascript:alert(1)", email="a@b.fr> <x"),
    licence=_ODD,
    frequency="tous les jours",
    issued="2024-02-30",
    modified="hier",
    vintage=_ODD,
    version=_ODD,
    theme=_ODD,
    keywords=("", " ", _ODD),
    extent=Extent(bbox=(float("nan"), 0, 1, 1), territory="commune:<62>", label=_ODD, begin="2021", end="2021-13-01"),
    distributions=(
        Distribution(title=_ODD, address="javascript:alert(1)"),
        Distribution(title=_ODD, address="https://", bytes=3),
        Distribution(
            title=_ODD, address="HTTPS://exemple.fr/é à", media_type='te"xt/<c>', format=_ODD, bytes=-1, licence=_ODD, conforms_to="x y"
        ),
    ),
    provenance=_ODD,
    conforms_to=("file:///etc/passwd", "https://exemple.fr/\tnorme"),
    sources=(_ODD, ""),
)  # fmt: skip
EVERY = (RICH, INDICATOR, SERVICE, MINIMAL, NASTY)
