"""Values in scope as the interactive map reads them."""

from __future__ import annotations

from typing import Any

from terril.core.drawing.palettes import PALETTES
from terril.core.status import Status
from terril.core.territories.model import TerritoryKey
from terril.web.components.figures import said, sliced, unit_label
from terril.web.components.maps import outlines
from terril.web.pages.indicators.reading import Reading


def values_of(reading: Reading) -> dict[str, Any]:
    """Class and text of each territory, with the classes and the extent of the map."""
    selection, classes = reading.selection, reading.classes
    slice_ = reading.slice
    places = classes.place(slice_.values).tolist()
    items, statuses = {}, {}
    for code, class_ in zip(slice_.codes, places, strict=True):
        value, status = slice_.value(code)
        shown = sliced(reading.indicator, value, status, TerritoryKey(selection.level, code), selection.period)
        text = f"{shown.full}, {shown.note}" if shown.note and not shown.absent else (shown.note or shown.full)
        items[code] = [class_, text]
        if status != Status.OK:
            statuses[code] = status.word
    frame = reading.frame(reading.title, "", "valeurs")
    count = len(classes)
    return {
        "level": str(selection.level),
        "period": selection.period,
        "label": said(reading.indicator.label),
        "unit": unit_label(reading.indicator.unit),
        "method": classes.explanation,
        "bounds": list(classes.bounds),
        "labels": list(classes.labels(frame)),
        "ramp": list(PALETTES[frame.palette].ramp(count)) if count else [],
        "ramp_dark": list(PALETTES[frame.palette].ramp_dark(count)) if count else [],
        "bbox": list(outlines().drawn(selection.level, selection.codes).bbox_wgs84),
        "items": items,
        "statuses": statuses,
    }
