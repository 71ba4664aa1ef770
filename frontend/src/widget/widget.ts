// The widget as a whole: it brings the visitor, what was said and what is shown together.
import { Composer } from "./composer";
import { type Account, Door, type KeptFile, type Message, Refusal } from "./door";
import { el, guarded, say } from "./drawing";
import { Events } from "./events";
import { Frame } from "./frame";
import { Launcher } from "./launcher";
import { Line } from "./line";
import { webAddress } from "./linked";
import { Log } from "./log";
import { Panel } from "./panel";
import { Store, usable } from "./store";
import { cleanIdentity, type Identity, type Tag } from "./tag";
import { Visit } from "./visit";
import { Who } from "./who";
import { type Words, words } from "./words";

const FRESH = 60_000;
const SLOWEST = 120_000;

interface View {
  launcher: Launcher;
  panel: Panel;
  log: Log;
  composer: Composer;
  who: Who;
  line: Line;
  news: HTMLElement;
}

export class Widget {
  #tag: Tag;
  #words: Words;
  #door: Door;
  #store: Store;
  /** Whether it is open belongs to this tab, and not to the next visit. */
  #tab: Store;
  #events = new Events();
  #identity: Identity;
  #context: Record<string, string> = {};
  #askedAt = 0;
  #view: View | null = null;
  #visit: Visit | null = null;
  #opener: HTMLElement | null = null;
  #opensLater = false;
  #unread = 0;
  #isDrawing = false;

  constructor(tag: Tag) {
    this.#tag = tag;
    this.#words = words[tag.language];
    this.#door = new Door(tag.base, tag.key, tag.language);
    this.#store = new Store(`ninelives:${tag.key}:`);
    this.#tab = new Store(`ninelives:${tag.key}:`, usable(() => sessionStorage));
    this.#identity = tag.identity;
  }

  async start(): Promise<void> {
    const [account] = await Promise.all([this.#ask(), pageIsThere()]);
    if (!account) return;
    const frame = new Frame(account.colour, this.#tag.language);
    this.#view = this.#draw(account);
    const { launcher, panel, news } = this.#view;
    frame.root.append(el("section", { "aria-label": this.#words.chat }, panel.element, launcher.element, news));
    panel.tellHours(account);
    frame.appear();
    this.#visitAs(this.#identity);
    window.addEventListener("pagehide", guarded(() => this.#leave()));
    window.addEventListener("pageshow", guarded((event: PageTransitionEvent) => event.persisted && this.#visitAs(this.#identity)));
    for (const moment of ["online", "offline"]) window.addEventListener(moment, guarded(() => this.#show()));
    if (this.#opensLater || (this.#tab.get("open") && !panel.covers)) this.#open(this.#opensLater);
    this.#events.tell("ready");
  }

  open(): void {
    if (this.#view) this.#open(true);
    else this.#opensLater = true;
  }

  close(): void {
    this.#opensLater = false;
    if (!this.#view?.panel.isOpen) return;
    const hadFocus = this.#view.panel.element.matches(":focus-within");
    this.#view.panel.close();
    this.#tab.remove("open");
    void this.#visit?.typing(false);
    this.#showNow(); // on a telephone the launcher is there only now
    if (hadFocus) (this.#opener?.isConnected ? this.#opener : this.#view.launcher.element).focus();
    this.#events.tell("close");
  }

  toggle(): void {
    if (this.#view?.panel.isOpen || this.#opensLater) this.close();
    else this.open();
  }

  identify(told: Record<string, unknown>): void {
    const identity = cleanIdentity(told);
    if (JSON.stringify(identity) === JSON.stringify(this.#identity)) return;
    this.#identity = identity;
    if (this.#view) this.#visitAs(identity);
  }

  forget(): void {
    this.#visit?.forget();
    this.#startAnew();
  }

  addContext(told: Record<string, unknown>): void {
    const plain = Object.entries(told).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
    for (const [name, value] of plain) this.#context[name] = `${value as string}`;
  }

  on(name: string, ear: unknown): void {
    this.#events.on(name, ear);
  }

  #draw(account: Account): View {
    const { language, base } = this.#tag;
    const who = new Who(this.#words, (email, name) => this.#visit!.introduce(email, name), (email) => this.#introduced(email));
    const composer = new Composer(language, this.#words, account, {
      send: (text, files) => this.#send(text, files),
      typing: guarded((isTyping) => this.#visit?.typing(isTyping)),
      upload: (file, progress, signal) => this.#visit!.upload(file, progress, signal),
    });
    const hands = {
      earlier: () => this.#visit!.showEarlier(),
      again: (key: string) => this.#visit?.outbox.again(key),
      drop: (key: string) => this.#visit?.drop(key),
      scrolled: () => this.#show(),
    };
    const log = new Log(language, this.#words, { ...account, base }, hands, who.element);
    const close = (): void => this.close();
    const line = new Line(language, this.#words, webAddress(account.help), { ways: () => this.#visit!.ways(), choose: (wish) => this.#visit!.choose(wish) });
    const panel = new Panel(language, this.#words, account, log.element, line.element, composer, close);
    const launcher = new Launcher(this.#words, () => this.toggle());
    return { launcher, panel, log, composer, who, line, news: el("p", { class: "hidden", role: "status" }) };
  }

  /** Null: there is no such account, and there will be nothing on the page. */
  async #ask(): Promise<Account | null> {
    for (let failures = 0; ; failures++) {
      try {
        const account = await this.#door.account();
        this.#askedAt = Date.now();
        return account;
      } catch (reason) {
        if (reason instanceof Refusal && reason.isForGood) {
          console.warn(`Ninelives: there is no chat with the key ${this.#tag.key} at ${this.#tag.base}`);
          return null;
        }
        await new Promise((done) => setTimeout(done, Math.min(SLOWEST, 2000 * 2 ** failures)));
      }
    }
  }

  #open(takesFocus: boolean): void {
    const { panel, log } = this.#view!;
    if (panel.isOpen) return;
    this.#opener = elementWithFocus();
    panel.open(takesFocus);
    this.#tab.set("open", true);
    log.toEnd();
    this.#show();
    void this.#askHours();
    this.#events.tell("open");
  }

  async #askHours(): Promise<void> {
    if (Date.now() - this.#askedAt < FRESH) return;
    const account = await this.#ask();
    if (account) this.#view?.panel.tellHours(account);
  }

  #visitAs(identity: Identity): void {
    this.#leave();
    this.#view?.log.clear();
    const mine = (act: () => void) => guarded(() => this.#visit === visit && act());
    const visit: Visit = new Visit(this.#door, this.#store, identity, {
      changed: mine(() => this.#show()),
      answered: (messages) => mine(() => this.#answered(messages))(),
      forgotten: mine(() => this.#startAnew()),
    });
    this.#visit = visit;
    this.#view?.composer.belongTo(visit.store);
    visit.begin();
    this.#show();
  }

  #leave(): void {
    this.#visit?.end();
    this.#visit = null;
  }

  #startAnew(): void {
    this.#leave();
    this.#store.clear();
    this.#identity = {};
    this.#context = {};
    if (this.#view) this.#visitAs({});
  }

  #send(text: string, files: KeptFile[]): void {
    const { origin, pathname } = location; // what stands after ? may be a secret of the page
    const page = { url: origin + pathname, title: document.title };
    this.#visit?.outbox.add({ key: uuid(), text, files, page, context: this.#context });
    this.#view?.log.toEnd();
  }

  #introduced(email: string): void {
    this.#visit?.store.set("asked", true);
    if (email) say(this.#view!.news, this.#words.kept(email));
    this.#view?.composer.focus();
    this.#show();
  }

  #answered(messages: Message[]): void {
    for (const { id, author, text, at } of messages) this.#events.tell("message", { id, author, text, at });
    const { panel, news } = this.#view!;
    if (!panel.isOpen) say(news, this.#words.from(messages.length, messages.at(-1)!.author));
  }

  /** Once for all that changed in one go. */
  #show(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(
      guarded(() => {
        this.#isDrawing = false;
        this.#showNow();
      }),
    );
  }

  #showNow(): void {
    const [visit, view] = [this.#visit, this.#view];
    if (!visit || !view) return;
    const { conversation, outbox } = visit;
    view.log.show({ conversation, waiting: outbox.items, isRetrying: outbox.isRetrying });
    view.composer.isClosed = visit.isRefused;
    view.who.element.hidden = !this.#asksWho(visit);
    view.line.show(visit.standing);
    view.panel.tell(this.#notice(visit));
    this.#showUnread(conversation.unread.length);
    if (view.panel.isOpen && !document.hidden && view.log.isAtEnd) void visit.look();
    if (conversation.cursor) queueMicrotask(() => view.log.listen());
  }

  #asksWho(visit: Visit): boolean {
    const hasSpoken = visit.conversation.messages.some((message) => message.direction === "inbound");
    return hasSpoken && !visit.isReachable && !visit.store.get("asked");
  }

  #notice({ isRefused, isDown }: Visit): string {
    if (isRefused) return this.#words.unknown;
    return isDown || !navigator.onLine ? this.#words.offline : "";
  }

  #showUnread(count: number): void {
    this.#view!.launcher.show(this.#view!.panel.isOpen, count);
    if (count !== this.#unread) this.#events.tell("unread", count);
    this.#unread = count;
  }
}

function pageIsThere(): Promise<void> {
  if (document.body) return Promise.resolve();
  return new Promise((done) => document.addEventListener("DOMContentLoaded", () => done(), { once: true }));
}

function elementWithFocus(): HTMLElement | null {
  const found = document.activeElement;
  return found instanceof HTMLElement && found !== document.body && !found.shadowRoot ? found : null;
}

/** `crypto.randomUUID` is there on secure pages only. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
