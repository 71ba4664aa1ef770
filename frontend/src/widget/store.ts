// What this browser keeps. Each thing under its own name, so that two tabs never write over each other's.
// Where a browser keeps nothing for the page (blocked, full), it is kept for as long as the page is there.

export class Store {
  #memory = new Map<string, string>();
  #area: Storage | null;
  #isClosed = false;

  constructor(
    readonly prefix: string,
    area: Storage | null = usable(() => localStorage),
    memory?: Map<string, string>,
  ) {
    this.#area = area;
    if (memory) this.#memory = memory;
  }

  get isLasting(): boolean {
    return this.#area !== null;
  }

  /** A part of this store, by its own prefix. */
  part(name: string): Store {
    return new Store(`${this.prefix}${encodeURIComponent(name)}:`, this.#area, this.#memory);
  }

  get<Kept>(name: string): Kept | null {
    const text = this.#memory.get(this.prefix + name) ?? this.#area?.getItem(this.prefix + name);
    try {
      return text ? (JSON.parse(text) as Kept) : null;
    } catch {
      return null; // somebody else wrote there
    }
  }

  /** What answers come too late for whoever was here leave nothing behind. */
  close(): void {
    this.#isClosed = true;
  }

  set(name: string, value: unknown): void {
    if (this.#isClosed) return;
    const text = JSON.stringify(value);
    try {
      if (!this.#area) throw new Error("blocked");
      this.#area.setItem(this.prefix + name, text);
      this.#memory.delete(this.prefix + name);
    } catch {
      this.#memory.set(this.prefix + name, text);
    }
  }

  remove(name: string): void {
    this.#memory.delete(this.prefix + name);
    this.#area?.removeItem(this.prefix + name);
  }

  /** Without the prefix, in order. */
  names(start = ""): string[] {
    const all = [...this.#memory.keys(), ...Object.keys(this.#area ?? {})];
    const ours = all.filter((name) => name.startsWith(this.prefix + start));
    return [...new Set(ours)].map((name) => name.slice(this.prefix.length)).sort();
  }

  clear(): void {
    for (const name of this.names()) this.remove(name);
  }
}

/** Null where the page may keep nothing: touching it already throws. */
export function usable(area: () => Storage): Storage | null {
  try {
    const found = area();
    found.setItem("ninelives:try", "1");
    found.removeItem("ninelives:try");
    return found;
  } catch {
    return null;
  }
}
