// The tabs of one browser on the same shop: one of them reads the stream, one at a time sends, all of them hear.
// Without locks or channels (an insecure page, blocked storage) each tab does everything itself; the server takes a
// message once, whoever brings it.

export class Tabs<News> {
  #channel: BroadcastChannel | null = null;

  constructor(
    readonly name: string,
    hear: (news: News) => void,
  ) {
    try {
      this.#channel = new BroadcastChannel(name);
      this.#channel.onmessage = (event: MessageEvent<News>) => hear(event.data);
    } catch {
      this.#channel = null;
    }
  }

  tell(news: News): void {
    this.#channel?.postMessage(news);
  }

  close(): void {
    this.#channel?.close();
  }

  /** `run` when no other tab is at it. */
  async alone(what: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
    let isRunning = false;
    const started = (): Promise<void> => {
      isRunning = true;
      return run();
    };
    try {
      await navigator.locks.request(`${this.name} ${what}`, { signal }, started);
    } catch (reason) {
      if (isRunning) throw reason;
      if (!signal.aborted) await run();
    }
  }
}
