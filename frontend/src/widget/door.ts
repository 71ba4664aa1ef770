// The chat door of Ninelives over HTTP. No cookies: the visitor's token goes along in a header.
import type { Identity } from "./tag";

export interface Account {
  name: string;
  colour: string;
  greeting: string;
  is_open: boolean;
  opens_at: string | null;
  away: string;
  /** Where customers help themselves; "" without. */
  help: string;
  max_length: number | null;
  max_file_bytes: number;
  max_files: number;
}

export interface Session {
  token: string;
  visitor: string;
  is_proven: boolean;
}

export interface KeptFile {
  id: string;
  name: string;
  size: number;
  media_type: string;
}

export interface ShownFile {
  name: string;
  size: number;
  media_type: string;
  url: string;
}

export interface Message {
  id: string;
  key: string | null;
  direction: "inbound" | "outbound" | "event";
  author: string;
  text: string;
  files: ShownFile[];
  at: string;
  status: "stored" | "sent" | "delivered" | "read";
}

export interface Page {
  messages: Message[];
  cursor: string | null;
  earlier?: string | null;
  is_typing: boolean;
  read_up_to: string | null;
  status: "open" | "closed" | null;
}

/** How one waits. Waits in seconds, null where nothing is known; `opens_at` while the queue is closed. */
export interface Standing {
  is_offered: boolean;
  ahead: number;
  low: number | null;
  high: number | null;
  opens_at: string | null;
  choice: Choice | null;
}

export interface Choice {
  what: "call" | "slot" | "message" | "known" | "expert";
  starts: string | null;
  ends: string | null;
  address: string;
  person: string;
}

/** How else one can be served, as far as it is possible. */
export interface Ways {
  slots: string[];
  slot_minutes: number;
  answer_by: string | null;
  known: string | null;
  /** How long it takes until one of them comes; null where nothing is known. */
  experts: { low: number | null; high: number | null } | null;
  email: string;
}

/** An empty `what` is to stay and wait. */
export interface Wish {
  what: Choice["what"] | "";
  phone?: string;
  slot?: string;
  email?: string;
}

export interface Draft {
  key: string;
  text: string;
  files: KeptFile[];
  page: { url: string; title: string };
  context: Record<string, string>;
}

/** The server understood and says no, or not now. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly words: string,
    /** In milliseconds; 0 when it was not said. */
    readonly wait: number,
  ) {
    super(`${status} ${words}`);
  }

  get isForGood(): boolean {
    return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status);
  }
}

const PATIENCE = 20_000;

export class Door {
  constructor(
    readonly base: string,
    readonly key: string,
    readonly language: string,
  ) {}

  account(): Promise<Account> {
    return this.#ask("GET", `?language=${this.language}`);
  }

  session(identity: Identity, earlier: string | null): Promise<Session> {
    return this.#ask("POST", "sessions", {
      body: {
        customer: identity.id ?? null,
        signature: identity.signature ?? null,
        email: identity.email ?? null,
        email_signature: identity.emailSignature ?? null,
        name: identity.name ?? "",
        language: this.language,
        token: earlier,
      },
    });
  }

  tell(token: string, email: string, name: string): Promise<void> {
    return this.#ask("POST", "address", { token, body: { email, name } });
  }

  async messages(token: string, where: { after?: string; before?: string }): Promise<Page> {
    const page = await this.#ask<Page>("GET", `messages?${new URLSearchParams(where).toString()}`, { token });
    if (!Array.isArray(page.messages)) throw new TypeError("not our server");
    return page;
  }

  /** Done only when the server says this key: a hotel's sign-in page answers 200 to everything. */
  async send(token: string, draft: Draft): Promise<void> {
    const body = { ...draft, files: draft.files.map((file) => file.id) };
    const told = await this.#ask<{ key?: string }>("POST", "messages", { token, body });
    if (told.key !== draft.key) throw new TypeError("not our server");
  }

  typing(token: string, isTyping: boolean): Promise<void> {
    return this.#ask("POST", "typing", { token, body: { is_typing: isTyping } });
  }

  seen(token: string, upTo: string): Promise<void> {
    return this.#ask("POST", "seen", { token, body: { up_to: upTo } });
  }

  async waiting(token: string): Promise<Standing | null> {
    return (await this.#ask<{ waiting: Standing | null }>("GET", "waiting", { token })).waiting ?? null;
  }

  ways(token: string): Promise<Ways> {
    return this.#ask("GET", "choice", { token });
  }

  async choose(token: string, wish: Wish): Promise<Standing | null> {
    return (await this.#ask<{ waiting: Standing | null }>("POST", "choice", { token, body: wish })).waiting;
  }

  stream(token: string, signal: AbortSignal): Promise<Response> {
    return fetch(this.#url("stream"), { ...OURS, headers: { ...bearer(token), Accept: "text/event-stream" }, signal });
  }

  /** fetch cannot tell how much has left. */
  upload(token: string, file: File, progress: (part: number) => void, signal: AbortSignal): Promise<KeptFile> {
    const request = new XMLHttpRequest();
    request.open("POST", this.#url("files"));
    const type = file.type || "application/octet-stream";
    const headers = { ...this.#headers(token), "Content-Type": type, "X-File-Name": encodeURIComponent(file.name) };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    signal.addEventListener("abort", () => request.abort());
    return new Promise((done, failed) => {
      request.onload = () => {
        const told = parsed(request.responseText);
        if (request.status < 300 && told["file"]) done({ ...told, id: told["file"] } as unknown as KeptFile);
        else failed(new Refusal(request.status, wordsOf(told), waitOf(request.getResponseHeader("Retry-After"))));
      };
      request.onerror = request.onabort = request.ontimeout = () => failed(new TypeError("no connection"));
      request.send(file);
    });
  }

  async #ask<Told>(method: string, path: string, { token = "", body = null as unknown } = {}): Promise<Told> {
    const timer = new AbortController();
    const ending = setTimeout(() => timer.abort(), PATIENCE);
    try {
      const headers = { ...this.#headers(token), ...(body ? { "Content-Type": "application/json" } : {}) };
      const answer = await fetch(this.#url(path), {
        ...OURS,
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
        signal: timer.signal,
      });
      const told = parsed(await answer.text());
      if (!answer.ok) throw new Refusal(answer.status, wordsOf(told), waitOf(answer.headers.get("Retry-After")));
      return told as Told;
    } finally {
      clearTimeout(ending);
    }
  }

  #headers(token: string): Record<string, string> {
    return { ...bearer(token), "Accept-Language": this.language };
  }

  #url(path: string): string {
    return `${this.base}chat/${encodeURIComponent(this.key)}/${path}`;
  }
}

const OURS = { credentials: "omit", mode: "cors", referrerPolicy: "strict-origin" } as const;

function bearer(token: string): Record<string, string> {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function wordsOf(told: Record<string, unknown>): string {
  return `${(told["detail"] || told["title"] || "") as string}`;
}

function waitOf(header: string | null): number {
  return (Number(header) || 0) * 1000;
}
