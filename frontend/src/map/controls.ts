// What stands on the map: buttons, north, credits, the cross of those who move it with the keyboard. All in HTML.

import { NBSP } from "../french";

const CREDITS = `Contours${NBSP}: IGN, Insee (Licence Ouverte${NBSP}2.0)`;
const CREDITS_IGN = ` · Fond${NBSP}: © IGN, Plan IGN v2`;

export interface Actions {
  readonly zoom: (step: 1 | -1) => void;
  readonly frame: () => void;
  /** null where the base map is not offered. */
  readonly basemap: ((on: boolean) => void) | null;
}

export class Controls {
  private readonly credits: HTMLElement;
  private readonly note: HTMLElement;
  private readonly switcher: HTMLButtonElement | null = null;

  constructor(container: HTMLElement, actions: Actions) {
    const group = element("div", "map-buttons");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Commandes de la carte");
    group.append(
      button("+", "Zoomer", () => actions.zoom(1)),
      button("−", "Dézoomer", () => actions.zoom(-1)),
      button("Recentrer", "", actions.frame),
    );
    const { basemap } = actions;
    if (basemap) {
      this.switcher = button("Fond de plan IGN", "", () => basemap(!this.isBasemapOn));
      this.switcher.setAttribute("aria-pressed", "false");
      group.append(this.switcher);
    }
    const north = element("span", "map-north", "N");
    north.title = "Le nord est en haut";
    north.setAttribute("aria-hidden", "true");
    const cross = element("span", "map-cross");
    cross.setAttribute("aria-hidden", "true");
    this.note = element("p", "map-note map-note-over");
    this.note.hidden = true;
    this.credits = element("p", "map-credits", CREDITS);
    container.append(group, north, cross, this.note, this.credits);
  }

  get isBasemapOn(): boolean {
    return this.switcher?.getAttribute("aria-pressed") === "true";
  }

  /** Show the state of the base map, and credit it while it is drawn. */
  setBasemap(on: boolean): void {
    this.switcher?.setAttribute("aria-pressed", String(on));
    this.credits.textContent = on ? CREDITS + CREDITS_IGN : CREDITS;
  }

  /** A sentence over the map; "" takes it away. */
  say(sentence: string): void {
    if (this.note.textContent === sentence) return;
    this.note.textContent = sentence;
    this.note.hidden = sentence === "";
  }
}

function element(name: string, className: string, text = ""): HTMLElement {
  const created = document.createElement(name);
  created.className = className;
  created.textContent = text;
  return created;
}

function button(text: string, label: string, act: () => void): HTMLButtonElement {
  const created = document.createElement("button");
  created.type = "button";
  created.textContent = text;
  if (label) {
    created.setAttribute("aria-label", label);
    created.title = label;
  }
  created.addEventListener("click", act);
  return created;
}
