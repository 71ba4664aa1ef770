// Choosing a tag by a few of its letters: arrows choose, Enter takes. The words are few, so all are fetched once.
import { parse } from "../asking";

const MOST_SHOWN = 30;

interface Offered {
  names: string[];
  mayMake: boolean;
}

const NOTHING: Offered = { names: [], mayMake: false };

let known: Promise<Offered> | null = null;

export class TagPicker extends HTMLElement {
  #offered: Offered | null = null;
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.addEventListener("beforetoggle", (event) => (event as ToggleEvent).newState === "open" && void this.#open(), { signal });
    this.addEventListener("input", () => this.#narrow(), { signal });
    this.addEventListener("keydown", (event) => this.#press(event), { signal });
    // Before the field loses the focus to it.
    this.#list.addEventListener("pointerdown", (event) => this.#point(event), { signal });
    this.addEventListener("submit", (event) => this.#give(event), { signal, capture: true });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  get #field(): HTMLInputElement {
    return this.querySelector("input[name=name]")!;
  }

  get #list(): HTMLElement {
    return this.querySelector("[role=listbox]")!;
  }

  get #options(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  async #open(): Promise<void> {
    this.#field.value = "";
    this.#offered = null;
    this.#narrow();
    await this.#know();
  }

  /** Whoever types sooner than the words are here is answered when they are. */
  async #know(): Promise<void> {
    known ??= offeredAt(this.getAttribute("src") ?? "");
    this.#offered = await known;
    if (this.isConnected) this.#narrow();
  }

  #narrow(): void {
    const asked = this.#asked();
    const { names, mayMake } = this.#offered ?? NOTHING;
    const found = names.filter((name) => name.toLowerCase().includes(asked));
    found.sort((one, other) => Number(!one.toLowerCase().startsWith(asked)) - Number(!other.toLowerCase().startsWith(asked)));
    const isNew = asked !== "" && !found.some((name) => name.toLowerCase() === asked);
    const note = this.querySelector<HTMLElement>("[role=status]")!;
    const options = found.slice(0, MOST_SHOWN).map((name) => this.#option(name));
    if (isNew && mayMake) options.push(this.#option(this.#field.value.trim(), note.dataset["make"]));
    options.forEach((option, place) => (option.id = `${this.#list.id}-${place}`));
    this.#list.replaceChildren(...options);
    note.textContent = this.#offered && asked && !options.length ? (note.dataset["none"] ?? "") : "";
    this.#choose(0);
  }

  #asked(): string {
    return this.#field.value.trim().replace(/\s+/g, " ").toLowerCase();
  }

  #option(name: string, before = ""): HTMLElement {
    const option = document.importNode(this.querySelector("template")!.content, true).firstElementChild as HTMLElement;
    option.dataset["name"] = name;
    option.textContent = before ? `${before} ${name}` : name;
    return option;
  }

  #choose(place: number): void {
    const options = this.#options;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    options[place]?.scrollIntoView({ block: "nearest" });
    if (options[place]) this.#field.setAttribute("aria-activedescendant", options[place].id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const options = this.#options;
    if (!step || !options.length || event.isComposing) return;
    event.preventDefault();
    const chosen = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    this.#choose((chosen + step + options.length) % options.length);
  }

  #point(event: PointerEvent): void {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    event.preventDefault();
    if (!option) return;
    this.#choose(this.#options.indexOf(option));
    this.querySelector("form")!.requestSubmit();
  }

  /** Enter takes what is chosen in the list; a word that is in none is given as it was typed. */
  #give(event: Event): void {
    if (!this.#offered) return this.#giveLater(event);
    const chosen = this.#list.querySelector<HTMLElement>("[aria-selected=true]");
    if (chosen) this.#field.value = chosen.dataset["name"] ?? "";
    if (!this.#field.value.trim()) return event.stopPropagation();
    known = null; // it may be a new one
    this.hidePopover();
  }

  #giveLater(event: Event): void {
    event.preventDefault();
    event.stopPropagation();
    void this.#know().then(() => this.matches(":popover-open") && this.querySelector("form")!.requestSubmit());
  }
}

async function offeredAt(src: string): Promise<Offered> {
  const answer = await fetch(src, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    known = null; // asked again when it is opened again
    return NOTHING;
  }
  const list = parse(await answer.text());
  const names = [...list.querySelectorAll("option")].map((option) => option.textContent ?? "");
  return { names, mayMake: list.querySelector("[data-may-make]") !== null };
}
