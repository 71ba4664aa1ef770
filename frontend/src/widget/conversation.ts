// What was said, as far as this browser knows it, and how far each side has read.
import type { Message, Page } from "./door";
import type { Store } from "./store";

const KEPT = 50;

export class Conversation {
  messages: Message[] = [];
  cursor: string | null = null;
  earlier: string | null = null;
  isTyping = false;
  status: Page["status"] = null;
  #readUpTo: string | null = null;
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
    this.messages = store.get<Message[]>("messages") ?? [];
  }

  /** A whole page replaces what was shown. What of it is new. */
  begin(page: Page): Message[] {
    const known = new Set(this.messages.map((message) => message.id));
    this.messages = page.messages;
    this.earlier = page.earlier ?? null;
    this.#told(page);
    return page.messages.filter((message) => !known.has(message.id));
  }

  /** An addition, in which something may be told again. What of it is new. */
  goOn(page: Page): Message[] {
    const known = new Map(this.messages.map((message) => [message.id, message]));
    const fresh = page.messages.filter((message) => !known.has(message.id));
    for (const message of page.messages) known.set(message.id, message);
    this.messages = [...known.values()].sort(inOrder);
    this.#told(page);
    return fresh;
  }

  goBack(page: Page): void {
    const known = new Set(this.messages.map((message) => message.id));
    this.messages.unshift(...page.messages.filter((message) => !known.has(message.id)));
    this.earlier = page.earlier ?? null;
  }

  /** Theirs that were not looked at, here or on another device. */
  get unread(): Message[] {
    const seen = this.messages.findIndex((message) => message.id === this.#store.get<string>("seen"));
    return this.messages.slice(seen + 1).filter((message) => message.direction === "outbound" && message.status !== "read");
  }

  saw(message: Message): void {
    this.#store.set("seen", message.id);
  }

  get newestOfTheirs(): Message | undefined {
    return this.messages.filter((message) => message.direction === "outbound").at(-1);
  }

  /** How many of the messages somebody at the desk has looked at. */
  get countRead(): number {
    return this.messages.findIndex((message) => message.id === this.#readUpTo) + 1;
  }

  #told(page: Page): void {
    this.cursor = page.cursor ?? this.cursor;
    this.#readUpTo = page.read_up_to ?? this.#readUpTo;
    this.isTyping = page.is_typing;
    this.status = page.status;
    this.#store.set("messages", this.messages.slice(-KEPT));
  }
}

/** As the server has them. */
function inOrder(one: Message, other: Message): number {
  return one.at < other.at || (one.at === other.at && one.id < other.id) ? -1 : 1;
}
