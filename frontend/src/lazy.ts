// The map is heavy (MapLibre): it is fetched when a map nears the window, and never where it could not be drawn.

import { NBSP, NNBSP } from "./french";

const NEAR = "400px";

let loading: Promise<unknown> | null = null;

/** Watch the maps that are new under `root`. */
export function enhanceMaps(root: ParentNode): void {
  const maps = [...root.querySelectorAll<HTMLElement>("terril-map:not([data-state])")];
  if (maps.length === 0) return;
  if (!canDraw()) {
    for (const map of maps) explain(map, `Carte interactive indisponible${NBSP}: ce navigateur ne sait pas la dessiner.`);
    return;
  }
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting || !(entry.target instanceof HTMLElement)) continue;
        watcher.unobserve(entry.target);
        void load(entry.target);
      }
    },
    { rootMargin: NEAR },
  );
  for (const map of maps) {
    map.dataset["state"] = "waiting";
    watcher.observe(map);
  }
}

async function load(map: HTMLElement): Promise<void> {
  const script = map.dataset["script"];
  if (!script) return;
  try {
    // The element wakes by itself once its class is there; `data-state` tells it that its turn has come.
    map.dataset["state"] = "near";
    loading ??= import(new URL(script, document.baseURI).href);
    await loading;
  } catch {
    loading = null;
    explain(map, `La carte interactive n’a pas pu être chargée${NNBSP}; celle-ci reste valable.`);
  }
}

function explain(map: HTMLElement, sentence: string): void {
  map.dataset["state"] = "failed";
  const note = document.createElement("p");
  note.className = "map-note";
  note.textContent = sentence;
  map.append(note);
}

function canDraw(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  // Browsers allow only a few contexts: this one is given back at once.
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}
