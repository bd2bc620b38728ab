// The MapLibre style: layers of our tiles, painted by feature state. No DOM here.

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { contrast } from "./contrast";
import type { Theme } from "./theme";
import { type Layer, type Level, secretCodes, type Values } from "./values";

/** Tiles carry communes from this zoom on; below, wider territories speak for them. */
export const COMMUNE_ZOOM = 7;
const NAME_ZOOM = 9;
export const TILES = "terril";
export const HATCH = "hatch";
export const FILL = "fill";
export const FILL_BELOW = "fill-below";
const OVER_BASEMAP = 0.65;
const EDGE_WIDTH: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 7, 0.35, 10, 0.9];
const CLEAR = "rgba(0,0,0,0)";

const BASEMAP = "ign";
const IGN =
  "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2" +
  "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}";

export interface Drawing {
  readonly values: Values;
  readonly theme: Theme;
  /** Address template of the tiles, absolute. */
  readonly tiles: string;
  readonly basemap: boolean;
  /** Code of the territory chosen, "" when there is none. */
  readonly selected: string;
}

/** Source of the tiles, as feature states name it. */
export function target(level: Level, id: string): { source: string; sourceLayer: string; id: string } {
  return { source: TILES, sourceLayer: level, id };
}

/** Whether an error comes from the optional base map. */
export function isBasemap(source: unknown): boolean {
  return source === BASEMAP;
}

/** The whole style; a change of colours or values is a new style that MapLibre compares with the old one. */
export function buildStyle(drawing: Drawing): StyleSpecification {
  const { values, theme, basemap } = drawing;
  const level = values.level;
  return {
    version: 8,
    sources: {
      [TILES]: {
        type: "vector",
        tiles: [drawing.tiles],
        minzoom: 3,
        maxzoom: 10,
        promoteId: { commune: "code", epci: "code", department: "code", region: "code" },
      },
      ...(basemap ? { [BASEMAP]: { type: "raster", tiles: [IGN], tileSize: 256, minzoom: 3, maxzoom: 18 } } : {}),
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": theme.paper } },
      ...(basemap
        ? [{ id: BASEMAP, type: "raster", source: BASEMAP } satisfies LayerSpecification]
        : [fill("land", "department", theme.band)]),
      ...(values.below ? territories(FILL_BELOW, values.below, drawing, { maxzoom: COMMUNE_ZOOM }) : []),
      ...territories(FILL, values, drawing, {}),
      ...borders(level, theme),
      veil(level, theme),
      // Ink within paper: seen on any class, light or dark.
      outline("marked-casing", level, theme.paper, markedWidth(6, 4)),
      outline("marked", level, theme.ink, markedWidth(3, 2)),
      ...(level === "commune" ? names(drawing) : []),
    ],
  };
}

type Varying<T> = T | ExpressionSpecification;

function fill(id: string, layer: Level, colour: Varying<string>, opacity: Varying<number> = 1): LayerSpecification {
  const paint = { "fill-color": colour, "fill-opacity": opacity, "fill-antialias": false };
  return { id, type: "fill", source: TILES, "source-layer": layer, paint };
}

function outline(
  id: string,
  layer: Level,
  colour: Varying<string>,
  width: Varying<number>,
  opacity = 1,
): LayerSpecification {
  return {
    id,
    type: "line",
    source: TILES,
    "source-layer": layer,
    layout: { "line-join": "round" },
    paint: { "line-color": colour, "line-width": width, "line-opacity": opacity },
  };
}

/** Territories coloured by class, hatched where secret, with their thin borders. */
function territories(id: string, layer: Layer, drawing: Drawing, zooms: { maxzoom?: number }): LayerSpecification[] {
  const { theme, basemap, values } = drawing;
  const opacity = basemap ? OVER_BASEMAP : 1;
  const ramp = theme.dark ? values.rampDark : values.ramp;
  const hatched: LayerSpecification = {
    id: `${id}-secret`,
    type: "fill",
    source: TILES,
    "source-layer": layer.level,
    filter: ["in", ["get", "code"], ["literal", secretCodes(layer)]],
    paint: { "fill-pattern": HATCH, "fill-opacity": opacity },
  };
  const edge: ExpressionSpecification = ["case", hasState("class"), theme.paper, theme.line];
  return [
    { ...fill(id, layer.level, classColour(ramp, theme.missing, CLEAR), opacity), ...zooms },
    { ...hatched, ...zooms },
    { ...outline(`${id}-edges`, layer.level, edge, EDGE_WIDTH), ...zooms },
  ] as LayerSpecification[];
}

/** Colour of the feature state « class »; territories outside the perimeter have none. */
export function classColour(ramp: readonly string[], missing: string, outside: string): ExpressionSpecification {
  const state: ExpressionSpecification = ["coalesce", ["feature-state", "class"], -2];
  const pairs = ramp.flatMap((colour, position) => [position, colour]);
  return ["match", state, -1, missing, ...pairs, outside] as unknown as ExpressionSpecification;
}

function hasState(name: string): ExpressionSpecification {
  return ["!=", ["feature-state", name], null];
}

/** Width of what outlines the chosen territory, and the one under the pointer. */
function markedWidth(selected: number, hovered: number): ExpressionSpecification {
  const is = (name: string): ExpressionSpecification => ["boolean", ["feature-state", name], false];
  return ["case", is("selected"), selected, is("hovered"), hovered, 0];
}

/** Borders of the wider territories over the coloured ones. */
function borders(level: Level, theme: Theme): LayerSpecification[] {
  const widths: [Level, number][] = [
    ["epci", 1.1],
    ["department", 1.8],
    ["region", 2.2],
  ];
  const wider = { commune: 0, epci: 1, department: 2, region: 3 }[level];
  return widths
    .slice(wider, wider + 2)
    .map(([layer, width]) => outline(`${layer}-borders`, layer, theme.ink, thinner(width), 0.55));
}

/** Borders crowd at small scales. */
function thinner(width: number): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], 5, width / 3, 8, width];
}

/** What lies outside the perimeter recedes, borders included. */
function veil(level: Level, theme: Theme): LayerSpecification {
  const opacity: ExpressionSpecification = ["case", hasState("class"), 0, 0.6];
  return fill("veil", level, theme.band, opacity);
}

/** Names of communes, in the font of the page, where there is room: the larger first. */
function names(drawing: Drawing): LayerSpecification[] {
  const layout = {
    "text-field": ["get", "name"] as ExpressionSpecification,
    // A name with a digit of its own must be quoted, as in a style sheet.
    "text-font": ["'Source Sans 3'", "'Segoe UI'", "'Noto Sans'", "sans-serif"],
    "text-size": 12,
    "text-max-width": 7,
    "text-padding": 6,
    "symbol-sort-key": ["-", ["coalesce", ["get", "population"], 0]] as ExpressionSpecification,
  };
  const common = { type: "symbol", source: TILES, "source-layer": "commune", minzoom: NAME_ZOOM } as const;
  const paint = namePaint(drawing);
  return [
    { ...common, id: "names", filter: ["!=", ["get", "code"], drawing.selected], layout, paint },
    // Placed first, being above: the chosen territory always has its name.
    {
      ...common,
      id: "name-selected",
      filter: ["==", ["get", "code"], drawing.selected],
      layout: { ...layout, "text-size": 14 },
      paint,
    },
  ];
}

/** Ink or paper, whichever reads on the colour of the territory; the halo is that colour, and only cuts the borders. */
function namePaint({ values, theme, basemap }: Drawing): { [name: string]: unknown } {
  const ramp = theme.dark ? values.rampDark : values.ramp;
  if (basemap) return { "text-color": theme.ink, "text-halo-color": theme.paper, "text-halo-width": 1.6 };
  const light = theme.dark ? theme.ink : theme.paper;
  const dark = theme.dark ? theme.paper : theme.ink;
  const readable = (on: string): string => (contrast(on, dark) >= contrast(on, light) ? dark : light);
  const over = ramp.map(readable);
  return {
    "text-color": classColour(over, readable(theme.missing), theme.muted),
    "text-halo-color": classColour(ramp, theme.missing, theme.paper),
    "text-halo-width": 1.4,
  };
}
