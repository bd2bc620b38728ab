// <terril-search>: an ordinary search form that suggests as one types (ARIA 1.2 combobox with a list).

import { counted, NBSP } from "./french";

const WAIT_MS = 140;
const SHORTEST = 2;
const REMEMBERED = 40;

let instances = 0;

class TerrilSearch extends HTMLElement {
  private input: HTMLInputElement | null = null;
  private list: HTMLElement | null = null;
  private status: HTMLElement | null = null;
  private options: HTMLElement[] = [];
  private active = -1;
  private timer = 0;
  private request: AbortController | null = null;
  private readonly known = new Map<string, string>();

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("form input[name='q']");
    if (!input || this.input) return;
    this.input = input;
    this.prepare(input);
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("click", () => this.reopen());
    input.addEventListener("blur", () => this.close());
    input.form?.addEventListener("submit", () => this.close());
  }

  disconnectedCallback(): void {
    this.close();
  }

  private prepare(input: HTMLInputElement): void {
    instances += 1;
    input.id ||= `recherche-${instances}`;
    const list = document.createElement("ul");
    list.id = `${input.id}-suggestions`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    list.hidden = true;
    // Focus stays in the field: the list is only pointed at.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role='option']") : null;
      if (option) this.choose(option);
    });
    const status = document.createElement("div");
    status.className = "live-region";
    status.setAttribute("role", "status");
    this.append(list, status);
    this.list = list;
    this.status = status;
    input.autocomplete = "off";
    input.spellcheck = false;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
  }

  private typed(): void {
    window.clearTimeout(this.timer);
    this.request?.abort();
    const query = this.query();
    if (query.length < SHORTEST) {
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => void this.suggest(query), WAIT_MS);
  }

  private query(): string {
    return this.input?.value.trim().replace(/\s+/g, " ") ?? "";
  }

  private async suggest(query: string): Promise<void> {
    const request = new AbortController();
    this.request = request;
    try {
      const fragment = this.known.get(query) ?? (await this.fetchFragment(query, request.signal));
      if (request.signal.aborted || this.query() !== query) return;
      this.remember(query, fragment);
      this.show(fragment);
    } catch {
      // Cancelled by the next key, or the server cannot be reached: the form still works.
      if (!request.signal.aborted) this.close();
    }
  }

  private async fetchFragment(query: string, signal: AbortSignal): Promise<string> {
    const address = new URL(this.dataset["suggestions"] ?? "/rechercher/suggestions/", document.baseURI);
    address.searchParams.set("q", query);
    const response = await fetch(address, { signal, headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(`suggestions: ${response.status}`);
    return response.text();
  }

  private remember(query: string, fragment: string): void {
    this.known.set(query, fragment);
    const oldest = this.known.keys().next();
    if (this.known.size > REMEMBERED && !oldest.done) this.known.delete(oldest.value);
  }

  private show(fragment: string): void {
    if (!this.list || !this.status || document.activeElement !== this.input) return;
    const page = new DOMParser().parseFromString(`<ul>${fragment}</ul>`, "text/html");
    this.list.replaceChildren(...page.querySelectorAll("li"));
    this.options = [...this.list.querySelectorAll<HTMLElement>("[role='option']")];
    this.options.forEach((option, position) => {
      option.id ||= `${this.list?.id}-${position}`;
      option.setAttribute("aria-selected", "false");
    });
    this.open(this.options.length > 0);
    this.status.textContent = this.options.length
      ? `${counted(this.options.length, "suggestion", "suggestions")}${NBSP}: flèches haut et bas pour choisir.`
      : "Aucune suggestion.";
  }

  private open(open: boolean): void {
    if (!this.list || !this.input) return;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.activate(-1);
  }

  /** Hide what was suggested; nothing asked for before may open it again. */
  private close(): void {
    window.clearTimeout(this.timer);
    this.request?.abort();
    this.open(false);
    if (this.status) this.status.textContent = "";
  }

  private get isOpen(): boolean {
    return this.list !== null && !this.list.hidden;
  }

  private reopen(): void {
    if (!this.isOpen && this.query().length >= SHORTEST) void this.suggest(this.query());
  }

  private activate(position: number): void {
    this.options.forEach((option, index) => option.setAttribute("aria-selected", String(index === position)));
    this.active = position;
    const option = this.options[position];
    if (option) {
      this.input?.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input?.removeAttribute("aria-activedescendant");
    }
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (this.isOpen ? this.pressedOpen(event) : this.pressedClosed(event)) event.preventDefault();
  }

  private pressedClosed(event: KeyboardEvent): boolean {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return false;
    this.reopen();
    return true;
  }

  /** Whether the key was ours. Home and End move in the text until an option is pointed at. */
  private pressedOpen(event: KeyboardEvent): boolean {
    const last = this.options.length - 1;
    const option = this.options[this.active];
    switch (event.key) {
      case "ArrowDown":
        this.activate(this.active >= last ? -1 : this.active + 1);
        return true;
      case "ArrowUp":
        this.activate(this.active < 0 ? last : this.active - 1);
        return true;
      case "Home":
      case "End":
        if (option) this.activate(event.key === "Home" ? 0 : last);
        return option !== undefined;
      case "Enter":
        if (option) this.choose(option);
        return option !== undefined;
      case "Escape":
        this.close();
        return true;
      default:
        return false;
    }
  }

  private choose(option: HTMLElement): void {
    const href = option.dataset["href"];
    if (!href) return;
    const address = new URL(href, document.baseURI);
    this.close();
    if (address.origin === location.origin) location.assign(address);
  }
}

export function startSearch(): void {
  customElements.define("terril-search", TerrilSearch);
}
