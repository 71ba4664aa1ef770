// What was said, oldest above. Each message keeps its element for good, so that a screen reader hears only what is new.
import type { Conversation } from "./conversation";
import type { Message } from "./door";
import { el, icon, say } from "./drawing";
import { Entry, type Told } from "./entry";
import type { Waiting } from "./outbox";
import { dayOf, daysBetween } from "./time";
import type { Language, Words } from "./words";

interface Given {
  conversation: Conversation;
  waiting: Waiting[];
  isRetrying: boolean;
}

interface Hands {
  earlier(): Promise<void>;
  again(key: string): void;
  drop(key: string): void;
  scrolled(): void;
}

/** Within these, one person's messages stand together. */
const TOGETHER = 5 * 60_000;
const NEAR = 60;

export class Log {
  readonly element: HTMLElement;
  #list = el("ol", { class: "entries", role: "list" });
  #typing: HTMLElement;
  #typingName = el("span", { class: "hidden" });
  #ended: HTMLElement;
  #earlier: HTMLButtonElement;
  #newest: HTMLButtonElement;
  #scroller: HTMLElement;
  #entries = new Map<string, Entry>();
  #language: Language;
  #words: Words;
  #hands: Hands;
  #name: string;
  #greeting: string;
  #base: string;
  #isAtEnd = true;
  #height = 0;

  constructor(language: Language, words: Words, account: { name: string; greeting: string; base: string }, hands: Hands, below: HTMLElement) {
    this.#language = language;
    this.#words = words;
    this.#name = account.name;
    this.#greeting = account.greeting;
    this.#base = account.base;
    this.#hands = hands;
    this.#earlier = el("button", { type: "button", class: "quiet", hidden: true, click: () => this.#goBack() }, words.earlier);
    this.#typing = el("div", { class: "typing", hidden: true }, this.#typingName, ...[0, 1, 2].map(() => el("i", { "aria-hidden": "true" })));
    this.#ended = el("p", { class: "event", hidden: true }, words.closed);
    const log = el("div", { role: "log", "aria-live": "off", "aria-label": words.messages }, this.#list, this.#typing, this.#ended);
    // Focusable, so that it can be scrolled by keys.
    this.#scroller = el("div", { class: "log", tabindex: 0, role: "group", "aria-label": words.messages }, this.#earlier, log, below);
    this.#newest = el("button", { type: "button", class: "newest", hidden: true, click: () => this.toEnd() }, icon("down"), el("span"));
    this.element = el("div", { class: "talk" }, this.#scroller, this.#newest);
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(this.#scroller);
    new ResizeObserver(() => this.#isAtEnd && this.toEnd()).observe(log);
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** From now on what comes is read aloud; what was there is not. */
  listen(): void {
    this.#list.parentElement!.setAttribute("aria-live", "polite");
  }

  show(given: Given): void {
    const told = this.#told(given);
    const keys = new Set(told.map((one) => one.key));
    for (const [key, entry] of this.#entries) if (!keys.has(key)) this.#remove(key, entry);
    told.forEach((one, at) => this.#place(one, at));
    this.#earlier.hidden = !given.conversation.earlier;
    this.#ended.hidden = given.conversation.status !== "closed" || given.waiting.length > 0;
    this.#showTyping(given.conversation);
    this.#showUnread(given.conversation.unread.length);
    if (this.#isAtEnd) this.toEnd();
  }

  toEnd(): void {
    this.#isAtEnd = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  clear(): void {
    for (const [key, entry] of this.#entries) this.#remove(key, entry);
    this.#list.parentElement!.setAttribute("aria-live", "off");
  }

  #told({ conversation, waiting, isRetrying }: Given): Told[] {
    const { messages } = conversation;
    const known = new Set(messages.map((message) => message.key));
    const said = messages.map((message, at) => this.#ofMessage(message, at < conversation.countRead));
    const sent = waiting.filter((item) => !known.has(item.key)).map((item) => ofWaiting(item, isRetrying));
    const all = [...this.#greets(conversation), ...said, ...sent];
    return all.map((one, at) => this.#grouped(one, all[at - 1], all[at + 1]));
  }

  #greets(conversation: Conversation): Told[] {
    if (!this.#greeting || conversation.earlier) return [];
    return [{ ...PLAIN, key: "greeting", side: "theirs", author: this.#name, text: this.#greeting, at: null }];
  }

  #ofMessage(message: Message, isSeen: boolean): Told {
    const side = message.direction === "inbound" ? "mine" : message.direction === "outbound" ? "theirs" : "event";
    return {
      ...PLAIN,
      key: message.key || message.id,
      side,
      author: side === "theirs" ? message.author || this.#name : message.author,
      text: message.text,
      files: message.files,
      at: new Date(message.at),
      state: side === "mine" ? (isSeen ? "seen" : "sent") : null,
    };
  }

  #grouped(one: Told, before: Told | undefined, after: Told | undefined): Told {
    const isNewDay = one.at && (!before?.at || daysBetween(before.at, one.at) !== 0);
    const day = isNewDay ? dayOf(one.at!, this.#language) : "";
    // How far it came stands once, under the last message it is true of; each that failed has its own reason.
    const isRepeated = one.state !== "failed" && after?.side === "mine" && after.state === one.state;
    const state = isRepeated ? null : one.state;
    return { ...one, day, state, isPending: one.state === "sending" || one.state === "retrying", isFirst: !together(before, one), isLast: !together(one, after) };
  }

  #place(told: Told, at: number): void {
    const known = this.#entries.get(told.key);
    const entry = known ?? new Entry(told, this.#language, this.#words, this.#base, this.#hands);
    if (!known) this.#entries.set(told.key, entry);
    entry.show(told);
    const there = this.#list.children[at];
    if (there !== entry.element) this.#list.insertBefore(entry.element, there ?? null);
  }

  #remove(key: string, entry: Entry): void {
    entry.element.remove();
    this.#entries.delete(key);
  }

  #showTyping(conversation: Conversation): void {
    const author = conversation.newestOfTheirs?.author || this.#name;
    this.#typing.hidden = !conversation.isTyping;
    say(this.#typingName, conversation.isTyping ? this.#words.typing(author) : "");
  }

  #showUnread(count: number): void {
    this.#newest.hidden = this.#isAtEnd;
    say(this.#newest.lastElementChild!, count ? this.#words.unread(count) : this.#words.newest);
  }

  #resized(): void {
    this.#height = this.#scroller.clientHeight;
    if (this.#isAtEnd) this.toEnd();
  }

  #scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    // What made it smaller may move it too, and is told of after this: nobody has scrolled.
    if (!clientHeight || clientHeight !== this.#height) return;
    const isAtEnd = scrollTop + clientHeight >= scrollHeight - NEAR;
    if (isAtEnd === this.#isAtEnd) return;
    this.#isAtEnd = isAtEnd;
    this.#hands.scrolled();
  }

  /** What was being read stays where it is. */
  async #goBack(): Promise<void> {
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    this.#isAtEnd = false;
    await this.#hands.earlier();
    this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd;
    if (this.#earlier.hidden) this.#scroller.focus();
  }
}

const PLAIN: Told = { key: "", side: "mine", author: "", text: "", files: [], at: null, state: null, reason: "", isPending: false, isFirst: true, isLast: true, day: "" };

function ofWaiting(item: Waiting, isRetrying: boolean): Told {
  const state = item.isTaken ? "sent" : item.refused ? "failed" : isRetrying ? "retrying" : "sending";
  const files = item.files.map((file) => ({ ...file, url: "" }));
  return { ...PLAIN, key: item.key, text: item.text, files, at: new Date(item.at), state, reason: item.refused ?? "" };
}

function together(one: Told | undefined, other: Told | undefined): boolean {
  if (!one?.at || !other?.at || one.side !== other.side || one.author !== other.author || one.side === "event") return false;
  return +other.at - +one.at < TOGETHER && daysBetween(one.at, other.at) === 0;
}
