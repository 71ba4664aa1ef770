// What the visitor sent and the server has not said it has. In order, each under the key it was written with, kept in
// this browser until the server said so: a message is never lost, and the server takes each key once.
import { type Draft, Refusal } from "./door";
import type { Store } from "./store";

export interface Waiting extends Draft {
  at: string;
  /** Why the server will never take it as it is. */
  refused?: string;
  isTaken?: boolean;
}

interface Hands {
  post(draft: Draft): Promise<void>;
  /** No other tab of this browser sends meanwhile. */
  alone(run: () => Promise<void>): Promise<void>;
  changed(): void;
}

const START = "out:";
const SLOWEST = 30_000;

export class Outbox {
  isRetrying = false;
  #store: Store;
  #hands: Hands;
  #items = new Map<string, Waiting>();
  #isBusy = false;
  #hasEnded = false;
  #failures = 0;
  #timer = 0;

  constructor(store: Store, hands: Hands) {
    this.#store = store;
    this.#hands = hands;
    this.#load();
  }

  get items(): Waiting[] {
    return [...this.#items.values()];
  }

  add(draft: Draft): void {
    const last = Number(this.#names().at(-1)?.slice(START.length).split("-")[0] ?? 0);
    const order = Math.max(Date.now(), last + 1); // a clock that was set back changes no order
    this.#store.set(`${START}${order}-${draft.key}`, { ...draft, at: new Date().toISOString() });
    this.look();
    this.flush();
  }

  again(key: string): void {
    const name = this.#nameOf(key);
    const item = name && this.#store.get<Waiting>(name);
    if (!item) return;
    delete item.refused;
    this.#store.set(name, item);
    this.look();
    this.flush();
  }

  drop(key: string): void {
    const name = this.#nameOf(key);
    if (name) this.#store.remove(name);
    this.#items.delete(key);
    this.#hands.changed();
  }

  /** These stand in the conversation now. */
  arrived(keys: Set<string>): void {
    for (const item of this.items) if (item.isTaken && keys.has(item.key)) this.#items.delete(item.key);
  }

  /** Another tab may have added, sent or changed some. */
  look(): void {
    this.#load();
    this.#hands.changed();
  }

  flush(): void {
    clearTimeout(this.#timer);
    if (!this.#isBusy && !this.#hasEnded && this.#next()) void this.#send();
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }

  #load(): void {
    const kept = this.#names().map((name) => this.#store.get<Waiting>(name)).filter((item) => item !== null);
    const keys = new Set(kept.map((item) => item.key));
    for (const item of this.items) if (!keys.has(item.key)) item.isTaken = true;
    for (const item of kept) this.#items.set(item.key, item);
  }

  async #send(): Promise<void> {
    this.#isBusy = true;
    try {
      await this.#hands.alone(() => this.#sendAll());
    } catch (reason) {
      this.#later(reason);
    }
    this.#isBusy = false;
    this.#hands.changed();
  }

  async #sendAll(): Promise<void> {
    for (let name = this.#next(); name && !this.#hasEnded; name = this.#next()) {
      await this.#post(name, this.#store.get<Waiting>(name)!);
      this.#failures = 0;
      this.isRetrying = false;
      this.look();
    }
  }

  async #post(name: string, { at: _, ...draft }: Waiting): Promise<void> {
    try {
      await this.#hands.post(draft);
      this.#store.remove(name);
    } catch (reason) {
      if (!(reason instanceof Refusal) || !reason.isForGood) throw reason;
      this.#store.set(name, { ...this.#store.get<Waiting>(name)!, refused: reason.words || `${reason.status}` });
    }
  }

  #later(reason: unknown): void {
    if (this.#hasEnded) return;
    this.isRetrying = true;
    const grown = Math.min(SLOWEST, 500 * 2 ** this.#failures++) * (0.5 + Math.random());
    const asked = reason instanceof Refusal ? reason.wait : 0;
    this.#timer = window.setTimeout(() => this.flush(), Math.max(grown, asked));
  }

  #next(): string | undefined {
    return this.#names().find((name) => !this.#store.get<Waiting>(name)?.refused);
  }

  #names(): string[] {
    return this.#store.names(START);
  }

  #nameOf(key: string): string | undefined {
    return this.#names().find((name) => name.endsWith(key));
  }
}
