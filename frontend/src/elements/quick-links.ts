// Links that swap a region instead of the page, and keep the address bar right. The request leaves when the button
// goes down, not when it comes up. Not on hovering: opening a conversation is logged as having looked at it.
import { ask, morph, parse, replace } from "../asking";

const KEEPS = 3000;

export class QuickLinks extends HTMLElement {
  #ahead: { url: string; at: number; part: Promise<Element | null> } | null = null;
  #asking = new AbortController();
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.addEventListener("pointerdown", (event) => this.#askAhead(event), { signal });
    this.addEventListener("click", (event) => this.#follow(event), { signal });
    this.addEventListener("region:fresh", (event) => this.#settle(event.target as Element), { signal });
    // What was looked for stands in the list: the keys that walk through it go on from there.
    this.addEventListener("submit", (event) => (event.target as Element).matches("[role=search]") && (document.activeElement as HTMLElement).blur(), { signal });
    window.addEventListener("popstate", () => void this.#goBack(), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #askAhead(event: PointerEvent): void {
    const link = linkOf(event);
    if (link && targetOf(link)) this.#ahead = { url: link.href, at: Date.now(), part: this.#ask(link.href, targetOf(link)) };
  }

  #follow(event: MouseEvent): void {
    const link = linkOf(event);
    if (!link) return;
    event.preventDefault();
    if (link.matches("[data-back]")) return location.assign(srcOf(document.getElementById("list")!));
    void this.#open(link.href, targetOf(link), link);
  }

  async #open(url: string, id: string, link: HTMLAnchorElement): Promise<void> {
    if (link.classList.contains("row")) mark(link);
    const ahead = this.#ahead;
    this.#ahead = null;
    const isReady = ahead?.url === url && Date.now() - ahead.at < KEEPS;
    const part = await (isReady ? ahead.part : this.#ask(url, id));
    const old = document.getElementById(id);
    if (!part || !old) return;
    if (id === "panes") return this.#show(old, part, link);
    history.pushState(null, "", url);
    morph(old, part);
  }

  #show(panes: Element, fresh: Element, link: HTMLAnchorElement): void {
    replace(panes, fresh);
    // On a narrow screen the list makes way for the conversation, and the focus with it.
    if (!link.checkVisibility()) fresh.querySelector<HTMLElement>("h2")?.focus();
  }

  /** One question at a time: an answer to an earlier click must not overtake a later one. */
  #ask(url: string, id: string): Promise<Element | null> {
    this.#asking.abort();
    this.#asking = new AbortController();
    return ask(url, id, this.#asking.signal);
  }

  /** Address, title and marked row follow what is shown, whoever swapped it in. */
  #settle(region: Element): void {
    const panes = document.getElementById("panes");
    const { url, row, title } = panes?.dataset ?? {};
    if (region === panes && url && !isHere(url)) history.pushState(null, "", url);
    if (region.id === "list" && !url && !isHere(srcOf(region))) history.replaceState(null, "", srcOf(region)); // searching
    if (title) document.title = title;
    mark(row ? document.querySelector(`#${CSS.escape(row)} > a`) : null);
  }

  /** Going back shows the page as it is now, not as it was. */
  async #goBack(): Promise<void> {
    const answer = await fetch(location.href);
    const page = parse(await answer.text());
    const [list, panes] = [page.getElementById("list"), page.getElementById("panes")];
    if (!list || !panes) return location.reload();
    morph(document.getElementById("list")!, list);
    replace(document.getElementById("panes")!, panes);
  }
}

function linkOf(event: MouseEvent): HTMLAnchorElement | null {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
  return link?.closest("[data-swaps], [data-back]") && !link.hasAttribute("hx-get") ? link : null;
}

function targetOf(link: HTMLAnchorElement): string {
  return link.closest<HTMLElement>("[data-swaps]")?.dataset["swaps"] ?? "";
}

function srcOf(region: Element): string {
  return region.getAttribute("src") ?? "/";
}

function isHere(url: string): boolean {
  return new URL(url, location.href).href === location.href;
}

function mark(row: Element | null): void {
  for (const other of document.querySelectorAll(".row[aria-current]")) if (other !== row) other.removeAttribute("aria-current");
  row?.setAttribute("aria-current", "true");
}
