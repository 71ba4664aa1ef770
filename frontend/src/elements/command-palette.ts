// ctrl+k: whatever stands on the page with a key of its own is a command, and the server finds the rest. One field; the
// arrows choose, Enter does it.
const PAUSE = 120;
const MOST_COMMANDS = 6;

export class CommandPalette extends HTMLElement {
  #leaving = new AbortController();
  #asking = new AbortController();
  #pause = 0;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.querySelector("[data-opens-palette]")!.addEventListener("click", () => this.#open(), { signal });
    this.#field.addEventListener("input", () => this.#look(), { signal });
    this.#field.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.#list.addEventListener("click", (event) => this.#do((event.target as Element).closest("[role=option]"), event), { signal });
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close(), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#asking.abort();
    clearTimeout(this.#pause);
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  get #field(): HTMLInputElement {
    return this.querySelector("input")!;
  }

  get #list(): HTMLElement {
    return this.querySelector("[role=listbox]")!;
  }

  get #options(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  #open(): void {
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    this.#field.value = "";
    this.#look();
    this.#field.focus();
  }

  #look(): void {
    clearTimeout(this.#pause);
    this.#asking.abort();
    const q = this.#field.value.trim();
    const commands = this.#commands(q);
    this.#list.replaceChildren(...commands);
    this.#settle(!q);
    if (q) this.#pause = window.setTimeout(() => void this.#ask(q, commands), PAUSE);
  }

  async #ask(q: string, commands: Element[]): Promise<void> {
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const url = `${this.getAttribute("src") ?? ""}?${new URLSearchParams({ q }).toString()}`;
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal }).catch(() => null);
    const html = answer?.ok ? await answer.text().catch(() => "") : "";
    if (signal.aborted) return;
    const template = document.createElement("template");
    template.innerHTML = html;
    this.#list.replaceChildren(...commands, template.content);
    this.#settle(true);
  }

  /** `isAnswered`: nothing more will come. */
  #settle(isAnswered: boolean): void {
    const note = this.querySelector<HTMLElement>(".palette__none")!;
    const isEmpty = isAnswered && !this.#options.length;
    note.textContent = (isEmpty ? (this.#field.value ? note.dataset["none"] : note.dataset["hint"]) : "") ?? "";
    this.#choose(0);
  }

  #commands(q: string): Element[] {
    if (!q) return [];
    const words = q.toLowerCase().split(/\s+/);
    const known = [...document.querySelectorAll<HTMLElement>("[data-key][data-key-label]")].filter((one) => !this.contains(one) && one.checkVisibility());
    const found = known.filter((one) => words.every((word) => one.dataset["keyLabel"]!.toLowerCase().includes(word)));
    if (!found.length) return [];
    const group = this.#copy("template[data-group]");
    group.append(...found.slice(0, MOST_COMMANDS).map((one, place) => this.#command(one, place)));
    return [group];
  }

  #command(pressed: HTMLElement, place: number): Element {
    const line = this.#copy("template:not([data-group])") as HTMLElement & { presses?: HTMLElement };
    line.id = `palette-command-${place}`;
    line.presses = pressed;
    line.querySelector(".palette__title")!.textContent = pressed.dataset["keyLabel"] ?? "";
    line.querySelector(".palette__about")!.textContent = pressed.dataset["key"] ?? "";
    return line;
  }

  #copy(selector: string): HTMLElement {
    const template = this.querySelector<HTMLTemplateElement>(selector)!;
    return document.importNode(template.content, true).firstElementChild as HTMLElement;
  }

  #choose(place: number): void {
    const options = this.#options;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    options[place]?.scrollIntoView({ block: "nearest" });
    if (options[place]) this.#field.setAttribute("aria-activedescendant", options[place].id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #press(event: KeyboardEvent): void {
    const options = this.#options;
    const chosen = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || !options.length || (!step && event.key !== "Enter")) return;
    event.preventDefault();
    if (step) return this.#choose((chosen + step + options.length) % options.length);
    this.#do(options[chosen] ?? null, event);
  }

  #do(option: Element | null, event: Event): void {
    if (!option || (event instanceof MouseEvent && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    this.#dialog.close();
    const pressed = (option as Element & { presses?: HTMLElement }).presses;
    if (pressed) press(pressed);
    else location.assign((option as HTMLAnchorElement).href);
  }
}

function press(element: HTMLElement): void {
  if (element.matches("input:not([type=radio], [type=checkbox], [type=file]), textarea")) element.focus();
  else element.click();
  document.getElementById(element.dataset["thenFocus"] ?? "")?.focus();
}
