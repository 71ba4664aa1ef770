// Suggestions while somebody writes: "/" at the start of a word opens the list of canned answers, "@" in a note that of
// colleagues; what follows narrows it, and Enter puts the chosen text in its place. Fields in it came filled in.
const PAUSE = 80;
const ASKED = /(?:^|\s)([/@])([\p{L}\p{N}_-][\p{L}\p{N}_ -]{0,60})?$/u;

/** `mark`: "/" asks for an answer, "@" for a colleague. */
interface Asked {
  mark: string;
  words: string;
}

export class CannedAnswers extends HTMLElement {
  #asking = new AbortController();
  #leaving = new AbortController();
  #pause = 0;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.addEventListener("input", () => this.#look(), { signal });
    this.addEventListener("keydown", (event) => this.#press(event), { signal, capture: true });
    this.addEventListener("focusout", () => this.#close(), { signal });
    // On pointerdown: a click would take the focus out of the field first.
    this.#list.addEventListener("pointerdown", (event) => this.#point(event), { signal });
    this.closest("form")?.querySelector("[data-opens-canned]")?.addEventListener("click", () => this.#begin(), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#asking.abort();
    clearTimeout(this.#pause);
  }

  get #field(): HTMLTextAreaElement {
    return this.querySelector("textarea")!;
  }

  get #list(): HTMLElement {
    return this.querySelector("[popover]")!;
  }

  get #options(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  get #isOpen(): boolean {
    return this.#list.matches(":popover-open");
  }

  /** What was typed after the mark, or null where nobody asks. Colleagues are called in notes alone. */
  #asked(): Asked | null {
    const { value, selectionStart, selectionEnd } = this.#field;
    const found = selectionStart === selectionEnd ? ASKED.exec(value.slice(0, selectionStart)) : null;
    if (!found || (found[1] === "@" && !this.#isNote)) return null;
    return { mark: found[1]!, words: found[2] ?? "" };
  }

  get #isNote(): boolean {
    return this.closest("form")?.querySelector<HTMLInputElement>("[name=mode]:checked")?.value === "note";
  }

  #begin(): void {
    const { value, selectionStart } = this.#field;
    this.#field.focus();
    insert(this.#field, selectionStart, selectionStart, /\S$/.test(value.slice(0, selectionStart)) ? " /" : "/");
  }

  #look(): void {
    clearTimeout(this.#pause);
    const asked = this.#asked();
    if (asked === null) return this.#close();
    this.#pause = window.setTimeout(() => void this.#ask(asked), PAUSE);
  }

  async #ask({ mark, words: q }: Asked): Promise<void> {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const url = `${this.getAttribute(mark === "@" ? "colleagues" : "src") ?? ""}?${new URLSearchParams({ q }).toString()}`;
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal }).catch(() => null);
    if (!answer?.ok) return;
    const html = await answer.text().catch(() => "");
    if (signal.aborted || this.#asked() === null) return;
    const template = document.createElement("template");
    template.innerHTML = html;
    this.#list.replaceChildren(template.content);
    // Words that lead nowhere are a text with a slash in it, and no question.
    if (!this.#options.length && q.includes(" ")) return this.#close();
    this.#open();
  }

  #open(): void {
    this.#list.style.setProperty("--width", `${this.#field.offsetWidth}px`);
    const { left, top } = this.#field.getBoundingClientRect();
    this.#list.style.setProperty("--left", `${left}px`);
    this.#list.style.setProperty("--bottom", `${innerHeight - top + 4}px`);
    if (!this.#isOpen) this.#list.showPopover();
    this.#choose(0);
  }

  #close(): void {
    clearTimeout(this.#pause);
    this.#asking.abort();
    if (this.#isOpen) this.#list.hidePopover();
    this.#field.removeAttribute("aria-activedescendant");
  }

  #choose(place: number): void {
    const options = this.#options;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    options[place]?.scrollIntoView({ block: "nearest" });
    if (options[place]) this.#field.setAttribute("aria-activedescendant", options[place].id);
  }

  #press(event: KeyboardEvent): void {
    if (!this.#isOpen || event.isComposing || event.ctrlKey || event.metaKey) return;
    const options = this.#options;
    const chosen = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") this.#close();
    else if (event.key === "ArrowDown" && options.length) this.#choose((chosen + 1) % options.length);
    else if (event.key === "ArrowUp" && options.length) this.#choose((chosen - 1 + options.length) % options.length);
    else if (["Enter", "Tab"].includes(event.key) && options[chosen]) this.#take(options[chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #point(event: PointerEvent): void {
    event.preventDefault();
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) this.#take(option);
  }

  #take(option: HTMLElement): void {
    const field = this.#field;
    const end = field.selectionStart;
    insert(field, end - (this.#asked()?.words.length ?? 0) - 1, end, option.dataset["text"] ?? "");
    this.#close();
  }
}

/** As typed: ctrl+z takes it back, and whoever listens to the field hears of it. */
function insert(field: HTMLTextAreaElement, start: number, end: number, text: string): void {
  field.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
