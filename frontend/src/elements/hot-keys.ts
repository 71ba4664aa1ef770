// Everything by keyboard. An element says which key presses it (data-key="e", "g m", "ctrl+enter"); the list of keys
// is made of what stands on the page at that moment.
import { choose, rowAt } from "../choosing";
import { walk } from "../rows";

const SEQUENCE = 1000;
const STEPS: Record<string, number> = { j: 1, k: -1, arrowdown: 1, arrowup: -1 };

export class HotKeys extends HTMLElement {
  #before = "";
  #beforeAt = 0;
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
    document.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-opens-keys]")) this.#show();
    }, { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #press(event: KeyboardEvent): void {
    const key = nameOf(event);
    if (event.defaultPrevented || !key || document.querySelector("dialog[open]")) return;
    if (isTyping(event.target) && !key.startsWith("ctrl+")) {
      if (key === "escape") (event.target as HTMLElement).blur();
      return;
    }
    // Escape closes a menu before anything else.
    if (key === "escape" && document.querySelector(":popover-open:not(toast-stack)")) return;
    if (this.#act(key, event)) event.preventDefault();
  }

  #act(key: string, { target, shiftKey }: KeyboardEvent): boolean {
    const sequence = Date.now() - this.#beforeAt < SEQUENCE ? `${this.#before} ${key}` : key;
    const found = elementFor(sequence) ?? elementFor(key);
    this.#before = key;
    this.#beforeAt = Date.now();
    if (found) this.#before = "";
    if (found) return press(found);
    if (key === "?") return this.#show();
    if (key === "x") return chooses(shiftKey);
    const step = STEPS[key];
    // Arrows scroll, unless they walk through the list.
    return step !== undefined && (key.length === 1 || (target as Element).matches(".row")) && walk(step);
  }

  #show(): true {
    const dialog = this.querySelector("dialog")!;
    dialog.querySelector(".keys__list")!.replaceChildren(...this.#lines());
    dialog.showModal();
    return true;
  }

  #lines(): Node[] {
    const template = this.querySelector("template")!;
    return [...keysOnPage()].map(([key, label]) => {
      const line = document.importNode(template.content, true);
      line.querySelector("dt")!.append(...key.split(" ").map(keyCap));
      line.querySelector("dd")!.textContent = label;
      return line;
    });
  }
}

function chooses(asRange: boolean): boolean {
  const row = document.querySelector(".desk--choosing") ? rowAt() : null;
  if (row) choose(row, asRange);
  return row !== null;
}

function nameOf(event: KeyboardEvent): string {
  if (event.altKey || event.isComposing || ["Control", "Meta", "Shift"].includes(event.key)) return "";
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=file])");
}

function elementFor(key: string): HTMLElement | undefined {
  const found = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)].filter(isAtHand);
  // What a toast offers is the older deed.
  return found.filter((one) => !one.closest("toast-stack")).at(-1) ?? found.at(-1);
}

/** What lies in a closed menu answers to its key as well. */
function isAtHand(element: HTMLElement): boolean {
  return element.checkVisibility() || Boolean(element.closest("[popover]")?.parentElement?.checkVisibility());
}

function press(element: HTMLElement): true {
  if (isTyping(element)) element.focus();
  else element.click();
  document.getElementById(element.dataset["thenFocus"] ?? "")?.focus();
  return true;
}

function keysOnPage(): Map<string, string> {
  const known = [...document.querySelectorAll<HTMLElement>("[data-key-label]")];
  const shown = known.filter((one) => one.dataset["showsKey"] || isAtHand(one));
  return new Map(shown.map((one) => [one.dataset["showsKey"] ?? one.dataset["key"] ?? "", one.dataset["keyLabel"] ?? ""]));
}

function keyCap(key: string): Element {
  return Object.assign(document.createElement("kbd"), { textContent: key });
}
