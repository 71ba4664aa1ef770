// One stream of signals a browser, shared by its tabs: the tab that holds the lock reads it and tells the others.
// A signal is a topic, never content. After any gap every region fetches anew, so a lost one costs a moment.

import { announce, setPace } from "../signals";

const TELL_AFTER = 3000;
const SLOWEST = 30_000;

type News = { topic: string } | { pace: number } | { isDown: true } | { again: true };

export class LiveStream extends HTMLElement {
  #source: EventSource | null = null;
  #tabs: BroadcastChannel | null = null;
  #leaving = new AbortController();
  #retry = 0;
  #failures = 0;
  #telling = 0;

  connectedCallback(): void {
    // By person, so that a tab left open by the one before does not speak for the one signed in now.
    const name = `ninelives-live ${this.getAttribute("audience") ?? ""}`;
    this.#leaving = new AbortController();
    this.#tabs = new BroadcastChannel(name);
    this.#tabs.onmessage = (event: MessageEvent<News>) => this.#hear(event.data);
    const { signal } = this.#leaving;
    document.addEventListener("visibilitychange", () => document.hidden || refetchAll(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && refetchAll(), { signal });
    void this.#lead(name, signal);
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#close();
    this.#tabs?.close();
  }

  async #lead(name: string, signal: AbortSignal): Promise<void> {
    // What happened between the page and the first signal: the leader asks when its stream opens, the others now.
    setTimeout(() => this.#source || refetchAll(), 300);
    // Without a secure address there are no locks: then each tab reads for itself.
    if (!navigator.locks) return this.#open();
    await navigator.locks.request(name, { signal }, () => this.#openUntil(signal)).catch(() => undefined);
  }

  #openUntil(signal: AbortSignal): Promise<void> {
    this.#open();
    return new Promise((done) => signal.addEventListener("abort", () => done()));
  }

  #open(): void {
    this.#close();
    const source = (this.#source = new EventSource(this.getAttribute("src") ?? ""));
    source.onopen = () => this.#tell({ again: true });
    source.addEventListener("signal", (event: MessageEvent<string>) => this.#tell({ topic: event.data }));
    source.addEventListener("pace", (event: MessageEvent<string>) => this.#tell({ pace: Number(event.data) }));
    source.addEventListener("resync", () => this.#tell({ again: true }));
    source.onerror = () => this.#tryLater();
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
  }

  /** Ours rather than the browser's own retry: it gives up on an error answer, and all come back at once. */
  #tryLater(): void {
    this.#close();
    this.#tell({ isDown: true });
    const wait = Math.min(SLOWEST, 500 * 2 ** this.#failures++);
    this.#retry = window.setTimeout(() => this.#open(), wait * (0.5 + Math.random()));
  }

  #tell(news: News): void {
    this.#tabs?.postMessage(news);
    this.#hear(news);
  }

  #hear(news: News): void {
    if ("isDown" in news) return this.#isDown();
    clearTimeout(this.#telling);
    this.#telling = this.#failures = 0;
    const offline = this.querySelector<HTMLElement>(".offline")!;
    if (!offline.hidden) offline.hidden = true; // setting what is set would still cost a frame
    if ("pace" in news) setPace(news.pace);
    if ("topic" in news) announce(news.topic);
    if ("again" in news) refetchAll();
  }

  #isDown(): void {
    this.#telling ||= window.setTimeout(() => {
      this.querySelector<HTMLElement>(".offline")!.hidden = false;
      refetchAll(); // if it is the session that ended, this says so
    }, TELL_AFTER);
  }
}

function refetchAll(): void {
  announce("");
}
