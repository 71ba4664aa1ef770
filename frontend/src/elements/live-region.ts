// A part of the page that fetches itself anew when its topic is signalled: the first time at once, then at most
// one fetch in 100 to 200 ms, spread by chance, and only while somebody looks.
import { ask, morph } from "../asking";
import htmx from "htmx.org";

const PAUSE = 100;
const JITTER = 100;
const MOST_PAGES = 6;

export class LiveRegion extends HTMLElement {
  #leaving = new AbortController();
  #isAsking = false;
  #isStale = false;
  #pause = 0;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("live:signal", (event) => this.#hear((event as CustomEvent<string>).detail), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    clearTimeout(this.#pause);
    this.#pause = 0;
  }

  /** "" means: whatever you show, something may have been missed. */
  #hear(topic: string): void {
    const mine = (this.getAttribute("topic") ?? "").split(" ");
    if (topic && !mine.some((one) => topic === one || topic.startsWith(`${one}:`))) return;
    this.#isStale = true;
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    if (this.#isAsking || this.#pause || document.hidden) return;
    this.#isStale = false;
    this.#isAsking = true;
    const fresh = await this.#fetch();
    this.#isAsking = false;
    if (fresh && this.isConnected) {
      morph(this, fresh);
      htmx.process(this);
    }
    this.#rest();
  }

  #rest(): void {
    if (!this.isConnected) return;
    this.#pause = window.setTimeout(() => {
      this.#pause = 0;
      if (this.#isStale) void this.#refresh();
    }, PAUSE + Math.random() * JITTER);
  }

  /** As many rows as are on the screen: a list that was scrolled on is followed page by page. */
  async #fetch(): Promise<Element | null> {
    const { signal } = this.#leaving;
    const fresh = await ask(this.getAttribute("src") ?? "", this.id, signal, true);
    for (let page = 1; fresh && page < MOST_PAGES && rowsOf(fresh) < rowsOf(this); page++) {
      const more = fresh.querySelector(".rows__more");
      const next = more?.querySelector("a")?.getAttribute("href");
      const following = next ? await ask(next, this.id, signal, true) : null;
      if (!more || !following) break;
      more.replaceWith(...following.querySelectorAll(".rows > li"));
    }
    return fresh;
  }
}

function rowsOf(region: Element): number {
  return region.querySelectorAll(".rows > li:not(.rows__more)").length;
}
