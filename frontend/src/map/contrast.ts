// Contrast of two colours (WCAG 2.1, 1.4.3). No DOM here: tested with Node alone.

/** Relative luminance of `#rgb` or `#rrggbb`, 0 to 1; NaN for another writing. */
export function luminance(colour: string): number {
  const digits = colour.trim().replace(/^#([\da-f])([\da-f])([\da-f])$/i, "#$1$1$2$2$3$3");
  const [red = NaN, green = NaN, blue = NaN] = [1, 3, 5].map((at) => {
    const level = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio, 1 to 21. */
export function contrast(left: string, right: string): number {
  const [darker = NaN, lighter = NaN] = [luminance(left), luminance(right)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}
