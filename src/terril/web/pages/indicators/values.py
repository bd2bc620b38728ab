"""Values in scope as the interactive map reads them."""

from __future__ import annotations

from typing import Any

from terril.core.drawing.palettes import palette
from terril.core.standing import Slice
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.web.components.figures import said, sliced, unit_label
from terril.web.components.maps import outlines
from terril.web.pages.indicators.charts import DRAWN_IN_PAGE
from terril.web.pages.indicators.reading import Reading


def values_of(reading: Reading) -> dict[str, Any]:
    """Class and text of each territory, with the classes and the extent of the map."""
    selection, classes = reading.selection, reading.classes
    frame = reading.frame(reading.title, "", "valeurs")
    count, colours = len(classes), palette(frame.palette)
    document = {
        "level": str(selection.level),
        "period": selection.period,
        "label": said(reading.indicator.label),
        "unit": unit_label(reading.indicator.unit),
        "method": classes.explanation,
        "bounds": list(classes.bounds),
        "labels": list(classes.labels(frame)),
        "ramp": list(colours.ramp(count)) if count else [],
        "ramp_dark": list(colours.ramp_dark(count)) if count else [],
        "bbox": list(_extent(reading)),
        **_placed(reading, selection.level, reading.slice),
    }
    if (below := _below(reading)) is not None:
        document["below"] = below
    return document


def _placed(reading: Reading, level: Level, values: Slice) -> dict[str, Any]:
    """Class and text of each territory of a slice; the status of those that are not plainly published."""
    items, statuses = {}, {}
    places = reading.classes.place(values.values).tolist()
    for code, place in zip(values.codes, places, strict=True):
        value, status = values.value(code)
        shown = sliced(reading.indicator, value, status, TerritoryKey(level, code), reading.selection.period)
        text = f"{shown.full}, {shown.note}" if shown.note and not shown.absent else (shown.note or shown.full)
        items[code] = [place, text]
        if status != Status.OK:
            statuses[code] = status.word
    return {"items": items, "statuses": statuses}


def _below(reading: Reading) -> dict[str, Any] | None:
    """Values of the EPCI, in the same classes, for the zooms at which communes are too small to be seen."""
    selection = reading.selection
    if selection.level != Level.COMMUNE or len(selection.codes) <= DRAWN_IN_PAGE or Level.EPCI not in selection.levels:
        return None
    codes = reading.portal.codes(Level.EPCI, selection.within.key)
    values = reading.portal.slice(reading.indicator.id, Level.EPCI, selection.period).among(codes)
    return {"level": str(Level.EPCI), **_placed(reading, Level.EPCI, values)} if values.known else None


def _extent(reading: Reading) -> tuple[float, float, float, float]:
    """West, south, east, north of the territories, in degrees: of their departments where there are many."""
    selection, known = reading.selection, reading.portal.territories
    if len(selection.codes) <= DRAWN_IN_PAGE:
        return outlines().drawn(selection.level, selection.codes).bbox_wgs84
    held = {known.get(TerritoryKey(Level.COMMUNE, c)).department for c in known.communes(selection.within.key)}
    return outlines().drawn(Level.DEPARTMENT, [d for d in held if d]).bbox_wgs84
