// The saving of one draft: with every key in this browser, on the server as soon as the typing pauses, one request at a
// time. What the server has not acknowledged is `isOwed`.

const PAUSE = 300;
const LONGEST = 2000;
const TRY_AGAIN = 5000;
const MOST_WHEN_LEAVING = 60_000; // browsers refuse more than 64 kB after the page is gone

export interface Words {
  text: string;
  mode: string;
}

interface Kept extends Words {
  version: number;
}

export interface Listener {
  words(): Words;
  saved(): void;
  notSaved(): void;
  /** Another window wrote this, and the server has it. */
  torn(other: string): void;
}

export class Saving {
  version = 0;
  isOwed = false;
  isHeld = false; // while a message leaves, or a person chooses between two texts
  #isAsking = false;
  #asking = new AbortController();
  #timer = 0;
  #since = 0;
  #round = 0;

  constructor(
    readonly url: string,
    readonly headers: () => Record<string, string>,
    readonly listener: Listener,
  ) {}

  changed(): void {
    this.isOwed = true;
    this.#remember();
    this.#since ||= Date.now();
    this.#later(Math.min(PAUSE, LONGEST - (Date.now() - this.#since)));
  }

  flush(): void {
    if (!this.isOwed || this.isHeld || this.#isAsking) return;
    this.stop();
    this.#since = 0;
    void this.#save();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The words are on their way to the customer: an older copy must not overtake them. */
  hold(): void {
    this.stop();
    this.isHeld = true;
    this.isOwed = false;
    this.#round++;
    this.#asking.abort();
  }

  release(): void {
    this.isHeld = false;
    this.flush();
  }

  recall(): Kept | null {
    return JSON.parse(localStorage.getItem(this.#name) ?? "null") as Kept | null;
  }

  forget(): void {
    if (!this.isOwed) localStorage.removeItem(this.#name);
  }

  async #save(): Promise<void> {
    const [words, round] = [this.listener.words(), this.#round];
    this.#isAsking = true;
    this.#asking = new AbortController();
    const answer = await this.#put(words).catch(() => null);
    this.#isAsking = false;
    if (round !== this.#round) return this.flush();
    if (answer?.ok) return this.#acknowledged(words, Number(answer.headers.get("X-Version")));
    if (answer?.status === 409) return this.#torn((await answer.json()) as Kept);
    this.#later(TRY_AGAIN);
    this.listener.notSaved();
  }

  #put({ text, mode }: Words): Promise<Response> {
    const body = new URLSearchParams({ text, mode, version: String(this.version) });
    const keepalive = body.toString().length < MOST_WHEN_LEAVING;
    return fetch(this.url, { method: "PUT", body, headers: this.headers(), keepalive, signal: this.#asking.signal });
  }

  #acknowledged(words: Words, version: number): void {
    const { text, mode } = this.listener.words();
    this.version = version;
    if (text !== words.text || mode !== words.mode) return this.changed();
    this.isOwed = false;
    this.forget();
    this.listener.saved();
  }

  #torn(other: Kept): void {
    this.version = other.version;
    if (!other.text || other.text === this.listener.words().text) this.changed();
    else this.listener.torn(other.text);
  }

  get #name(): string {
    return `draft ${this.url}`;
  }

  #remember(): void {
    try {
      localStorage.setItem(this.#name, JSON.stringify({ ...this.listener.words(), version: this.version }));
    } catch {
      // The store is full or forbidden; the server's copy is a moment away.
    }
  }

  #later(pause: number): void {
    this.stop();
    this.#timer = window.setTimeout(() => this.flush(), pause);
  }
}
