// The order of table rows. No DOM here: tested with Node alone.

import { compareText, readNumber } from "./french";

export type Direction = "ascending" | "descending";

/** What a row is sorted by: a number, a text, or null where the cell has no value. */
export type Key = number | string | null;

/**
 * The key of a cell.
 *
 * `value` is its `data-value`, which prevails on the text shown: "" says that there is none (secret, missing). In a
 * column of numbers, words (« n.d. ») are no value.
 */
export function cellKey(value: string | null, text: string, numeric: boolean): Key {
  const said = (value ?? text).trim();
  if (said === "") return null;
  const number = Number(said);
  if (value !== null && Number.isFinite(number)) return number;
  return numeric ? readNumber(said) : said;
}

/**
 * Positions of the rows once sorted. Equal keys keep their order; rows without a value stay last in both directions:
 * they are neither the smallest nor the largest.
 */
export function sortedPositions(keys: readonly Key[], direction: Direction): number[] {
  const sign = direction === "ascending" ? 1 : -1;
  return keys
    .map((key, position) => ({ key, position }))
    .sort((left, right) => {
      if (left.key === null || right.key === null) {
        return Number(left.key === null) - Number(right.key === null) || left.position - right.position;
      }
      return sign * compareKeys(left.key, right.key) || left.position - right.position;
    })
    .map((row) => row.position);
}

function compareKeys(left: number | string, right: number | string): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return compareText(String(left), String(right));
}

/** The direction a click on a heading asks for: the other one, or what is usually wanted first. */
export function nextDirection(current: string | null, numeric: boolean): Direction {
  if (current === "ascending") return "descending";
  if (current === "descending") return "ascending";
  return numeric ? "descending" : "ascending";
}
