// The window of the chat: a dialog beside the page, and over all of it on a telephone.
import type { Composer } from "./composer";
import type { Account } from "./door";
import { el, icon, say } from "./drawing";
import { openingOf } from "./time";
import type { Language, Words } from "./words";

const CAN_HAVE_FOCUS = "a[href], button:not([disabled]), textarea:not([disabled]), select:not([disabled]), input:not([tabindex='-1']), [tabindex='0']";

export class Panel {
  readonly element: HTMLElement;
  #state = el("span");
  #away = el("p", { class: "away", hidden: true });
  #notice = el("p", { class: "notice", role: "status", hidden: true });
  #drop: HTMLElement;
  #composer: Composer;
  #language: Language;
  #words: Words;
  // Then it covers the page: what lies under it is out of reach for eyes and keys alike.
  #covers = matchMedia("(max-width: 480px), (max-height: 480px)");
  #touches = matchMedia("(pointer: coarse)");

  constructor(language: Language, words: Words, account: Account, talk: HTMLElement, line: HTMLElement, composer: Composer, close: () => void) {
    this.#language = language;
    this.#words = words;
    this.#composer = composer;
    this.#drop = el("p", { class: "drop", "aria-hidden": "true" }, words.drop);
    const header = el(
      "header",
      { class: "head" },
      el("div", { class: "title" }, el("h2", { id: "title" }, account.name), el("p", { class: "presence" }, el("i", { "aria-hidden": "true" }), this.#state)),
      el("button", { type: "button", class: "close", "aria-label": words.close, click: close }, icon("close")),
    );
    this.element = el(
      "div",
      { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", tabindex: -1, hidden: true },
      header,
      this.#away,
      this.#notice,
      talk,
      line,
      composer.element,
      this.#drop,
    );
    this.element.addEventListener("keydown", (event) => this.#key(event, close));
    this.#takeDrops();
    this.#covers.addEventListener("change", () => this.#fit());
    this.#fit();
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  get covers(): boolean {
    return this.#covers.matches;
  }

  open(takesFocus: boolean): void {
    this.element.hidden = false;
    if (!takesFocus) return;
    // On a telephone the text field would bring up the keyboard before one has read a word.
    if (this.#touches.matches) this.element.focus();
    else this.#composer.focus();
  }

  close(): void {
    this.element.hidden = true;
  }

  tellHours(account: Account): void {
    const opens = account.opens_at ? this.#words.back(openingOf(new Date(account.opens_at), this.#language)) : this.#words.isClosed;
    this.element.classList.toggle("closed", !account.is_open);
    say(this.#state, account.is_open ? this.#words.isOpen : opens);
    this.#away.hidden = account.is_open;
    say(this.#away, account.is_open ? "" : account.away || this.#words.away);
  }

  tell(notice: string): void {
    this.#notice.hidden = !notice;
    say(this.#notice, notice);
  }

  #fit(): void {
    if (this.covers) this.element.setAttribute("aria-modal", "true");
    else this.element.removeAttribute("aria-modal");
  }

  #key(event: KeyboardEvent, close: () => void): void {
    if (event.key === "Escape" && !event.isComposing) close();
    if (event.key === "Tab" && this.covers) this.#stay(event);
  }

  #stay(event: KeyboardEvent): void {
    const all = [...this.element.querySelectorAll<HTMLElement>(CAN_HAVE_FOCUS)].filter((one) => one.getClientRects().length);
    const [first, last] = [all[0], all.at(-1)];
    const here = (this.element.getRootNode() as ShadowRoot).activeElement;
    const leaves = event.shiftKey ? here === first || here === this.element : here === last;
    if (!leaves) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }

  #takeDrops(): void {
    const drags = (event: DragEvent): boolean => Boolean(event.dataTransfer?.types.includes("Files"));
    this.element.addEventListener("dragover", (event) => {
      if (!drags(event)) return;
      event.preventDefault();
      this.element.classList.add("dragging");
    });
    this.element.addEventListener("dragleave", (event) => {
      if (!this.element.contains(event.relatedTarget as Node | null)) this.element.classList.remove("dragging");
    });
    this.element.addEventListener("drop", (event) => {
      this.element.classList.remove("dragging");
      if (!drags(event)) return;
      event.preventDefault();
      this.#composer.add([...event.dataTransfer!.files]);
    });
  }
}
