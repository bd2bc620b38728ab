"""Every official sample: recognised, or refused with its reason; and the page of the documentation says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from terril.pipeline.importing import ImportDesk
from tests.support.samples import PAGE, page


@pytest.mark.reference_data
@pytest.mark.thorough
def test_the_page_is_what_becomes_of_the_samples(reference_data: Path, desk: ImportDesk) -> None:
    assert page(reference_data / "echantillons", desk) == PAGE.read_text(encoding="utf-8"), (
        "run: python -m tests.support.samples"
    )
