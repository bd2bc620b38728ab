// What the server says of each territory of a map. No DOM here: tested with Node alone.

export type Level = "commune" | "epci" | "department" | "region";
const LEVELS: readonly string[] = ["commune", "epci", "department", "region"];

/** Class of a territory (−1: no value) and its value in words. */
export type Item = readonly [number, string];

/** Values of one level. */
export interface Layer {
  readonly level: Level;
  readonly items: Readonly<Record<string, Item>>;
  /** Only what is not plain: "secret", "estimated"… */
  readonly statuses: Readonly<Record<string, string>>;
}

/** `valeurs.json`. */
export interface Values extends Layer {
  readonly label: string;
  /** Labels of the classes, lowest first. */
  readonly labels: readonly string[];
  readonly ramp: readonly string[];
  /** Ramp on a dark page; the same as `ramp` where the server gives none. */
  readonly rampDark: readonly string[];
  /** West, south, east, north, in degrees. */
  readonly bbox: readonly [number, number, number, number];
  /** Values of a wider level, in the same classes, for the zooms where communes are too small to be drawn. */
  readonly below: Layer | null;
}

/** Whether tiles exist for a level. */
export function isLevel(value: unknown): value is Level {
  return typeof value === "string" && LEVELS.includes(value);
}

/**
 * Read `valeurs.json`.
 *
 * @throws Error when it is not what a map needs; the page then keeps its static map.
 */
export function readValues(json: unknown): Values {
  const raw = record(json, "values");
  const ramp = texts(raw["ramp"], "ramp");
  return {
    ...readLayer(raw),
    label: typeof raw["label"] === "string" ? raw["label"] : "",
    labels: texts(raw["labels"], "labels"),
    ramp,
    rampDark: Array.isArray(raw["ramp_dark"]) ? texts(raw["ramp_dark"], "ramp_dark") : ramp,
    bbox: readBox(raw["bbox"]),
    below: raw["below"] ? readLayer(record(raw["below"], "below")) : null,
  };
}

function readLayer(raw: Record<string, unknown>): Layer {
  const level = raw["level"];
  if (!isLevel(level)) throw new Error(`no tiles for level ${String(level)}`);
  const items: Record<string, Item> = {};
  for (const [code, item] of Object.entries(record(raw["items"], "items"))) {
    if (!Array.isArray(item) || typeof item[0] !== "number") throw new Error(`item ${code}`);
    items[code] = [item[0], String(item[1] ?? "")];
  }
  const statuses = raw["statuses"] ? record(raw["statuses"], "statuses") : {};
  return { level, items, statuses: statuses as Record<string, string> };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`no ${name}`);
  return value as Record<string, unknown>;
}

function texts(value: unknown, name: string): string[] {
  if (!Array.isArray(value) || !value.every((text) => typeof text === "string")) throw new Error(`no ${name}`);
  return value;
}

function readBox(value: unknown): [number, number, number, number] {
  const numbers = Array.isArray(value) ? value.map(Number) : [];
  const [west, south, east, north] = numbers;
  if (west === undefined || south === undefined || east === undefined || north === undefined) {
    throw new Error("no bbox");
  }
  if (!numbers.every(Number.isFinite) || west > east || south > north) throw new Error("impossible bbox");
  return [west, south, east, north];
}

/** Codes of the territories hidden by statistical secrecy. */
export function secretCodes(layer: Layer): string[] {
  return Object.keys(layer.items).filter((code) => layer.statuses[code] === "secret");
}

/** Code of a territory key, when it is of the level given: `codeAt("commune:62119", "commune")`. */
export function codeAt(key: string, level: Level): string {
  const [ofLevel, code = ""] = key.split(":", 2);
  return ofLevel === level ? code : "";
}
