"""Words that catalogues share across tools: licences, frequencies, themes, formats, territories, as addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from terril.core.records import Openness
from terril.core.text import fold

EU = "http://publications.europa.eu/resource/authority/"
_INSEE = "http://id.insee.fr/geo/"


@dataclass(frozen=True, slots=True)
class LicenceName:
    """A licence of open data: its name, its address, and the other ways in which catalogues write it."""

    name: str
    address: str
    aliases: tuple[str, ...] = ()


LICENCES = (
    LicenceName(
        "Licence Ouverte 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        ("lov2", "fr-lo-2.0", "etalab-2.0", "licence ouverte", "licence ouverte / open licence version 2.0",
         "licence-ouverte-v2.0", "www.etalab.gouv.fr/wp-content/uploads/2017/04/etalab-licence-ouverte-v2.0"),
    ),
    LicenceName(
        "Licence Ouverte 1.0",
        "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf",
        ("fr-lo", "etalab-1.0", "licence ouverte / open licence", "licence ouverte 1.0"),
    ),
    LicenceName(
        "ODbL 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
        ("odbl", "odc-odbl", "odbl-1.0",
         "opendatacommons.org/licenses/odbl"),
    ),
    LicenceName("ODC-BY 1.0", "https://opendatacommons.org/licenses/by/1-0/", ("odc-by",)),
    LicenceName("PDDL 1.0", "https://opendatacommons.org/licenses/pddl/1-0/", ("odc-pddl", "pddl")),
    LicenceName("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", ("cc-zero", "cc0", "cc0-1.0")),
    LicenceName("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", ("cc-by", "cc-by-4.0")),
    LicenceName("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/", ("cc-by-sa", "cc-by-sa-4.0")),
)  # fmt: skip


def _licence_key(text: str) -> str:
    bare = fold(text).strip().removeprefix("https://").removeprefix("http://")
    return " ".join(bare.split()).rstrip("/").removesuffix(".pdf")


_LICENCE = {_licence_key(word): found for found in LICENCES for word in (found.name, found.address, *found.aliases)}


@lru_cache(maxsize=256)
def licence(text: str) -> LicenceName | None:
    """A licence by its name, its address or one of the ways to write it; None where it is not a known one."""
    inner = re.search(r"\(([^()]+)\)\s*$", text)
    return _LICENCE.get(_licence_key(text)) or (_LICENCE.get(_licence_key(inner[1])) if inner else None)


#: How often, as records say it, and as the European authority does.
FREQUENCIES = {
    "continuous": "UPDATE_CONT",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "annual": "ANNUAL",
    # The authority counts years one by one (BIENNIAL, TRIENNIAL…) and has no word for « several ».
    "multiannual": "OTHER",
    "once": "NEVER",
}
_RECORD_FREQUENCY = {
    "continuous": ("continuous", "continual", "update_cont", "cont", "realtime", "hourly", "daily", "daily_2"),
    "monthly": (
        "monthly", "monthly_2", "monthly_3", "weekly", "weekly_2", "weekly_3", "biweekly", "fortnightly",
        "semimonthly", "semiweekly", "threetimesamonth", "threetimesaweek",
    ),
    "quarterly": ("quarterly", "bimonthly"),
    "annual": ("annual", "annually", "annual_2", "annual_3", "semiannual", "biannually", "threetimesayear"),
    "multiannual": ("multiannual", "biennial", "triennial", "quadrennial", "quinquennial", "decennial"),
    "once": ("never", "notplanned", "once"),
}  # fmt: skip
_FREQUENCY = {word: ours for ours, words in _RECORD_FREQUENCY.items() for word in words}


def frequency(text: str) -> str:
    """How often, from any vocabulary (European, Dublin Core, ISO 19115, data.gouv.fr); empty where it says nothing.

    What falls between two of ours is told as the slower: what is weekly is renewed at least every month.
    """
    word = fold(text).strip().rstrip("/").replace("#", "/").rpartition("/")[2]
    return _FREQUENCY.get(word, _FREQUENCY.get(word.replace("-", "").replace("_", ""), ""))


#: European theme of each of the themes under which territories are usually read; a theme not here has none.
THEMES = {
    "demographie": "SOCI", "revenus": "SOCI", "logement": "SOCI", "social": "SOCI",
    "emploi": "ECON", "economie": "ECON", "education": "EDUC", "sante": "HEAL", "civique": "GOVE",
    "espace": "REGI", "urbanisme": "REGI", "ville": "REGI", "mobilite": "TRAN",
    "carbone": "ENVI", "environnement": "ENVI", "dechets": "ENVI", "energie": "ENER",
    "alimentation": "AGRI", "agriculture": "AGRI",
}  # fmt: skip
#: What a European theme is called, and the one of ours that it is; empty where it could be several.
EUROPEAN_THEMES = {
    "AGRI": ("Agriculture, pêche, sylviculture et alimentation", "alimentation"),
    "ECON": ("Économie et finances", ""),
    "EDUC": ("Éducation, culture et sport", "education"),
    "ENER": ("Énergie", "energie"),
    "ENVI": ("Environnement", "environnement"),
    "GOVE": ("Gouvernement et secteur public", ""),
    "HEAL": ("Santé", "sante"),
    "INTR": ("Questions internationales", ""),
    "JUST": ("Justice, système juridique et sécurité publique", ""),
    "REGI": ("Régions et villes", ""),
    "SOCI": ("Population et société", ""),
    "TECH": ("Science et technologie", ""),
    "TRAN": ("Transports", "mobilite"),
}

#: European access right of each openness. Who is named in an agreement is not said abroad: both are RESTRICTED.
ACCESS = {
    Openness.OPEN: "PUBLIC",
    Openness.MEMBERS: "RESTRICTED",
    Openness.ORGANISATIONS: "RESTRICTED",
    Openness.CONFIDENTIAL: "NON_PUBLIC",
}


def openness(text: str) -> Openness:
    """Openness from a European access right; of two that answer, the narrower. Open where nothing is said."""
    word = text.rpartition("/")[2].upper()
    return {"RESTRICTED": Openness.ORGANISATIONS, "NON_PUBLIC": Openness.CONFIDENTIAL}.get(word, Openness.OPEN)


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: short name, IANA media type, code of the European authority (empty where it has none)."""

    name: str
    media_type: str
    european: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument."
FORMATS = (
    Format("CSV", "text/csv", "CSV"),
    Format("XLSX", f"{_OFFICE}spreadsheetml.sheet", "XLSX"),
    Format("XLS", "application/vnd.ms-excel", "XLS"),
    Format("ODS", "application/vnd.oasis.opendocument.spreadsheet", "ODS"),
    Format("DOCX", f"{_OFFICE}wordprocessingml.document", "DOCX"),
    Format("PPTX", f"{_OFFICE}presentationml.presentation", "PPTX"),
    Format("PDF", "application/pdf", "PDF"),
    Format("HTML", "text/html", "HTML"),
    Format("TXT", "text/plain", "TXT"),
    Format("JSON", "application/json", "JSON"),
    Format("GeoJSON", "application/geo+json", "GEOJSON"),
    Format("GeoPackage", "application/geopackage+sqlite3", "GPKG"),
    Format("SHP", "application/vnd.shp", "SHP"),
    Format("KML", "application/vnd.google-earth.kml+xml", "KML"),
    Format("GML", "application/gml+xml", "GML"),
    Format("XML", "application/xml", "XML"),
    Format("ZIP", "application/zip", "ZIP"),
    Format("Parquet", "application/vnd.apache.parquet"),
    Format("PNG", "image/png", "PNG"),
    Format("JPEG", "image/jpeg", "JPEG"),
    Format("TIFF", "image/tiff", "TIFF"),
    Format("Turtle", "text/turtle", "RDF_TURTLE"),
    Format("JSON-LD", "application/ld+json", "JSON_LD"),
    Format("RDF/XML", "application/rdf+xml", "RDF_XML"),
    Format("WMS", "", "WMS_SRVC"),
    Format("WFS", "", "WFS_SRVC"),
)
_FORMAT_ALIASES = {
    "gpkg": "geopackage",
    "shapefile": "shp",
    "esri-shapefile": "shp",
    "text": "txt",
    "jpg": "jpeg",
    "tif": "tiff",
}
_FORMAT = {
    word: found
    for found in FORMATS
    for word in (found.name.lower(), found.media_type, found.european.lower())
    if word
}  # fmt: skip


@lru_cache(maxsize=256)
def file_format(text: str) -> Format | None:
    """A format by its name, its media type or its address in an authority; None where it is not a known one."""
    word = fold(text).strip().partition(";")[0].strip()
    bare = word.rpartition("/")[2]
    for key in (word, "/".join(word.split("/")[-2:]), bare, _FORMAT_ALIASES.get(bare.replace(" ", "-"), "")):
        if key in _FORMAT:
            return _FORMAT[key]
    return None


_PLACES = {"commune": "commune", "epci": "intercommunalite", "department": "departement", "region": "region"}
_LEVELS = {path: level for level, path in _PLACES.items()}
_FRANCE = f"{EU}country/FRA"


def territory_address(key: str) -> str:
    """Address at Insee of ``level:code``; empty for what Insee does not name (a perimeter)."""
    level, _, code = key.partition(":")
    if level == "country":
        return _FRANCE
    return f"{_INSEE}{_PLACES[level]}/{code}" if level in _PLACES and code.isascii() and code.isalnum() else ""


def territory_key(text: str) -> str:
    """``level:code`` of an address at Insee or of a zone of data.gouv.fr (``fr:commune:62119``); else empty."""
    if text.startswith(_FRANCE) or text == "country:fr":
        return "country:FR"
    found = text.removeprefix("https:").removeprefix("http:").removeprefix("//id.insee.fr/geo/")
    if found == text:
        found = text.removeprefix("fr:").replace(":", "/", 1) if text.startswith("fr:") else ""
    kind, _, code = found.partition("/")
    level = "epci" if kind == "epci" else _LEVELS.get(kind, "")
    return f"{level}:{code}" if level and code.isascii() and code.isalnum() else ""
