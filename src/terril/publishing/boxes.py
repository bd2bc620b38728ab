"""Boxes around territories, in degrees: what a drawn rectangle meets."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from terril.core.errors import StoreError
from terril.publishing.outlines import HINT

#: West, south, east, north, WGS 84.
Box = tuple[float, float, float, float]


class Boxes:
    """Boxes of communes, and of what they make.

    Parameters
    ----------
    folder : folder of the territory tables, where ``contours/commune.parquet`` is.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "contours" / "commune.parquet"

    def around(self, communes: Collection[str]) -> Box | None:
        """The box of some communes; None where none has a contour.

        Raises
        ------
        StoreError
            When the contours were not built or cannot be read.
        """
        places, bounds = self._communes
        found = [places[code] for code in communes if code in places]
        if not found:
            return None
        some = bounds[found]
        west, south = some[:, :2].min(axis=0).tolist()
        east, north = some[:, 2:].max(axis=0).tolist()
        return west, south, east, north

    @cached_property
    def _communes(self) -> tuple[dict[str, int], np.ndarray]:
        try:
            table = pq.read_table(self._file, columns=["code", "geometry"])
        except (OSError, pa.ArrowException) as error:
            raise StoreError(f"contours absents ou illisibles : {self._file}", hint=HINT) from error
        shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
        return {code: i for i, code in enumerate(table["code"].to_pylist())}, shapely.bounds(shapes)
