// A part of the page that fetches itself anew when its topic is signalled: at once after a silence, then no more often
// than the server's pace and than it answers, and only while somebody looks.
import { ask, morph } from "../asking";
import { asks, isOvertaken } from "../order";
import { lately, pace } from "../signals";
import htmx from "htmx.org";

const EVERYTHING = "";
// Over so many milliseconds screens spread what they ask at the same signal. Hardly: the server answers them together.
const SPREAD = 10;

export class LiveRegion extends HTMLElement {
  #leaving = new AbortController();
  #changed = new Set<string>();
  #isAsking = false;
  #restsUntil = 0;
  #timer = 0;
  #clock = 0;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("live:signal", (event) => this.hear((event as CustomEvent<string>).detail), { signal });
    this.hearLately();
    // What grows older by itself, as a wait does, is asked for again and again.
    const every = Number(this.getAttribute("every"));
    if (every) this.#clock = window.setInterval(() => this.hear(EVERYTHING), every);
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    clearTimeout(this.#timer);
    clearInterval(this.#clock);
    this.#timer = 0;
    this.#changed.clear();
  }

  protected hear(topic: string): void {
    // Without topics of its own it hears all.
    const mine = (this.getAttribute("topic") ?? "").split(" ").filter(Boolean);
    if (topic && mine.length && !mine.some((one) => topic === one || topic.startsWith(`${one}:`))) return;
    if (this.hasAttribute("except") && topic.endsWith(`:${this.getAttribute("except")}`)) return;
    this.#changed.add(topic);
    this.#askSoon();
  }

  /** What changed while this was on its way here. */
  protected hearLately(): void {
    for (const topic of lately()) if (topic !== EVERYTHING) this.hear(topic);
  }

  /** Show the news about these topics; whether that went well. */
  protected async catchUp(_topics: ReadonlySet<string>, signal: AbortSignal): Promise<boolean> {
    const src = this.getAttribute("src") ?? "";
    const place = asks();
    const fresh = await this.fetchAll(src, signal);
    if (isOvertaken(place)) this.hear(EVERYTHING);
    // Unless the reader has gone on, as to another view.
    else if (fresh && this.isConnected && src === this.getAttribute("src")) this.show(fresh);
    return fresh !== null;
  }

  protected show(fresh: Element): void {
    morph(this, fresh);
    htmx.process(this);
  }

  protected fetchAll(src: string, signal: AbortSignal): Promise<Element | null> {
    return ask(src, this.id, signal, true);
  }

  #askSoon(): void {
    if (this.#isAsking || this.#timer) return;
    const rest = this.#restsUntil - performance.now();
    this.#timer = window.setTimeout(() => void this.#refresh(), Math.max(rest, Math.random() * SPREAD));
  }

  async #refresh(): Promise<void> {
    this.#timer = 0;
    if (document.hidden) return; // and when it is looked at, everything is asked for
    const topics = this.#changed;
    const began = performance.now();
    this.#changed = new Set();
    this.#isAsking = true;
    const isDone = await this.catchUp(topics, this.#leaving.signal);
    this.#isAsking = false;
    if (!this.isConnected) return;
    const now = performance.now();
    this.#restsUntil = now + Math.max(pace, Number(this.getAttribute("rest")), now - began);
    if (this.#changed.size) this.#askSoon();
    if (!isDone) this.#changed.add(EVERYTHING); // with the next signal
  }
}
