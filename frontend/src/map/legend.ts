// The classes in words, where the page has no legend of its own (a map too large to be drawn by the server).

import type { Theme } from "./theme";
import type { Values } from "./values";

/** A list: a swatch and a label for each class, then what has no value, when there is any. */
export function legend(values: Values, theme: Theme): HTMLElement {
  const list = document.createElement("ul");
  list.className = "map-legend";
  const ramp = theme.dark ? values.rampDark : values.ramp;
  values.labels.forEach((label, position) => list.append(line(label, ramp[position] ?? theme.missing)));
  const silent = Object.entries(values.items).filter(([, [class_]]) => class_ < 0);
  const secret = silent.filter(([code]) => values.statuses[code] === "secret");
  if (secret.length) list.append(line("secret statistique", "", "is-secret"));
  if (silent.length > secret.length) list.append(line("pas de valeur", theme.missing));
  return list;
}

function line(label: string, colour: string, className = ""): HTMLElement {
  const item = document.createElement("li");
  const swatch = document.createElement("span");
  swatch.className = `map-swatch ${className}`.trim();
  if (colour) swatch.style.backgroundColor = colour;
  item.append(swatch, label);
  return item;
}
