"""What a pack may declare of quality, and what it may not."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from terril.core.quality.spec import IndicatorCheck, SourceCheck, Total

SOURCE: TypeAdapter = TypeAdapter(SourceCheck)
INDICATOR: TypeAdapter = TypeAdapter(IndicatorCheck)


def test_each_kind_has_a_severity_of_its_own() -> None:
    given = {
        "bounds": {"column": "m", "max": 1}, "conservation": {"column": "m", "parent": "epci", "child": "commune"},
        "agreement": {"column": "m", "source": "a/b", "source_column": "n"}, "continuity": {"column": "m"},
        "rows": {}, "spacing": {}, "geometry": {},
    }  # fmt: skip
    found = {kind: SOURCE.validate_python({"kind": kind, **options}).severity for kind, options in given.items()}
    assert found == {
        "bounds": "error", "conservation": "error", "agreement": "warning", "continuity": "warning",
        "rows": "error", "spacing": "warning", "geometry": "warning",
    }  # fmt: skip
    assert INDICATOR.validate_python({"kind": "small_population", "below": 100}).severity == "info"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"kind": "bounds"}, "« min » ou « max »"),
        ({"kind": "bounds", "min": 2, "max": 1}, "« min » dépasse « max »"),
        ({"kind": "agreement"}, "« indicator » ou à une « source »"),
        ({"kind": "agreement", "source": "a/b", "indicator": "a/b"}, "« indicator » ou à une « source »"),
        ({"kind": "agreement", "source": "a/b"}, "vont ensemble"),
        ({"kind": "conservation", "parent": "epci", "child": "commune", "source": "a/b"}, "vont ensemble"),
        ({"kind": "rows", "lost": 0}, "greater than 0"),
        ({"kind": "rows", "lost": 1.5}, "less than or equal to 1"),
        ({"kind": "continuity", "jump": -1}, "greater than 0"),
        ({"kind": "magie"}, "magie"),
        ({"max": 1}, "kind"),
        ({"kind": "bounds", "max": 1, "severity": "fatal"}, "severity|literal"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        SOURCE.validate_python(given)


def test_a_total_is_of_columns_or_of_a_dimension() -> None:
    assert Total(total="t", parts=("a", "b")).tolerance == 0
    assert Total(total="ensemble", dimension="age").parts == ()
    with pytest.raises(ValidationError, match="« parts », ou la « dimension »"):
        Total(total="t")
    with pytest.raises(ValidationError, match="n'est pas l'une de ses parties"):
        Total(total="t", parts=("t", "a"))
    with pytest.raises(ValidationError, match="ne va qu'avec « dimension »"):
        Total(total="t", parts=("a",), measures=("b",))
    with pytest.raises(ValidationError):
        Total(total="t", parts=("a",), tolerance=-1)
