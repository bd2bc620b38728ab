// Sortable tables: `table[data-sort]`, headings become real buttons.

import { NBSP } from "./french";
import { say } from "./live";
import { cellKey, type Direction, nextDirection, sortedPositions } from "./order";

/** Give a button to each heading of the tables that are new under `root`. */
export function enhanceTables(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table[data-sort]:not([data-sortable])")) {
    const row = table.tHead?.rows[table.tHead.rows.length - 1];
    // A heading over several columns names a group: which of them to sort by would be a guess.
    if (!row || !table.tBodies[0] || [...row.cells].some((cell) => cell.colSpan > 1)) continue;
    table.dataset["sortable"] = "";
    [...row.cells].forEach((heading, column) => addButton(table, heading, column));
  }
}

function addButton(table: HTMLTableElement, heading: HTMLTableCellElement, column: number): void {
  if ("nosort" in heading.dataset || !heading.textContent?.trim()) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...heading.childNodes);
  heading.append(button);
  button.addEventListener("click", () => sortBy(table, heading, column));
}

function sortBy(table: HTMLTableElement, heading: HTMLTableCellElement, column: number): void {
  const body = table.tBodies[0];
  if (!body) return;
  const rows = [...body.rows].filter((row) => !("fixed" in row.dataset));
  const fixed = [...body.rows].filter((row) => "fixed" in row.dataset);
  const numeric = heading.classList.contains("figure") || isNumeric(rows, column);
  const direction = nextDirection(heading.getAttribute("aria-sort"), numeric);
  const keys = rows.map((row) => {
    const cell = row.cells[column];
    return cellKey(cell?.getAttribute("data-value") ?? null, cell?.textContent ?? "", numeric);
  });
  const sorted = sortedPositions(keys, direction).flatMap((position) => rows[position] ?? []);
  body.append(...sorted, ...fixed);
  for (const other of heading.parentElement?.children ?? []) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", direction);
  say(`Tableau trié${NBSP}: ${heading.textContent?.trim()}, ${words(direction)}.`);
}

function isNumeric(rows: readonly HTMLTableRowElement[], column: number): boolean {
  return rows.some((row) => {
    const value = row.cells[column]?.getAttribute("data-value");
    return value !== null && value !== undefined && value !== "" && Number.isFinite(Number(value));
  });
}

function words(direction: Direction): string {
  return direction === "ascending" ? "ordre croissant" : "ordre décroissant";
}
