// Buttons that only JavaScript can serve: copy, print, light or dark. The server writes them `hidden`.

import { NBSP } from "./french";
import { say } from "./live";

const SHOWN_MS = 2000;

/** Show the buttons that are new under `root`. */
export function enhanceButtons(root: ParentNode): void {
  const served = "button[data-copy][hidden], button[data-print][hidden], [data-scheme-switch][hidden]";
  for (const element of root.querySelectorAll<HTMLElement>(served)) element.hidden = false;
}

/** Copy (`button[data-copy]`: a text, or `#id` of what holds it) and print (`button[data-print]`). */
export function startButtons(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
    if (!button) return;
    if ("print" in button.dataset) window.print();
    const text = copied(button);
    if (text !== null) void copy(button, text);
  });
}

function copied(button: HTMLElement): string | null {
  const wanted = button.dataset["copy"];
  if (!wanted?.startsWith("#")) return wanted ?? null;
  const source = document.getElementById(wanted.slice(1));
  if (source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement) return source.value;
  return source?.textContent?.trim().replace(/[ \t]*\n\s*/g, " ") ?? null;
}

async function copy(button: HTMLElement, text: string): Promise<void> {
  const done = await write(text);
  const sentence = done ? "Copié" : `Copie impossible${NBSP}: sélectionner le texte`;
  say(sentence);
  if (button.dataset["said"] !== undefined) return; // already answering a first click
  const label = button.querySelector<HTMLElement>("[data-copy-label]") ?? button;
  const before = label.textContent;
  button.dataset["said"] = done ? "done" : "failed";
  button.style.minWidth = `${button.offsetWidth}px`;
  label.textContent = sentence;
  window.setTimeout(() => {
    label.textContent = before;
    delete button.dataset["said"];
    button.style.minWidth = "";
  }, SHOWN_MS);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeBySelection(text); // no clipboard on a plain http address, or refused
  }
}

function writeBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.className = "live-region";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}
