// The list of conversations: of those that are signalled it asks for the rows alone, and puts them where they belong.
// Everything is fetched where something may have been missed, where there is no list yet, and on a new day.
import { ask, askForParts } from "../asking";
import { idOf, place, rowOf, rowsOf } from "../placing";
import { LiveRegion } from "./live-region";

const MOST_PAGES = 6;
const MOST_ROWS = 50;
const VIEWS = ".tab, .view";

export class LiveList extends LiveRegion {
  #day = today();
  #isOurs = false;

  override connectedCallback(): void {
    super.connectedCallback();
    // What others show here, as another view or more rows, was asked for a moment ago.
    this.addEventListener("region:fresh", (event) => event.target === this && !this.#isOurs && this.hearLately());
    this.addEventListener("htmx:afterSwap", () => this.hearLately());
    this.addEventListener("htmx:configRequest", (event) => this.#goOn(event as CustomEvent<{ path: string }>));
  }

  protected override async catchUp(topics: ReadonlySet<string>, signal: AbortSignal): Promise<boolean> {
    const rows = this.#rows;
    const ids = [...new Set([...topics].flatMap((topic) => idsOf(rows, topic)))];
    const isAll = !rows || ids.includes("") || ids.length > MOST_ROWS || this.#day !== today();
    return isAll ? super.catchUp(topics, signal) : this.#askForRows(rows, ids, signal);
  }

  /** As many rows as are on the screen: a list that was scrolled on is followed page by page. */
  protected override async fetchAll(src: string, signal: AbortSignal): Promise<Element | null> {
    const shown = this.#rows ? rowsOf(this.#rows).length : 0;
    const fresh = await ask(src, this.id, signal, true);
    const rows = fresh?.querySelector(".rows");
    for (let page = 1; rows && page < MOST_PAGES && rowsOf(rows).length < shown; page++) {
      const more = rows.querySelector(".rows__more:not([hidden])");
      const next = more?.querySelector("a")?.getAttribute("href");
      const following = next ? await ask(next, this.id, signal, true) : null;
      if (!more || !following) break;
      more.replaceWith(...following.querySelectorAll(".rows > li"));
    }
    return fresh;
  }

  protected override show(fresh: Element): void {
    this.#day = today();
    this.#isOurs = true;
    super.show(fresh);
    this.#isOurs = false;
  }

  get #rows(): Element | null {
    return this.querySelector(".rows");
  }

  async #askForRows(rows: Element, heard: string[], signal: AbortSignal): Promise<boolean> {
    const url = new URL(this.getAttribute("rows") ?? "", location.href);
    // What was found stays found: of a search only the rows that it shows are followed.
    const ids = url.searchParams.has("q") ? heard.filter((id) => rowOf(rows, id)) : heard;
    if (!ids.length) return true;
    const before = url.href;
    url.searchParams.set("rows", ids.join());
    const parts = await askForParts(url.href, this.id, signal, true);
    if (!parts) return super.catchUp(new Set(), signal); // which says why, where the reader can do something
    const isHere = rows.isConnected && before === new URL(this.getAttribute("rows") ?? "", location.href).href;
    if (!isHere) return true; // the reader has gone on
    const fresh = [...parts.querySelectorAll("li")];
    const open = document.getElementById("panes")?.dataset["row"];
    fresh.find((row) => row.id === open)?.firstElementChild?.setAttribute("aria-current", "true");
    place(rows, ids, fresh);
    this.#count(parts.querySelectorAll(VIEWS));
    // An empty list has words of its own, and one that ran short has more to show.
    return rowsOf(rows).length > 0 || super.catchUp(new Set(), signal);
  }

  #count(tabs: Iterable<Element>): void {
    const shown = new Map([...this.querySelectorAll(VIEWS)].map((tab) => [tab.getAttribute("href"), tab]));
    for (const fresh of tabs) {
      const tab = shown.get(fresh.getAttribute("href"));
      if (tab && tab.textContent !== fresh.textContent) tab.replaceChildren(...fresh.childNodes);
    }
  }

  /** What comes after the rows that are shown now, not after those that were shown when the page came. */
  #goOn(event: CustomEvent<{ path: string }>): void {
    const last = this.#rows && rowsOf(this.#rows).at(-1);
    if (!last || !(event.target as Element).closest(".rows__more")) return;
    const url = new URL(event.detail.path, location.href);
    url.searchParams.set("after", last.dataset["cursor"] ?? "");
    event.detail.path = url.pathname + url.search;
  }
}

/** Whose row it is about; "" where nobody can say. */
function idsOf(rows: Element | null, topic: string): string[] {
  const [noun, id = ""] = topic.split(":");
  if (noun !== "customer" || !rows) return [id];
  return rowsOf(rows).flatMap((row) => (row.dataset["customer"] === id ? [idOf(row)] : []));
}

function today(): string {
  return new Date().toDateString();
}
