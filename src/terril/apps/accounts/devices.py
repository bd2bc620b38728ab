"""What a person calls the device of a session: no more than they need to know theirs."""

from __future__ import annotations

#: In the order in which browsers hide behind each other's names.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(browser: str) -> str:
    """« Firefox, Linux » for the header ``User-Agent``; the header itself is not kept."""
    found = [next((name for mark, name in known if mark in browser), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found)) or "navigateur inconnu"
