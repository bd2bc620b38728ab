"""The real tables, if built."""

from __future__ import annotations
