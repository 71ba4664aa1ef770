// Who we are to the server: a token, asked for when it is first needed, kept, and renewed when the server lost it.
import { type Door, Refusal, type Session } from "./door";
import type { Store } from "./store";
import type { Identity } from "./tag";

interface Kept extends Session {
  /** With which it was given: another signature is another question to the server. */
  signature: string;
}

export class Pass {
  #door: Door;
  #store: Store;
  #identity: Identity;
  #anonymous: Store;
  #asking: Promise<Session> | null = null;
  #lost: string | null = null;

  constructor(door: Door, store: Store, anonymous: Store, identity: Identity) {
    this.#door = door;
    this.#store = store;
    this.#anonymous = anonymous;
    this.#identity = identity;
  }

  /** What is kept, if it was given to whom the page says is here. */
  get current(): Session | null {
    const kept = this.#store.get<Kept>("session");
    return kept && kept.signature === this.#signature ? kept : null;
  }

  session(): Promise<Session> {
    const { current } = this;
    if (current) return Promise.resolve(current);
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** With a token that the server knows. */
  async use<Told>(act: (token: string) => Promise<Told>): Promise<Told> {
    const { token } = await this.session();
    try {
      return await act(token);
    } catch (reason) {
      if (!(reason instanceof Refusal && reason.status === 401)) throw reason;
      this.lost(token);
      return act((await this.session()).token);
    }
  }

  lost(token: string): void {
    if (this.current?.token !== token) return;
    this.#lost = token;
    this.#store.remove("session");
  }

  async #ask(): Promise<Session> {
    const session = await this.#door.session(this.#identity, this.#lost ?? this.#before());
    this.#store.set("session", { ...session, signature: this.#signature });
    // What was said before signing in goes on under the name; the old token has done its work.
    if (this.#anonymous.prefix !== this.#store.prefix) this.#anonymous.remove("session");
    return session;
  }

  #before(): string | null {
    return this.#anonymous.get<Kept>("session")?.token ?? null;
  }

  get #signature(): string {
    return `${this.#identity.signature ?? ""} ${this.#identity.emailSignature ?? ""}`;
  }
}
