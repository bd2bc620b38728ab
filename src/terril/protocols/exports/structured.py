"""What search engines read of a page of figures: schema.org Dataset, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from terril.protocols.exports.extract import Extract, Origin, clean

_FORMATS = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
#: Addresses of the licences whose names are known.
_LICENCES = {
    "licence ouverte": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odbl": "https://opendatacommons.org/licenses/odbl/",
    "cc by 4.0": "https://creativecommons.org/licenses/by/4.0/deed.fr",
}


def dataset(extract: Extract, downloads: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The extract as schema.org describes a dataset; its rows are not read.

    Parameters
    ----------
    downloads : absolute address of each format: ``{"csv": "https://…/donnees.csv"}``.

    Source
    ------
    schema.org/Dataset.
    """
    about = extract.about
    document = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": clean(extract.title),
        "description": clean(extract.description),
        "url": about.address,
        "inLanguage": "fr",
        "isAccessibleForFree": True,
        "creator": [_organisation(name) for name in dict.fromkeys(o.producer for o in about.origins)],
        "publisher": _organisation(about.publisher) if about.publisher else None,
        "datePublished": about.released,
        "version": about.release,
        "license": [_licence(name) for name in about.licences],
        "spatialCoverage": {"@type": "Place", "name": about.perimeter} if about.perimeter else None,
        "temporalCoverage": about.periods,
        "measurementTechnique": about.method,
        "isBasedOn": [_origin(o) for o in about.origins],
        "variableMeasured": [
            {"@type": "PropertyValue", "name": c.label, **({"unitText": c.unit} if c.unit else {})}
            for c in extract.columns
            if c.type == "number"
        ],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": _FORMATS.get(form, form), "contentUrl": address}
            for form, address in (downloads or {}).items()
        ],
        "creditText": extract.citation,
    }
    return {key: value for key, value in document.items() if value not in (None, "", [])}


def as_script(document: Mapping[str, Any]) -> str:
    """JSON that may stand inside a ``script`` element: nothing in it can close the element."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def _licence(name: str) -> dict[str, str]:
    address = next((url for start, url in _LICENCES.items() if name.lower().startswith(start)), "")
    return {"@type": "CreativeWork", "name": name, **({"url": address} if address else {})}


def _origin(origin: Origin) -> dict[str, str]:
    return {"@type": "CreativeWork", "name": origin.text, **({"url": origin.address} if origin.address else {})}
