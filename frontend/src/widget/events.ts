// What the page may hear of us.
import { guarded } from "./drawing";

export type Name = "ready" | "open" | "close" | "message" | "unread";
const NAMES: readonly string[] = ["ready", "open", "close", "message", "unread"];

type Ear = (news?: unknown) => unknown;

export class Events {
  #ears: [string, Ear][] = [];
  #isReady = false;

  on(name: string, ear: unknown): void {
    if (!NAMES.includes(name)) throw new TypeError(`there is no event ${name}; there are ${NAMES.join(", ")}`);
    if (typeof ear !== "function") throw new TypeError(`Ninelives("on", "${name}", …) needs a function`);
    this.#ears.push([name, guarded(ear as Ear)]);
    if (name === "ready" && this.#isReady) guarded(ear as Ear)();
  }

  tell(name: Name, news?: unknown): void {
    if (name === "ready") this.#isReady = true;
    for (const [wanted, ear] of this.#ears) if (wanted === name) ear(news);
  }
}
