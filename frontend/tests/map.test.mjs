import assert from "node:assert/strict";
import test from "node:test";
import { contrast, luminance } from "../src/map/contrast";
import { buildStyle, classColour, COMMUNE_ZOOM } from "../src/map/style";
import { codeAt, readValues, secretCodes } from "../src/map/values";
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";

const RAMP = ["#dcebef", "#6fa9ba", "#17566a"];
const JSON_VALUES = {
  level: "commune",
  label: "Population",
  labels: ["moins de 250", "250 à 999", "1\u202f000 et plus"],
  ramp: RAMP,
  bbox: [1.5, 50, 3.2, 51],
  items: { "00001": [2, "24 habitants"], "00002": [-1, "secret statistique"], "00003": [-1, "non disponible"] },
  statuses: { "00002": "secret" },
};
const THEME = {
  dark: false,
  paper: "#fbfaf7",
  ink: "#1d2a2e",
  muted: "#55646a",
  line: "#d9d6cd",
  band: "#f2efe8",
  missing: "#c9c8c4",
};
const drawing = (more = {}) => ({
  values: readValues(JSON_VALUES),
  theme: THEME,
  tiles: "http://localhost/tuiles/{z}/{x}/{y}.mvt",
  basemap: false,
  selected: "00001",
  ...more,
});

test("values are read, secret apart from missing", () => {
  const values = readValues(JSON_VALUES);
  assert.deepEqual(values.items["00001"], [2, "24 habitants"]);
  assert.deepEqual(secretCodes(values), ["00002"]);
  assert.deepEqual(values.rampDark, RAMP);
  assert.equal(values.below, null);
});

test("what a map cannot draw is refused", () => {
  const faults = [
    null,
    [],
    { ...JSON_VALUES, level: "iris" },
    { ...JSON_VALUES, ramp: [1] },
    { ...JSON_VALUES, labels: undefined },
    { ...JSON_VALUES, bbox: [1, 2, 3] },
    { ...JSON_VALUES, bbox: [3, 50, 1, 51] },
    { ...JSON_VALUES, bbox: [1, 50, "x", 51] },
    { ...JSON_VALUES, items: { "00001": "2" } },
    { ...JSON_VALUES, below: { level: "perimeter", items: {} } },
  ];
  for (const fault of faults) assert.throws(() => readValues(fault), undefined, JSON.stringify(fault));
});

test("a key names a code at its own level only", () => {
  assert.equal(codeAt("commune:62119", "commune"), "62119");
  assert.equal(codeAt("epci:200072460", "commune"), "");
  assert.equal(codeAt("", "commune"), "");
});

test("the styles are valid for MapLibre", () => {
  const below = { level: "epci", items: { 200000000: [0, "3 habitants"] }, statuses: {} };
  const cases = [
    drawing(),
    drawing({ basemap: true }),
    drawing({ selected: "" }),
    drawing({ theme: { ...THEME, dark: true } }),
    drawing({ values: readValues({ ...JSON_VALUES, below }) }),
    ...["epci", "department", "region"].map((level) => drawing({ values: readValues({ ...JSON_VALUES, level }) })),
  ];
  for (const options of cases) {
    const style = buildStyle(options);
    assert.deepEqual(validateStyleMin(style).map((fault) => fault.message), []);
    const ids = style.layers.map((layer) => layer.id);
    assert.equal(new Set(ids).size, ids.length);
  }
});

test("the base map is drawn below everything, and only when asked for", () => {
  const without = buildStyle(drawing());
  assert.ok(!JSON.stringify(without).includes("geopf"));
  const ids = buildStyle(drawing({ basemap: true })).layers.map((layer) => layer.id);
  assert.ok(ids.indexOf("ign") === 1 && ids.indexOf("ign") < ids.indexOf("fill"));
});

test("values of the wider level stop where communes begin", () => {
  const below = { level: "epci", items: {}, statuses: {} };
  const style = buildStyle(drawing({ values: readValues({ ...JSON_VALUES, below }) }));
  const wider = style.layers.filter((layer) => layer.id.startsWith("fill-below"));
  assert.equal(wider.length, 3);
  for (const layer of wider) assert.equal(layer.maxzoom, COMMUNE_ZOOM);
});

test("each class has its colour, missing its grey, the rest another", () => {
  const expression = classColour(RAMP, "#c9c8c4", "#ffffff");
  assert.deepEqual(expression.slice(2), [-1, "#c9c8c4", 0, RAMP[0], 1, RAMP[1], 2, RAMP[2], "#ffffff"]);
});

test("contrast is that of WCAG", () => {
  assert.equal(contrast("#000", "#ffffff"), 21);
  assert.equal(contrast("#777777", "#777777"), 1);
  assert.ok(Math.abs(contrast("#767676", "#fff") - 4.54) < 0.01);
  assert.equal(luminance("#fff"), 1);
});
