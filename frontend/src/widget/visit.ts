// One visitor on this page: who they are to the server, what was said, and what is still on its way.
import { Conversation } from "./conversation";
import { type Door, type KeptFile, type Message, Refusal, type Standing, type Ways, type Wish } from "./door";
import { guarded } from "./drawing";
import { Outbox } from "./outbox";
import { Pass } from "./pass";
import type { Store } from "./store";
import { listen } from "./stream";
import { Tabs } from "./tabs";
import type { Identity } from "./tag";

export interface Witness {
  changed(): void;
  /** Somebody of the organisation said this just now. */
  answered(messages: Message[]): void;
  forgotten(): void;
}

type News = { signal: string } | { isDown: boolean } | { isReached: true } | { dropped: string } | { forgotten: true };

const TYPING_LASTS = 8000;
const SLOWEST = 30_000;
const SOON = 200;
// Nobody tells when somebody before them is helped: whoever waits asks.
const WAITS_AGAIN = 15_000;

export class Visit {
  readonly conversation: Conversation;
  readonly outbox: Outbox;
  readonly store: Store;
  /** Nothing can be said to this visitor before the page says rightly who they are. */
  isRefused = false;
  isDown = false;
  /** How they wait, while they do. */
  standing: Standing | null = null;
  #door: Door;
  #pass: Pass;
  #tabs: Tabs<News>;
  #witness: Witness;
  #identity: Identity;
  #leaving = new AbortController();
  #isListening = false;
  #refreshing: Promise<void> | null = null;
  #isStale = false;
  #seenTold = "";
  #typingEnds = 0;
  #looking = 0;
  #asking = 0;
  #patience = SOON;
  /** The stream waits no longer: the server is there. */
  #nudge: () => void = () => {};

  constructor(door: Door, account: Store, identity: Identity, witness: Witness) {
    const who = identity.id ?? (identity.emailSignature ? identity.email : "") ?? "";
    const anonymous = account.part("");
    this.store = account.part(who);
    this.#door = door;
    this.#identity = identity;
    this.#witness = witness;
    this.#tabs = new Tabs(this.store.prefix, (news) => this.#hear(news));
    this.#pass = new Pass(door, this.store, anonymous, identity);
    if (who) bringAlong(anonymous, this.store);
    this.conversation = new Conversation(this.store);
    this.outbox = new Outbox(this.store, {
      post: (draft) => this.#use((token) => this.#door.send(token, draft)).then(() => this.#reached()),
      alone: (run) => this.#alone("send", run),
      changed: () => this.#witness.changed(),
    });
  }

  /** Who is known or was here before is looked up at once; of others the server hears when they first say something. */
  begin(): void {
    const { signal } = this.#leaving;
    window.addEventListener("online", guarded(() => this.#wake()), { signal });
    document.addEventListener("visibilitychange", guarded(() => document.hidden || this.#wake()), { signal });
    window.addEventListener("storage", (event) => this.#kept(event), { signal });
    if (this.isKnown) this.#continue();
    this.outbox.flush();
  }

  end(): void {
    this.#leaving.abort();
    this.outbox.end();
    this.#tabs.close();
    this.store.close();
  }

  get isKnown(): boolean {
    return Boolean(this.#pass.current || this.#identity.id || this.#identity.emailSignature);
  }

  /** Whether we can reach them once they have left. */
  get isReachable(): boolean {
    return Boolean(this.#identity.id || this.#identity.email || this.store.get("email"));
  }

  async introduce(email: string, name: string): Promise<void> {
    await this.#use((token) => this.#door.tell(token, email, name));
    this.store.set("email", email);
  }

  upload(file: File, progress: (part: number) => void, signal: AbortSignal): Promise<KeptFile> {
    return this.#use((token) => this.#door.upload(token, file, progress, signal));
  }

  async typing(isTyping: boolean): Promise<void> {
    if (this.isKnown) await this.#quietly((token) => this.#door.typing(token, isTyping));
  }

  /** Whatever they said was in sight. */
  async look(): Promise<void> {
    const newest = this.conversation.newestOfTheirs;
    if (!newest || newest.status === "read" || newest.id === this.#seenTold) return;
    this.#seenTold = newest.id;
    this.conversation.saw(newest);
    this.#witness.changed();
    this.#tabs.tell({ signal: "seen" });
    if (await this.#quietly((token) => this.#door.seen(token, newest.id))) return;
    await pause(SLOWEST, this.#leaving.signal);
    this.#seenTold = "";
  }

  async showEarlier(): Promise<void> {
    const before = this.conversation.earlier;
    if (!before) return;
    this.conversation.goBack(await this.#use((token) => this.#door.messages(token, { before })));
    this.#witness.changed();
  }

  ways(): Promise<Ways> {
    return this.#use((token) => this.#door.ways(token));
  }

  async choose(wish: Wish): Promise<void> {
    this.standing = await this.#use((token) => this.#door.choose(token, wish));
    if (wish.email) this.store.set("email", wish.email);
    this.#witness.changed();
  }

  drop(key: string): void {
    this.outbox.drop(key);
    this.#tabs.tell({ dropped: key });
  }

  /** The other tabs forget too. */
  forget(): void {
    this.#tabs.tell({ forgotten: true });
  }

  #wake(): void {
    this.outbox.flush();
    this.#nudge();
    if (this.#isListening) void this.#refresh();
  }

  #reached(): void {
    if (this.isDown) this.#tellAll({ isReached: true });
    this.#continue();
  }

  #continue(): void {
    void this.#refresh();
    if (this.#isListening || this.isRefused) return;
    this.#isListening = true;
    void this.#lead();
  }

  /** One tab reads the stream for all of this visitor's. */
  async #lead(): Promise<void> {
    const { signal } = this.#leaving;
    try {
      await this.#pass.session();
      await this.#alone("listen", () => this.#listen(signal));
    } catch (reason) {
      this.#isListening = false;
      if (this.#isRefusedBy(reason) || signal.aborted) return;
      await pause(5000, signal);
      this.#continue();
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      const ear = {
        opened: () => {
          failures = 0;
          this.#tellAll({ isDown: false });
        },
        heard: (event: string, data: string) => this.#tellAll({ signal: event === "resync" ? event : data }),
      };
      let asked = 0;
      try {
        await this.#use((token) => listen((line) => this.#door.stream(token, line), ear, signal));
      } catch (reason) {
        if (this.#isRefusedBy(reason)) return;
        asked = reason instanceof Refusal ? reason.wait : 0;
      }
      if (signal.aborted) return;
      if (failures) this.#tellAll({ isDown: true });
      const nudged = new Promise<void>((nudge) => (this.#nudge = nudge));
      const wait = Math.min(SLOWEST, 500 * 2 ** failures) * (0.5 + Math.random());
      await (asked > wait ? pause(asked, signal) : Promise.race([nudged, pause(wait, signal)]));
    }
  }

  #tellAll(news: News): void {
    this.#tabs.tell(news);
    this.#hear(news);
  }

  #hear(news: News): void {
    if ("isDown" in news) {
      this.isDown = news.isDown;
      this.#witness.changed();
      void this.#refresh();
    } else if ("isReached" in news) this.#nudge();
    else if ("dropped" in news) this.outbox.drop(news.dropped);
    else if ("forgotten" in news) this.#witness.forgotten();
    else this.#signal(news.signal);
  }

  #signal(topic: string): void {
    if (!topic.startsWith("typing ")) return void this.#refresh();
    this.#typing(topic === "typing on");
    this.#witness.changed();
  }

  /** Who closes their laptop never says that they stopped. */
  #typing(isTyping: boolean): void {
    this.conversation.isTyping = isTyping;
    clearTimeout(this.#typingEnds);
    if (isTyping) this.#typingEnds = window.setTimeout(() => this.#signal("typing off"), TYPING_LASTS);
  }

  #refresh(): Promise<void> {
    this.#isStale = true;
    this.#refreshing ??= this.#fetchAll().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #fetchAll(): Promise<void> {
    const { signal } = this.#leaving;
    while (this.#isStale && !signal.aborted) {
      this.#isStale = false;
      try {
        await this.#fetch();
      } catch (reason) {
        this.#isRefusedBy(reason); // else the stream or the next look brings us back
      }
    }
  }

  async #fetch(): Promise<void> {
    const { conversation } = this;
    const after = conversation.cursor;
    const page = await this.#use((token) => this.#door.messages(token, after ? { after } : {}));
    const isWhole = !after || page.earlier !== undefined;
    const fresh = isWhole ? conversation.begin(page) : conversation.goOn(page);
    this.#typing(page.is_typing);
    this.outbox.arrived(new Set(conversation.messages.map((message) => message.key ?? "")));
    this.#witness.changed();
    const answers = after ? fresh.filter((message) => message.direction === "outbound") : [];
    if (answers.length) this.#witness.answered(answers);
    this.#lookAgain();
    if (!after || this.standing || this.#awaits) await this.#askHowLong();
  }

  /** They said something, and nobody of the organisation has answered. */
  get #awaits(): boolean {
    const said = this.conversation.messages.filter((message) => message.direction !== "event");
    return this.conversation.status === "open" && said.at(-1)?.direction === "inbound";
  }

  async #askHowLong(): Promise<void> {
    clearTimeout(this.#asking);
    const before = this.standing;
    this.standing = this.conversation.status === "open" ? await this.#use((token) => this.#door.waiting(token)) : null;
    if (before || this.standing) this.#witness.changed();
    if (this.standing) this.#asking = window.setTimeout(guarded(() => this.#askAgain()), WAITS_AGAIN);
  }

  /** Not for a page that nobody looks at; a look brings it up to date. */
  async #askAgain(): Promise<void> {
    if (this.#leaving.signal.aborted || document.hidden) return;
    try {
      await this.#askHowLong();
    } catch {
      this.#asking = window.setTimeout(guarded(() => this.#askAgain()), WAITS_AGAIN);
    }
  }

  /** Nobody tells when what one wrote has been processed; its files and its place are known only then. */
  #lookAgain(): void {
    clearTimeout(this.#looking);
    const isWaiting = this.conversation.messages.some((message) => message.status === "stored");
    this.#patience = isWaiting ? Math.min(SLOWEST, this.#patience * 2) : SOON;
    if (isWaiting) this.#looking = window.setTimeout(() => void this.#refresh(), this.#patience);
  }

  #kept(event: StorageEvent): void {
    if (event.key?.startsWith(`${this.store.prefix}out:`)) this.outbox.look();
  }

  /** Where nothing lasts, each tab is a visitor of its own. */
  #alone(what: string, run: () => Promise<void>): Promise<void> {
    return this.store.isLasting ? this.#tabs.alone(what, this.#leaving.signal, run) : run();
  }

  async #use<Told>(act: (token: string) => Promise<Told>): Promise<Told> {
    const told = await this.#pass.use(act);
    this.isRefused = false;
    return told;
  }

  /** Looks and keystrokes are not worth telling anybody that they were lost. */
  async #quietly(act: (token: string) => Promise<void>): Promise<boolean> {
    try {
      await this.#use(act);
      return true;
    } catch {
      return false;
    }
  }

  #isRefusedBy(reason: unknown): boolean {
    this.isRefused = reason instanceof Refusal && (reason.status === 403 || reason.status === 404);
    if (this.isRefused) {
      console.warn("Ninelives: the server does not take who the page says is here.", reason);
      this.#witness.changed();
    }
    return this.isRefused;
  }
}

/** What was written or sent before signing in, and has not left yet. */
function bringAlong(from: Store, to: Store): void {
  for (const name of from.names().filter((one) => one === "draft" || one.startsWith("out:"))) {
    if (name !== "draft" || !to.get("draft")) to.set(name, from.get(name));
    from.remove(name);
  }
  from.remove("messages");
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      for (const [target, name] of moments) target.removeEventListener(name, end);
      done();
    };
    const timer = setTimeout(end, milliseconds);
    const moments = [[signal, "abort"], [window, "online"]] as [EventTarget, string][];
    for (const [target, name] of moments) target.addEventListener(name, end);
  });
}
