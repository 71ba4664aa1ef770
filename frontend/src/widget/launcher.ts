// The round button in the corner. Its name tells how much is new; the page's title stays the page's own.
import { el, icon, say } from "./drawing";
import type { Words } from "./words";

export class Launcher {
  readonly element: HTMLButtonElement;
  #badge = el("span", { class: "badge", "aria-hidden": "true", hidden: true });
  #words: Words;

  constructor(words: Words, toggle: () => void) {
    this.#words = words;
    this.element = el(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel", click: toggle },
      icon("chat"),
      icon("down"),
      this.#badge,
    );
  }

  show(isOpen: boolean, unread: number): void {
    const name = isOpen ? this.#words.close : this.#words.open;
    this.element.setAttribute("aria-label", unread ? `${name}, ${this.#words.unread(unread)}` : name);
    this.element.setAttribute("aria-expanded", `${isOpen}`);
    this.#badge.hidden = !unread || isOpen;
    say(this.#badge, unread > 99 ? "99+" : `${unread}`);
  }
}
