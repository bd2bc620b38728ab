// <terril-map>: the server's static map, brought to life where the browser can.

import { NNBSP } from "../french";
import { legend } from "./legend";
import { onTheme, readTheme } from "./theme";
import { isLevel, readValues, type Values } from "./values";
import { MapView, type Picked } from "./view";

const PATIENCE_MS = 20_000;
const SORRY = `La carte interactive n’a pas pu être affichée${NNBSP}; celle-ci reste valable.`;

export class TerrilMap extends HTMLElement {
  static readonly observedAttributes = ["data-state", "data-selected", "data-values"];

  private view: MapView | null = null;
  private stage: HTMLElement | null = null;
  private still: Element | null = null;
  private note: HTMLElement | null = null;
  private status: HTMLElement | null = null;
  private request: AbortController | null = null;
  private patience = 0;
  private values: Values | null = null;
  private stopTheme = (): void => undefined;

  attributeChangedCallback(name: string, _before: string | null, after: string | null): void {
    if (name === "data-state" && after === "near") void this.start();
    else if (name === "data-selected") this.view?.select(after ?? "");
    else if (name === "data-values" && this.view) void this.refresh();
  }

  disconnectedCallback(): void {
    // A part of the page that is replaced moves its map into the new part: only a map that stays out is destroyed.
    queueMicrotask(() => {
      if (!this.isConnected) this.stop();
    });
  }

  /** Take the content and the attributes of the same element in a newer page, keeping the live map and its view. */
  renew(next: HTMLElement): void {
    const other = next.dataset["level"] !== this.dataset["level"] || next.dataset["tiles"] !== this.dataset["tiles"];
    const still = stillOf(next);
    if (!this.stage || !this.still || !still || other) {
      this.stop();
      this.replaceChildren(...next.childNodes);
      this.copyAttributes(next);
      this.dataset["state"] = "near";
      return;
    }
    const place = document.createComment("map");
    still.replaceWith(place);
    this.still.replaceWith(still);
    this.still = still;
    place.replaceWith(this.stage);
    this.replaceChildren(...next.childNodes, ...[this.note, this.status].filter((node) => node !== null));
    this.copyAttributes(next);
  }

  private copyAttributes(next: HTMLElement): void {
    for (const { name, value } of next.attributes) {
      if (name !== "data-state" && this.getAttribute(name) !== value) this.setAttribute(name, value);
    }
    for (const { name } of [...this.attributes]) {
      if (name !== "data-state" && name !== "class" && !next.hasAttribute(name)) this.removeAttribute(name);
    }
  }

  private async start(): Promise<void> {
    if (this.view) return;
    if (!isLevel(this.dataset["level"])) {
      this.dataset["state"] = "static"; // perimeters have no tiles: the server's map is the map
      return;
    }
    this.dataset["state"] = "loading";
    this.patience = window.setTimeout(() => this.fail("too long"), PATIENCE_MS);
    try {
      const values = await this.fetchValues();
      if (!this.isConnected) return;
      this.values = values;
      this.view = new MapView(this.setStage(), values, {
        tiles: new URL(this.dataset["tiles"] ?? "", document.baseURI).href.replace(/%7B/gi, "{").replace(/%7D/gi, "}"),
        basemap: this.dataset["basemap"] === "ign",
        selected: this.dataset["selected"] ?? "",
        ready: () => this.ready(),
        failed: (reason) => this.fail(reason),
        picked: (territory) => this.pick(territory),
        say: (sentence) => this.say(sentence),
      });
    } catch (error) {
      this.fail(error);
    }
  }

  private async refresh(): Promise<void> {
    try {
      const values = await this.fetchValues();
      if (values.level !== this.dataset["level"]) return;
      this.values = values;
      this.view?.update(values);
      this.setLegend();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.fail(error);
    }
  }

  private async fetchValues(): Promise<Values> {
    this.request?.abort();
    this.request = new AbortController();
    const address = new URL(this.dataset["values"] ?? "", document.baseURI);
    const response = await fetch(address, { signal: this.request.signal });
    if (!response.ok) throw new Error(`values: ${response.status}`);
    return readValues(await response.json());
  }

  /** The static map keeps its place and its height; the live one lies over it. */
  private setStage(): HTMLElement {
    const live = document.createElement("div");
    live.className = "map-live";
    this.stage = document.createElement("div");
    this.stage.className = "map-stage";
    this.still = stillOf(this);
    if (this.still) this.still.replaceWith(this.stage);
    else this.prepend(this.stage);
    this.still ??= document.createElement("div");
    this.stage.append(this.still, live);
    this.status = document.createElement("div");
    this.status.className = "live-region";
    this.status.setAttribute("role", "status");
    this.append(this.status);
    this.setLegend();
    this.stopTheme = onTheme(() => this.setLegend());
    return live;
  }

  /** Classes are said once: by the page, or else here. */
  private setLegend(): void {
    this.querySelector(".map-legend.is-live")?.remove();
    if (!this.values || this.querySelector(".map-legend, .chart-legend")) return;
    const list = legend(this.values, readTheme(this));
    list.classList.add("is-live");
    this.stage?.after(list);
  }

  private ready(): void {
    window.clearTimeout(this.patience);
    this.dataset["state"] = "live";
  }

  private pick(territory: Picked): void {
    const key = `${territory.level}:${territory.code}`;
    this.dataset["selected"] = key;
    const detail = { ...territory, key };
    this.dispatchEvent(new CustomEvent("terril:select", { bubbles: true, detail }));
  }

  private say(sentence: string): void {
    if (this.status) this.status.textContent = sentence;
  }

  /** Back to the static map, with a discreet word; the reason is for the console. */
  private fail(reason: unknown): void {
    if (this.dataset["state"] === "failed") return;
    console.warn("terril-map:", reason);
    this.stop();
    this.dataset["state"] = "failed";
    this.note = document.createElement("p");
    this.note.className = "map-note";
    this.note.textContent = SORRY;
    this.append(this.note);
  }

  private stop(): void {
    window.clearTimeout(this.patience);
    this.request?.abort();
    this.stopTheme();
    this.view?.destroy();
    this.view = null;
    if (this.stage && this.still) {
      if (this.still.hasChildNodes()) this.stage.replaceWith(this.still);
      else this.stage.remove();
    }
    this.stage = this.still = null;
    this.querySelector(".map-legend.is-live")?.remove();
    for (const node of [this.note, this.status]) node?.remove();
    this.note = this.status = null;
  }
}

/** What the live map stands for: what the server marked, or else its drawing. */
function stillOf(element: HTMLElement): Element | null {
  return element.querySelector(".map-static") ?? element.querySelector("svg.chart-map");
}
