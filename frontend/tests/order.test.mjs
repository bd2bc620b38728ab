import assert from "node:assert/strict";
import test from "node:test";
import { compareText, counted, readNumber } from "../src/french";
import { cellKey, nextDirection, sortedPositions } from "../src/order";

test("numbers are read as French pages write them", () => {
  const cases = [
    ["24\u202f895", 24895],
    ["24 895\u00a0habitants", 24895],
    ["\u22123,2\u00a0%", -3.2],
    ["+0,5", 0.5],
    ["12e sur 100", 12],
    ["0", 0],
    ["n.d.", null],
    ["secret statistique", null],
    ["", null],
  ];
  for (const [text, expected] of cases) assert.equal(readNumber(text), expected, text);
});

test("words are ordered as in a French dictionary", () => {
  const names = ["Évin-Malmaison", "Zutkerque", "écoust", "Lot 10", "Lot 2", "Arras"];
  assert.deepEqual([...names].sort(compareText), ["Arras", "écoust", "Évin-Malmaison", "Lot 2", "Lot 10", "Zutkerque"]);
});

test("zero is singular in French", () => {
  assert.equal(counted(0, "suggestion", "suggestions"), "0\u00a0suggestion");
  assert.equal(counted(2, "suggestion", "suggestions"), "2\u00a0suggestions");
});

test("data-value prevails on the text, and an empty one is no value", () => {
  assert.equal(cellKey("25224", "25\u202f224 habitants", true), 25224);
  assert.equal(cellKey("", "secret statistique", true), null);
  assert.equal(cellKey("24\u202f895", "24\u202f895", true), 24895);
  assert.equal(cellKey("n.d.", "n.d.", true), null);
  assert.equal(cellKey("2021-03", "mars 2021", false), "2021-03");
  assert.equal(cellKey(null, " 3,5\u00a0% ", true), 3.5);
  assert.equal(cellKey(null, " Lens ", false), "Lens");
  assert.equal(cellKey(null, "  ", false), null);
});

test("rows without a value stay last in both directions, and equal rows keep their order", () => {
  const keys = [3, null, 10, 3, null, -1];
  assert.deepEqual(sortedPositions(keys, "ascending"), [5, 0, 3, 2, 1, 4]);
  assert.deepEqual(sortedPositions(keys, "descending"), [2, 0, 3, 5, 1, 4]);
});

test("a heading first asks for the largest number, or for A to Z, then for the contrary", () => {
  assert.equal(nextDirection(null, true), "descending");
  assert.equal(nextDirection(null, false), "ascending");
  assert.equal(nextDirection("descending", true), "ascending");
  assert.equal(nextDirection("ascending", false), "descending");
});
