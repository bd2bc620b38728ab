"""Reads a drawing back: its texts and where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from terril.core.drawing.metrics import SIZE, width


@dataclass(frozen=True)
class Box:
    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > 0.5
            and min(self.bottom, other.bottom) - max(self.top, other.top) > 0.5
        )


@lru_cache(maxsize=2000)
def parse(svg: str) -> Element:
    return fromstring(svg)


def tag(node: Element) -> str:
    return node.tag.rsplit("}", 1)[-1]


def marks(svg: str, name: str) -> list[Element]:
    return [node for node in parse(svg).iter() if tag(node) == name]


def boxes(svg: str) -> list[Box]:
    return list(_boxes(parse(svg), 0.0))


def _boxes(node: Element, down: float):
    found = re.fullmatch(r"translate\(0 ([\d.]+)\)", node.get("transform", ""))
    down += float(found[1]) if found else 0.0
    if tag(node) == "text":
        text, size = node.text or "", float(node.get("font-size", SIZE))
        room = width(text, size, bold=node.get("font-weight") == "600")
        x, y = float(node.get("x")), float(node.get("y")) + down
        left = {"start": x, "middle": x - room / 2, "end": x - room}[node.get("text-anchor", "start")]
        yield Box(text, left, y - 0.72 * size, left + room, y + 0.2 * size)
    for child in node:
        yield from _boxes(child, down)


def collisions(svg: str) -> list[tuple[str, str]]:
    return [(a.text, b.text) for a, b in combinations(boxes(svg), 2) if a.meets(b)]
