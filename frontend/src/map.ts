// The map, fetched only where there is one.

import { setWorkerUrl } from "maplibre-gl";
import { TerrilMap } from "./map/element";

/** An asset beside this script, unless the page names another address (with its fingerprint). */
function asset(name: string, given: string | undefined): string {
  return given ? new URL(given, document.baseURI).href : new URL(name, import.meta.url).href;
}

async function addStyle(address: string): Promise<void> {
  if ([...document.styleSheets].some((sheet) => sheet.href === address)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  await new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error("map.css")));
    document.head.append(link);
  });
}

const first = document.querySelector<HTMLElement>("terril-map");
setWorkerUrl(asset("map-worker.js", first?.dataset["worker"]));
await addStyle(asset("map.css", first?.dataset["style"]));
customElements.define("terril-map", TerrilMap);
