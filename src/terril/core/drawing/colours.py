"""Arithmetic of colours: what the palettes are built with and tested by.

Sources: OKLab, Björn Ottosson, « A perceptual color space for image processing » (2020); relative luminance and
contrast, WCAG 2.1 §1.4.3.
"""

from __future__ import annotations

import math
from typing import TypeAlias

Triple: TypeAlias = tuple[float, float, float]

_WHITE_TEXT, _BLACK_TEXT = "#ffffff", "#000000"


def channels(colour: str) -> Triple:
    """Red, green and blue of ``#rrggbb``, each in 0…1, gamma-encoded."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


def hexadecimal(rgb: Triple) -> str:
    """``#rrggbb`` of gamma-encoded channels, clipped to 0…1."""
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, c))):02x}" for c in rgb)


def linear(rgb: Triple) -> Triple:
    """Linear light of gamma-encoded channels."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return red, green, blue


def encoded(rgb: Triple) -> Triple:
    """Gamma-encoded channels of linear light (negative light is left as is, for the gamut test)."""
    red, green, blue = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in rgb)
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) … 1 (white)."""
    red, green, blue = linear(channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio, 1 … 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable_on(background: str) -> str:
    """White or black, whichever reads better on ``background``: one of the two is always over 4.5:1."""
    return max((_WHITE_TEXT, _BLACK_TEXT), key=lambda text: contrast(text, background))


def oklab(rgb: Triple) -> Triple:
    """OKLab lightness, a and b of *linear* light."""
    red, green, blue = rgb
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def lightness(colour: str) -> float:
    """OKLab lightness, 0 … 1: what the eye ranks."""
    return oklab(linear(channels(colour)))[0]


def from_lch(light: float, chroma: float, hue: float) -> str:
    """``#rrggbb`` of an OKLCH colour (hue in degrees); chroma is lowered until a screen can show it."""
    for step in range(40):
        rgb = _from_oklab(light, chroma * (1 - step / 40), hue)
        if all(-0.0005 <= c <= 1.0005 for c in rgb):
            return hexadecimal(rgb)
    return hexadecimal(_from_oklab(light, 0.0, hue))


def _from_oklab(light: float, chroma: float, hue: float) -> Triple:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return encoded(
        (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )
    )
