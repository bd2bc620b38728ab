"""A release: observations built together, and what they stand on."""

from __future__ import annotations

from pydantic import Field

from terril.core.spec import Spec

#: The two audiences. ``public`` is protected, ``restricted`` raw.
ROOTS = ("public", "restricted")


class Use(Spec):
    """What one input reads for one observation period; ``value`` is that of a parameter."""

    input: str
    period: str
    source: str | None = None
    version: str | None = None
    vintage: str | None = None
    indicator: str | None = None
    parameter: str | None = None
    value: float | None = None


class StoredFile(Spec):
    """A file of a release: path under its root, SHA-256, rows."""

    path: str
    sha256: str
    rows: int


class IndicatorRelease(Spec):
    """An indicator as released.

    ``periods`` gives, for each observation period, the sources read; ``dropped`` the periods that are not computed
    though they could seem to be, and why; ``files`` one file a root.
    """

    id: str
    data: str
    metadata: str
    components: dict[str, str]
    periods: dict[str, tuple[Use, ...]]
    dropped: dict[str, str] = Field(default_factory=dict)
    files: dict[str, StoredFile]


class SourceRelease(Spec):
    """A source as used by a release: which version, from which file.

    ``note`` says what decisions made of it, in French: « 1 valeur corrigée ».
    """

    id: str
    version: str
    vintage: str
    producer: str
    licence: str
    label: str
    files: tuple[str, ...]
    retrieved_at: str
    cog: tuple[int, ...] = ()
    note: str = ""

    def vintage_of(self, period: str) -> str:
        """Vintage of the data of one period: a source of several years writes « recensement {period} »."""
        return self.vintage.replace("{period}", period)


class Manifest(Spec):
    """What a release holds."""

    id: str
    created_at: str
    previous: str | None
    engine: str
    vintage: int
    tables: dict[str, str]
    sources: dict[str, SourceRelease]
    indicators: dict[str, IndicatorRelease]
    not_computable: dict[str, str]
    buckets: dict[str, dict[str, StoredFile]]


def observation_path(indicator: str) -> str:
    """Where the observations of an indicator lie under a root."""
    return f"indicators/{indicator}.parquet"


def bucket_of(level: str, code: str) -> str:
    """Name of the bucket that holds a territory."""
    if level != "commune":
        return level
    return code[:3] if code[:2] in ("97", "98") else code[:2]
