// A live map: MapLibre over our tiles, with values joined by code.

import {
  type ErrorEvent,
  type MapGeoJSONFeature,
  type MapMouseEvent,
  Map as MapLibre,
  ScaleControl,
} from "maplibre-gl";
import { NBSP, NNBSP } from "../french";
import type { TipRequest } from "../tip";
import { Controls } from "./controls";
import { buildStyle, COMMUNE_ZOOM, FILL, FILL_BELOW, HATCH, isBasemap, target, TILES } from "./style";
import { hatch, onTheme, readTheme } from "./theme";
import { codeAt, type Layer, type Level, type Values } from "./values";

/** Room for the credits and the scale at the bottom. */
const PADDING = { top: 16, right: 16, bottom: 32, left: 16 };
const LAST_ZOOM = 14;
const FIRST_ZOOM = 3;
const NEARER = 2;
const LOCALE = {
  "Map.Title": "Carte",
  "ScaleControl.Kilometers": "km",
  "ScaleControl.Meters": "m",
  "CooperativeGesturesHandler.WindowsHelpText": `Pour zoomer${NBSP}: Ctrl + molette`,
  "CooperativeGesturesHandler.MacHelpText": `Pour zoomer${NBSP}: ⌘ + molette`,
  "CooperativeGesturesHandler.MobileHelpText": "Déplacer la carte avec deux doigts",
};
const NOTES = {
  borders:
    "À cette échelle, seuls les contours des intercommunalités et des départements sont dessinés" +
    `${NBSP}: zoomer pour voir les communes.`,
  below: `À cette échelle, les valeurs sont celles des intercommunalités${NBSP}: zoomer pour voir les communes.`,
  cut: `Une partie du territoire est hors du cadre${NBSP}: déplacer la carte pour la voir.`,
  basemap: "Le fond de plan IGN ne répond pas.",
};

/** A territory of the map, with what there is to say of it. */
export interface Picked {
  readonly level: Level;
  readonly code: string;
  readonly name: string;
  readonly text: string;
}

export interface ViewOptions {
  readonly tiles: string;
  readonly basemap: boolean;
  /** Key of the territory outlined at first: `commune:62119`. */
  readonly selected: string;
  readonly ready: () => void;
  readonly failed: (reason: unknown) => void;
  readonly picked: (territory: Picked) => void;
  readonly say: (sentence: string) => void;
}

export class MapView {
  private readonly map: MapLibre;
  private readonly controls: Controls;
  private readonly stopTheme: () => void;
  private selectedKey: string;
  private hovered = "";
  private selected = "";
  private isReady = false;
  private isStale = false;

  constructor(
    private readonly container: HTMLElement,
    private values: Values,
    private readonly options: ViewOptions,
  ) {
    this.selectedKey = options.selected;
    this.map = new MapLibre({
      container,
      style: this.style(false),
      bounds: this.bounds(),
      fitBoundsOptions: { padding: PADDING },
      minZoom: FIRST_ZOOM,
      maxZoom: LAST_ZOOM,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      // The wheel and one finger belong to the page.
      cooperativeGestures: true,
      renderWorldCopies: false,
      attributionControl: false,
      fadeDuration: 0,
      locale: LOCALE,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 90, unit: "metric" }), "bottom-right");
    this.controls = new Controls(container, {
      zoom: (step) => this.map.zoomTo(this.map.getZoom() + step, { animate: moves() }),
      frame: () => this.frame(moves()),
      basemap: options.basemap ? (on) => this.showBasemap(on) : null,
    });
    this.avoidEmptyFrame();
    this.stopTheme = onTheme(() => this.restyle());
    this.listen();
  }

  /** Other values in place of these: another period, another perimeter, other classes. */
  update(values: Values): void {
    const moved = String(values.bbox) !== String(this.values.bbox);
    if (this.isReady) {
      for (const { level } of layersOf(this.values)) this.map.removeFeatureState({ source: TILES, sourceLayer: level });
    }
    this.values = values;
    this.hovered = this.selected = "";
    this.restyle();
    if (this.isReady) this.paint();
    this.name();
    if (moved) this.frame(moves());
  }

  /** Outline a territory (`commune:62119`); a key of another level outlines nothing. */
  select(key: string): void {
    if (key !== this.selectedKey) {
      this.selectedKey = key;
      this.restyle();
    }
    if (!this.isReady) return;
    const code = codeAt(key, this.values.level);
    this.setState(this.selected, { selected: false });
    this.setState(code, { selected: true });
    this.selected = code;
  }

  destroy(): void {
    this.stopTheme();
    tip(null);
    this.map.remove();
  }

  private bounds(): [[number, number], [number, number]] {
    const [west, south, east, north] = this.values.bbox;
    return [
      [west, south],
      [east, north],
    ];
  }

  private frame(animate: boolean): void {
    this.map.fitBounds(this.bounds(), { padding: PADDING, animate });
    const zoom = this.map.cameraForBounds(this.bounds(), { padding: PADDING })?.zoom ?? LAST_ZOOM;
    if (this.isTooWide(zoom)) this.avoidEmptyFrame(zoom);
  }

  private isTooWide(zoom: number): boolean {
    return this.values.level === "commune" && !this.values.below && zoom < COMMUNE_ZOOM;
  }

  /** A frame where no commune is drawn would say nothing: part of the territory, coloured, says more. */
  private avoidEmptyFrame(zoom = this.map.getZoom()): void {
    if (!this.isTooWide(zoom)) return;
    const [west, south, east, north] = this.values.bbox;
    this.map.jumpTo({ center: [(west + east) / 2, (south + north) / 2], zoom: COMMUNE_ZOOM });
    this.controls.say(NOTES.cut);
  }

  private style(basemap: boolean): ReturnType<typeof buildStyle> {
    const theme = readTheme(this.container);
    const selected = codeAt(this.selectedKey, this.values.level);
    return buildStyle({ values: this.values, theme, tiles: this.options.tiles, basemap, selected });
  }

  /** Bring the drawing up to date; what changes before the map is ready waits for it. */
  private restyle(): void {
    this.isStale = !this.isReady;
    if (this.isStale) return;
    if (this.map.hasImage(HATCH)) this.map.updateImage(HATCH, hatch(readTheme(this.container)));
    this.map.setStyle(this.style(this.controls.isBasemapOn), { diff: true });
  }

  private listen(): void {
    const { map } = this;
    map.once("style.load", () => {
      map.addImage(HATCH, hatch(readTheme(this.container)), { pixelRatio: 2 });
      this.paint();
    });
    map.once("load", () => this.loaded());
    map.on("error", (event) => this.erred(event));
    map.on("mousemove", (event) => this.point(event));
    map.on("mouseout", () => this.unpoint());
    map.on("movestart", () => tip(null));
    map.on("zoomend", () => this.explainZoom());
    map.on("click", (event) => this.clicked(event));
    map.on("webglcontextlost", () => this.options.failed("WebGL context lost"));
    this.listenToKeys();
    this.name();
  }

  /** Tiles that are not found raise no error: a map without any territory is a failure all the same. */
  private loaded(): void {
    const layers = [FILL, FILL_BELOW].filter((id) => this.map.getLayer(id));
    if (this.map.queryRenderedFeatures({ layers }).length === 0) {
      this.options.failed("no territory in the tiles");
      return;
    }
    this.isReady = true;
    if (this.isStale) this.restyle();
    this.paint();
    this.options.ready();
  }

  private erred(event: ErrorEvent & { sourceId?: unknown }): void {
    if (isBasemap(event.sourceId)) {
      if (this.controls.isBasemapOn) this.showBasemap(false);
      this.controls.say(NOTES.basemap);
    } else if (!this.isReady) {
      this.options.failed(event.error);
    }
  }

  /** Give its class to each territory: colours follow from the style. */
  private paint(): void {
    for (const layer of layersOf(this.values)) {
      for (const [code, item] of Object.entries(layer.items)) {
        this.map.setFeatureState(target(layer.level, code), { class: item[0] });
      }
    }
    this.select(this.selectedKey);
  }

  private setState(code: string, state: Record<string, boolean>): void {
    if (code) this.map.setFeatureState(target(this.values.level, code), state);
  }

  private explainZoom(): void {
    const below = this.values.level === "commune" && this.map.getZoom() < COMMUNE_ZOOM;
    this.controls.say(below ? (this.values.below ? NOTES.below : NOTES.borders) : "");
  }

  private showBasemap(on: boolean): void {
    this.controls.say("");
    this.controls.setBasemap(on);
    this.restyle();
  }

  /** The territory under a point of the container, when it is one of those compared. */
  private at(point: { x: number; y: number }): Picked | null {
    const layers = [FILL, FILL_BELOW].filter((id) => this.map.getLayer(id));
    const features = this.map.queryRenderedFeatures([point.x, point.y], { layers });
    for (const feature of features) {
      const found = this.described(feature);
      if (found) return found;
    }
    return null;
  }

  private described(feature: MapGeoJSONFeature): Picked | null {
    const layer = layersOf(this.values).find(({ level }) => level === feature.sourceLayer);
    const code = String(feature.properties["code"] ?? "");
    const item = layer?.items[code];
    if (!layer || !item) return null;
    return { level: layer.level, code, name: String(feature.properties["name"] ?? code), text: item[1] };
  }

  private point(event: MapMouseEvent): void {
    const found = this.at(event.point);
    this.map.getCanvas().style.cursor = found ? "pointer" : "";
    this.hover(found?.level === this.values.level ? found.code : "");
    const { clientX: x, clientY: y } = event.originalEvent;
    tip(found && !this.map.isMoving() ? { text: `${found.name}\n${found.text}`, x, y } : null);
  }

  private unpoint(): void {
    this.hover("");
    tip(null);
  }

  private hover(code: string): void {
    if (code === this.hovered) return;
    this.setState(this.hovered, { hovered: false });
    this.setState(code, { hovered: true });
    this.hovered = code;
  }

  private clicked(event: MapMouseEvent): void {
    const found = this.at(event.point);
    if (!found) return;
    if (found.level === this.values.level) this.options.picked(found);
    // A wider territory stands for its communes: show them.
    else this.map.easeTo({ center: event.lngLat, zoom: COMMUNE_ZOOM + NEARER, animate: moves() });
  }

  private name(): void {
    const canvas = this.map.getCanvas();
    canvas.setAttribute("role", "application");
    canvas.setAttribute(
      "aria-label",
      `Carte${NBSP}: ${this.values.label}. Flèches pour déplacer, plus et moins pour zoomer, Entrée pour choisir le ` +
        `territoire du centre${NNBSP}; la liste qui accompagne la carte donne les mêmes valeurs.`,
    );
  }

  /** With the keyboard, a cross marks the centre: its territory is said after each move, and Enter picks it. */
  private listenToKeys(): void {
    const canvas = this.map.getCanvas();
    const centre = (): Picked | null => this.at(this.map.project(this.map.getCenter()));
    const isKeyed = (): boolean => canvas.matches(":focus-visible");
    canvas.addEventListener("focus", () => this.container.classList.toggle("is-keyed", isKeyed()));
    canvas.addEventListener("blur", () => this.container.classList.remove("is-keyed"));
    canvas.addEventListener("keydown", (event) => {
      this.container.classList.add("is-keyed");
      if (event.key !== "Enter") return;
      event.preventDefault();
      const found = centre();
      if (found && found.level === this.values.level) this.options.picked(found);
    });
    this.map.on("moveend", () => {
      if (document.activeElement !== canvas || !isKeyed()) return;
      const found = centre();
      const said = found ? `${found.name}${NBSP}: ${found.text}` : "Aucun territoire de la carte au centre";
      this.options.say(said);
    });
  }
}

/** Tips are drawn by the portal, one at a time on a page. */
function tip(detail: TipRequest): void {
  document.dispatchEvent(new CustomEvent("terril:tip", { detail }));
}

function layersOf(values: Values): Layer[] {
  return values.below ? [values, values.below] : [values];
}

function moves(): boolean {
  return !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
