"""The classes and colours of a map as QGIS (QML) and other programs (SLD 1.1, OGC 05-078r4) read them.

What has no value is drawn as on the map of the portal: hatched when secret, grey when missing, paper when the
indicator does not apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from terril.core.drawing.classes import Classes
from terril.core.drawing.model import Frame
from terril.core.drawing.palettes import LIGHT, PAPER, palette
from terril.core.status import LABELS, Status
from terril.protocols.exports.extract import clean

_SE, _OGC = "http://www.opengis.net/se", "http://www.opengis.net/ogc"
_SLD = "http://www.opengis.net/sld"
_ABSENT = {
    Status.SECRET: (LIGHT["secret"], "b_diagonal"),
    Status.MISSING: (LIGHT["grid"], "solid"),
    Status.NOT_APPLICABLE: (PAPER, "solid"),
}
_OUTLINE, _WIDTH = PAPER, "0.1"
#: Bounds of a class: from, up to; None is open.
Bounds = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is drawn one way: by its value, or by the reason of its absence."""

    label: str
    colour: str
    pattern: str = "solid"
    bounds: Bounds | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """A map by classes.

    Parameters
    ----------
    name : in the list of styles.
    value, status : columns of the figure and of its status.
    rules : in the order of the legend.
    decimals : values are compared as they are read, rounded so; None compares them whole.
    """

    name: str
    value: str
    status: str
    rules: tuple[Rule, ...]
    decimals: int | None = None

    def qml(self) -> str:
        """The style of QGIS 3."""
        root = Xml.Element("qgis", version="3.22.0", styleCategories="Symbology", hasScaleBasedVisibilityFlag="0")
        renderer = Xml.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0",
                                  forceraster="0")  # fmt: skip
        rules = Xml.SubElement(renderer, "rules", key=_key(0))
        symbols = Xml.SubElement(renderer, "symbols")
        for rank, rule in enumerate(self.rules):
            Xml.SubElement(rules, "rule", key=_key(rank + 1), symbol=str(rank), label=clean(rule.label),
                           filter=self._expression(rule))  # fmt: skip
            _symbol(symbols, rank, rule)
        for name, text in (
            ("blendMode", "0"),
            ("featureBlendMode", "0"),
            ("layerOpacity", "1"),
            ("layerGeometryType", "2"),
        ):
            Xml.SubElement(root, name).text = text
        head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        return head + Xml.tostring(root, encoding="unicode")

    def sld(self) -> str:
        """The style as any OGC program reads it."""
        root = Xml.Element(f"{{{_SLD}}}StyledLayerDescriptor", version="1.1.0")
        layer = Xml.SubElement(root, f"{{{_SLD}}}NamedLayer")
        Xml.SubElement(layer, f"{{{_SE}}}Name").text = clean(self.name)
        user = Xml.SubElement(layer, f"{{{_SLD}}}UserStyle")
        Xml.SubElement(user, f"{{{_SE}}}Name").text = clean(self.name)
        kind = Xml.SubElement(user, f"{{{_SE}}}FeatureTypeStyle")
        for rule in self.rules:
            found = Xml.SubElement(kind, f"{{{_SE}}}Rule")
            Xml.SubElement(found, f"{{{_SE}}}Name").text = clean(rule.label)
            self._condition(Xml.SubElement(found, f"{{{_OGC}}}Filter"), rule)
            _polygon(found, rule)
        return Xml.tostring(root, encoding="unicode")

    def _expression(self, rule: Rule) -> str:
        if rule.status is not None:
            known = f"{_name(self.status)} = '{rule.status.word}'"
            return f"{known} OR {_name(self.status)} IS NULL" if rule.status is Status.MISSING else known
        value = _name(self.value) if self.decimals is None else f"round({_name(self.value)}, {self.decimals})"
        low, high = rule.bounds or (None, None)
        parts = [f"{_name(self.value)} IS NOT NULL"]
        parts += [f"{value} >= {low!r}"] if low is not None else []
        parts += [f"{value} < {high!r}"] if high is not None else []
        return " AND ".join(parts)

    def _condition(self, parent: Xml.Element, rule: Rule) -> None:
        if rule.status is not None:
            _compared(parent, "PropertyIsEqualTo", self.status, rule.status.word)
            return
        low, high = rule.bounds or (None, None)
        # Values are whole here: half of the last decimal is what rounding would add.
        half = 0.0 if self.decimals is None else 0.5 * 10.0**-self.decimals
        inner = Xml.SubElement(parent, f"{{{_OGC}}}And")
        no = Xml.SubElement(inner, f"{{{_OGC}}}Not")
        Xml.SubElement(Xml.SubElement(no, f"{{{_OGC}}}PropertyIsNull"), f"{{{_OGC}}}PropertyName").text = self.value
        for name, bound in (("PropertyIsGreaterThanOrEqualTo", low), ("PropertyIsLessThan", high)):
            if bound is not None:
                _compared(inner, name, self.value, repr(bound - half))
        if low is None and high is None:
            # « And » wants two conditions.
            _compared(inner, "PropertyIsNotEqualTo", self.status, Status.SECRET.word)


def choropleth(classes: Classes, frame: Frame, *, value: str = "valeur", status: str = "statut") -> Style:
    """The style of a map of the portal: same classes, same colours, same words.

    Parameters
    ----------
    classes, frame : those of the map.
    value, status : columns of the layer.
    """
    colours = palette(frame.palette).ramp(len(classes)) if len(classes) else ()
    inner = list(classes.bounds[1:-1])
    bounds: list[Bounds] = list(zip([None, *inner], [*inner, None], strict=True)) if len(classes) else []
    unit = f" ({frame.unit})" if frame.unit else ""
    rules = [
        Rule(f"{label}{unit}" if not rank else label, colour, bounds=limits)
        for rank, (label, colour, limits) in enumerate(zip(classes.labels(frame), colours, bounds, strict=True))
    ]
    rules += [Rule(LABELS[s], colour, pattern, status=s) for s, (colour, pattern) in _ABSENT.items()]
    return Style("Terril", value, status, tuple(rules), classes.decimals)


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _key(rank: int) -> str:
    return f"{{00000000-0000-4000-8000-{rank:012d}}}"


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _symbol(parent: Xml.Element, rank: int, rule: Rule) -> None:
    symbol = Xml.SubElement(parent, "symbol", type="fill", name=str(rank), alpha="1", clip_to_extent="1", force_rhr="0")
    fill = Xml.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    options = Xml.SubElement(fill, "Option", type="Map")
    for name, value in _options(rule):
        Xml.SubElement(options, "Option", type="QString", name=name, value=value)
        # QGIS before 3.26 reads these.
        Xml.SubElement(fill, "prop", k=name, v=value)


def _options(rule: Rule) -> Iterator[tuple[str, str]]:
    yield "color", _rgb(rule.colour)
    yield "style", rule.pattern
    yield "outline_color", _rgb(_OUTLINE if rule.pattern == "solid" else rule.colour)
    yield "outline_style", "solid"
    yield "outline_width", _WIDTH
    yield "outline_width_unit", "MM"


def _polygon(parent: Xml.Element, rule: Rule) -> None:
    drawn = Xml.SubElement(parent, f"{{{_SE}}}PolygonSymbolizer")
    fill = Xml.SubElement(drawn, f"{{{_SE}}}Fill")
    Xml.SubElement(fill, f"{{{_SE}}}SvgParameter", name="fill").text = rule.colour
    stroke = Xml.SubElement(drawn, f"{{{_SE}}}Stroke")
    Xml.SubElement(stroke, f"{{{_SE}}}SvgParameter", name="stroke").text = _OUTLINE
    Xml.SubElement(stroke, f"{{{_SE}}}SvgParameter", name="stroke-width").text = "0.4"


def _compared(parent: Xml.Element, operator: str, column: str, value: str) -> None:
    node = Xml.SubElement(parent, f"{{{_OGC}}}{operator}")
    Xml.SubElement(node, f"{{{_OGC}}}PropertyName").text = column
    Xml.SubElement(node, f"{{{_OGC}}}Literal").text = value


for _prefix, _address in (("sld", _SLD), ("se", _SE), ("ogc", _OGC)):
    Xml.register_namespace(_prefix, _address)
