"""Base of every declared object: frozen, and no unknown key."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints


class Spec(BaseModel):
    """A declaration read from a pack. Unknown keys are errors, instances never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)


def _as_text(value: object) -> object:
    # YAML reads 2021 as a number and 2025-01-15 as a date where a text is meant.
    return value if value is None or isinstance(value, str | list | tuple | dict) else str(value)


#: ``theme/slug`` or ``producer/dataset``: lower-case ASCII, digits and underscores.
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")]
#: A single name: column, measure, input, perimeter.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
#: A text that YAML may have read as a number or a date.
Text = Annotated[str, BeforeValidator(_as_text)]


class Reference(Spec):
    """A document one can go back to."""

    title: str
    url: str | None = None
    page: int | None = None
