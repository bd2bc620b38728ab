// One page, several parts that follow a choice: a territory picked on the map, a period picked in a form. The server
// renders the page of the new address; only the parts marked `[data-follow]` are replaced. Anything unexpected ends in
// an ordinary navigation to that address, which shows the same thing.

import { formAddress, samePage, territoryAddress, withParameter } from "./address";
import { say } from "./live";

/** Parts that can take the place of their old self without being rebuilt (a live map keeps its view). */
interface Renewable extends HTMLElement {
  renew(next: HTMLElement): void;
}

/** What a map says of the territory that was picked. */
export interface Selection {
  readonly key: string;
  readonly name: string;
}

const followed = (root: Document): HTMLElement[] => [...root.querySelectorAll<HTMLElement>("[data-follow][id]")];

let shown = "";
let request: AbortController | null = null;
let afterwards: (root: ParentNode) => void = () => undefined;

/** Listen for links, forms, selections and the back button; `enhance` is called on what was replaced. */
export function startFollow(enhance: (root: ParentNode) => void): void {
  afterwards = enhance;
  shown = location.href;
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  document.addEventListener("change", changed);
  document.addEventListener("terril:select", selected);
  window.addEventListener("popstate", () => {
    if (!samePage(location.href, shown)) void follow(location.href, false);
  });
}

function clicked(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-follow-link]") : null;
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link?.href || !plain || event.defaultPrevented || link.origin !== location.origin) return;
  event.preventDefault();
  void follow(link.href, true);
}

function submitted(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("followForm" in form.dataset) || form.method !== "get") return;
  event.preventDefault();
  void follow(formAddress(form.action, new FormData(form, event.submitter)), true);
}

/** Choosing in a list acts at once where the form asks for it: nothing moves but the parts that follow. */
function changed(event: Event): void {
  const field = event.target;
  const form = field instanceof HTMLSelectElement || field instanceof HTMLInputElement ? field.form : null;
  if (form?.dataset["followForm"] === "change") form.requestSubmit();
}

function selected(event: Event): void {
  const origin = event.target instanceof HTMLElement ? event.target : document.body;
  const { key } = (event as CustomEvent<Selection>).detail;
  const template = origin.dataset["selectHref"];
  if (template) location.assign(territoryAddress(template, key));
  else void follow(withParameter(location.href, "territoire", key), true);
}

async function follow(address: string, push: boolean): Promise<void> {
  request?.abort();
  const current = new AbortController();
  request = current;
  const old = followed(document);
  for (const part of old) part.setAttribute("aria-busy", "true");
  try {
    const page = await fetchPage(address, current.signal);
    const parts = pairs(old, page);
    if (push) history.pushState(null, "", address);
    shown = location.href;
    replace(parts, page);
  } catch {
    if (current.signal.aborted) return; // a later choice is on its way
    // After the back button the address is already the wanted one.
    if (push) location.assign(address);
    else location.reload();
  }
}

async function fetchPage(address: string, signal: AbortSignal): Promise<Document> {
  const response = await fetch(address, { signal, headers: { Accept: "text/html" } });
  const type = response.headers.get("Content-Type") ?? "";
  // A redirection is an address of its own: let the browser show it.
  if (!response.ok || response.redirected || !type.startsWith("text/html")) throw new Error("not a page to follow");
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** The old and new parts, by id; both pages must have the same. */
function pairs(old: readonly HTMLElement[], page: Document): [HTMLElement, HTMLElement][] {
  const fresh = new Map(followed(page).map((part) => [part.id, part]));
  if (old.length === 0 || fresh.size !== old.length) throw new Error("other parts");
  return old.map((part) => {
    const next = fresh.get(part.id);
    if (!next) throw new Error(`no part ${part.id}`);
    return [part, next];
  });
}

function replace(parts: readonly [HTMLElement, HTMLElement][], page: Document): void {
  const focus = focusKept();
  // Read before the parts of the page fetched are moved into this one.
  const said = page.querySelector<HTMLElement>("[data-announce]")?.dataset["announce"];
  for (const [old, next] of parts) {
    keepState(old, next);
    if (isRenewable(old)) {
      old.renew(next);
      old.removeAttribute("aria-busy");
      continue;
    }
    const maps = [...old.querySelectorAll<HTMLElement>("terril-map[id]")].filter(isRenewable);
    const scrolled = [...old.querySelectorAll("[id]")].filter((element) => element.scrollTop || element.scrollLeft);
    const places = scrolled.map((element) => [element.id, element.scrollLeft, element.scrollTop] as const);
    old.replaceWith(document.adoptNode(next));
    for (const map of maps) putBack(map, next);
    for (const [id, left, top] of places) document.getElementById(id)?.scrollTo({ left, top, behavior: "instant" });
  }
  afterwards(document);
  document.title = page.title;
  focus();
  say(said || page.title);
}

function isRenewable(element: HTMLElement): element is Renewable {
  return "renew" in element;
}

/** A live map takes the place of its new, empty self. */
function putBack(map: Renewable, within: HTMLElement): void {
  const next = within.querySelector<HTMLElement>(`terril-map#${CSS.escape(map.id)}`);
  if (!next) return;
  next.replaceWith(map);
  map.renew(next);
}

/** What the reader unfolded stays unfolded. */
function keepState(old: HTMLElement, next: HTMLElement): void {
  for (const details of old.querySelectorAll<HTMLDetailsElement>("details[id]")) {
    const same = next.querySelector<HTMLDetailsElement>(`details#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
}

/** Remember what has the focus; the function returned gives it back to its new self, or to the part that held it. */
function focusKept(): () => void {
  const focused = document.activeElement;
  const part = focused?.closest<HTMLElement>("[data-follow][id]");
  if (!(focused instanceof HTMLElement) || !part) return () => undefined;
  const { id } = part;
  const selector = focusSelector(focused);
  return () => {
    if (focused.isConnected) {
      if (document.activeElement !== focused) focused.focus({ preventScroll: true });
      return;
    }
    const next = document.getElementById(id);
    const target = selector ? next?.querySelector<HTMLElement>(selector) : null;
    if (target) target.focus({ preventScroll: true });
    else if (next) {
      next.tabIndex = -1;
      next.focus({ preventScroll: true });
    }
  };
}

function focusSelector(focused: HTMLElement): string | null {
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const tag = focused.localName;
  const name = focused.getAttribute("name");
  const value = focused.getAttribute("value");
  const href = focused.getAttribute("href");
  if (name) return `${tag}[name="${CSS.escape(name)}"]${value === null ? "" : `[value="${CSS.escape(value)}"]`}`;
  return href ? `${tag}[href="${CSS.escape(href)}"]` : null;
}
