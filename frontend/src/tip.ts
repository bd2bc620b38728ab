// Tips on `[data-tip]` marks: an enhancement, the table behind each chart says the same.

const GAP = 12;
const EDGE = 8;
/** Time to reach the tip with the pointer before it goes (WCAG 1.4.13: a tip can be hovered). */
const GRACE_MS = 200;

/** What another script (the map) asks for with a `terril:tip` event: a text at a point of the window, or none. */
export type TipRequest = { readonly text: string; readonly x: number; readonly y: number } | null;

let box: HTMLElement | null = null;
let leaving = 0;

/** Show a text near a point of the window, inside it whatever its width. Lines are separated by a line feed. */
function showTip(text: string, x: number, y: number): void {
  window.clearTimeout(leaving);
  box ??= createBox();
  if (box.textContent !== text) box.textContent = text;
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(Math.max(EDGE, x - width / 2), window.innerWidth - width - EDGE);
  const above = y - height - GAP;
  box.style.left = `${left}px`;
  box.style.top = `${above > EDGE ? above : y + GAP}px`;
}

/** Hide the tip: at once, or after the time it takes to reach it. */
function hideTip(now = true): void {
  window.clearTimeout(leaving);
  if (!box || box.hidden) return;
  if (now) box.hidden = true;
  else leaving = window.setTimeout(() => hideTip(), GRACE_MS);
}

function createBox(): HTMLElement {
  const created = document.createElement("div");
  created.className = "tip";
  created.setAttribute("aria-hidden", "true");
  created.addEventListener("pointerenter", () => window.clearTimeout(leaving));
  created.addEventListener("pointerleave", () => hideTip(false));
  document.body.append(created);
  return created;
}

function marked(event: Event): Element | null {
  return event.target instanceof Element ? event.target.closest("[data-tip]") : null;
}

/** Listen for pointers and taps on marks. Escape, scrolling or a tap elsewhere dismisses. */
export function startTips(): void {
  const show = (event: PointerEvent): void => {
    const text = marked(event)?.getAttribute("data-tip");
    if (text) showTip(text, event.clientX, event.clientY);
  };
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") show(event);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType !== "touch" && marked(event)) hideTip(false);
  });
  document.addEventListener("click", (event) => {
    // Enter on a link of a chart is a click too, at no place of the screen.
    if (marked(event) && event.detail > 0) show(event as PointerEvent);
    else if (event.target !== box) hideTip();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideTip();
  });
  document.addEventListener("terril:tip", (event) => {
    const request = (event as CustomEvent<TipRequest>).detail;
    if (request) showTip(request.text, request.x, request.y);
    else hideTip(false);
  });
  document.addEventListener("scroll", () => hideTip(), { capture: true, passive: true });
}
