// Colours of the page, as the map needs them: MapLibre draws on a canvas and does not read style sheets.

export interface Theme {
  readonly dark: boolean;
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly band: string;
  /** A territory without a value: grey, outside every ramp. */
  readonly missing: string;
}

const LIGHT: Theme = {
  dark: false,
  paper: "#fbfaf7",
  ink: "#1d2a2e",
  muted: "#55646a",
  line: "#d9d6cd",
  band: "#f2efe8",
  missing: "#c9c8c4",
};
const DARK_MISSING = "#4b5355";

/** Read the custom properties in force on an element. */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const read = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  const dark = isDark();
  return {
    dark,
    paper: read("--paper", LIGHT.paper),
    ink: read("--ink", LIGHT.ink),
    muted: read("--muted", LIGHT.muted),
    line: read("--line", LIGHT.line),
    band: read("--band", LIGHT.band),
    missing: read("--missing", dark ? DARK_MISSING : LIGHT.missing),
  };
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["scheme"];
  return chosen ? chosen === "dark" : darkDevice().matches;
}

function darkDevice(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}

/** Call back when the scheme changes, by choice or by the device. The function returned stops that. */
export function onTheme(changed: () => void): () => void {
  const device = darkDevice();
  device.addEventListener("change", changed);
  document.addEventListener("terril:scheme", changed);
  return () => {
    device.removeEventListener("change", changed);
    document.removeEventListener("terril:scheme", changed);
  };
}

const TILE = 12;

/** Hatching of secret territories: ink lines over paper, a seamless tile. */
export function hatch(theme: Theme): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = TILE;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, TILE, TILE);
  context.strokeStyle = theme.muted;
  context.lineWidth = 2;
  context.beginPath();
  for (const shift of [-TILE, 0, TILE]) {
    context.moveTo(shift - 2, TILE + 2);
    context.lineTo(shift + TILE + 2, -2);
  }
  context.stroke();
  return context.getImageData(0, 0, TILE, TILE);
}
