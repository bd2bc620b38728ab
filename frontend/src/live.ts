// One polite live region for everything the islands have to say.

let region: HTMLElement | null = null;

/** Prepare the region: a screen reader only follows one that was there before it was filled. */
export function startLive(): void {
  region = document.createElement("div");
  region.className = "live-region";
  region.setAttribute("role", "status");
  document.body.append(region);
}

/** Say a sentence to those who do not see the page. The same sentence said twice is heard twice. */
export function say(sentence: string): void {
  if (!region) return;
  const paragraph = document.createElement("p");
  paragraph.textContent = sentence;
  region.replaceChildren(paragraph);
}
