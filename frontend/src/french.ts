// French writing, read and produced in the browser. No DOM here: tested with Node alone.

export const NBSP = "\u00a0";
export const NNBSP = "\u202f";

const collator = new Intl.Collator("fr", { numeric: true, sensitivity: "base" });

/** Alphabetical order as a French dictionary has it: accents and case aside, « 2 » before « 10 ». */
export function compareText(left: string, right: string): number {
  return collator.compare(left, right);
}

/**
 * The number a cell shows (« 24 895 », « −3,2 % », « 12e »), or null when it shows none (« n.d. », « secret »).
 */
export function readNumber(text: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(/[\u2212\u2013]/g, "-").replace(",", ".");
  const found = /^[+-]?\d+(?:\.\d+)?/.exec(plain);
  return found ? Number(found[0]) : null;
}

/** « 1 suggestion », « 3 suggestions »; French counts 0 as singular. */
export function counted(count: number, singular: string, plural: string): string {
  return `${count}${NBSP}${count < 2 ? singular : plural}`;
}
