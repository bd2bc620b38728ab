// Light, dark, or what the device says.

const KEY = "terril-scheme";
const SCHEMES = ["light", "dark", "auto"] as const;
export type Scheme = (typeof SCHEMES)[number];

function isScheme(value: unknown): value is Scheme {
  return SCHEMES.some((scheme) => scheme === value);
}

/** The reader's choice; "auto" when there is none, or where storage is refused. */
export function storedScheme(): Scheme {
  try {
    const stored = localStorage.getItem(KEY);
    return isScheme(stored) ? stored : "auto";
  } catch {
    return "auto"; // storage may be forbidden: private browsing, embedded page
  }
}

function storeScheme(scheme: Scheme): void {
  try {
    if (scheme === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, scheme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** Write the scheme on <html>, where the style sheet and the map read it. */
export function applyScheme(scheme: Scheme): void {
  if (scheme === "auto") delete document.documentElement.dataset["scheme"];
  else document.documentElement.dataset["scheme"] = scheme;
}

/** Wire every `[data-scheme-set]` button, and show which is pressed. */
export function startScheme(): void {
  const show = (): void => {
    const current = storedScheme();
    for (const button of document.querySelectorAll<HTMLElement>("button[data-scheme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset["schemeSet"] === current));
    }
  };
  applyScheme(storedScheme());
  show();
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-scheme-set]") : null;
    const wanted = button?.dataset["schemeSet"];
    if (!isScheme(wanted)) return;
    storeScheme(wanted);
    applyScheme(wanted);
    for (const other of document.querySelectorAll<HTMLElement>("button[data-scheme-set]")) {
      other.setAttribute("aria-pressed", String(other.dataset["schemeSet"] === wanted));
    }
    document.dispatchEvent(new CustomEvent("terril:scheme", { detail: wanted }));
  });
}
