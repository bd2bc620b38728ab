"""What a file is, told before anything is loaded: format, writing, columns, geography, vintage."""

from __future__ import annotations

from terril.ingestion.recognition.diagnose import Known, diagnose
from terril.ingestion.recognition.model import (
    ColumnGuess,
    ColumnKind,
    Confidence,
    Diagnosis,
    Refusal,
    Remark,
    Territory,
    Told,
    Vintage,
)

__all__ = [
    "ColumnGuess", "ColumnKind", "Confidence", "Diagnosis", "Known", "Refusal", "Remark", "Territory", "Told",
    "Vintage", "diagnose",
]  # fmt: skip
