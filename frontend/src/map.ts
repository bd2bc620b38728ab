// The map, fetched only where there is one.

import { setWorkerUrl } from "maplibre-gl";
import { TerrilMap } from "./map/element";

/** Addresses of the two files beside this one, with the fingerprint of their content: see build.mjs. */
declare const WORKER: string;
declare const STYLE: string;

async function addStyle(address: string): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  await new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error("map.css")));
    document.head.append(link);
  });
}

setWorkerUrl(new URL(WORKER, import.meta.url).href);
await addStyle(new URL(STYLE, import.meta.url).href);
customElements.define("terril-map", TerrilMap);
