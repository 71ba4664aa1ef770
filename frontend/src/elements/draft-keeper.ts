// Keeps what is being written: on this computer with every key, on the server as soon as the typing pauses.
// `dirty` stands on the element while the server has not got it all; a morph then leaves the text alone.
import { forget, recall, remember, save, type Draft } from "../drafts";
import type { TextConflict } from "./text-conflict";

const PAUSE = 300;
const LONGEST = 2000;
const TRY_AGAIN = 5000;

export class DraftKeeper extends HTMLElement {
  #leaving = new AbortController();
  #version = 0;
  #timer = 0;
  #since = 0;
  #sends = 0;
  #isSaving = false;
  #isSending = false; // an old draft must not overtake the message

  connectedCallback(): void {
    if (!this.field) return;
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.addEventListener("input", (event) => isDraft(event.target) && this.changed(), { signal });
    this.addEventListener("focusout", () => this.flush(), { signal });
    this.addEventListener("conflict:settled", () => this.changed(), { signal });
    this.addEventListener("htmx:configRequest", (event) => this.#sign(event as CustomEvent), { signal });
    document.addEventListener("visibilitychange", () => this.flush(), { signal });
    for (const moment of ["pagehide", "online"]) window.addEventListener(moment, () => this.flush(), { signal });
    this.#restore();
  }

  disconnectedCallback(): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#leaving.abort();
  }

  get field(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  get mode(): string {
    return this.querySelector<HTMLInputElement>("[name=mode]:checked")?.value ?? "note";
  }

  changed(): void {
    this.toggleAttribute("dirty", true);
    this.#say("");
    remember(this.#url, this.#draft());
    this.#since ||= Date.now();
    this.#later(Math.min(PAUSE, LONGEST - (Date.now() - this.#since)));
  }

  flush(): void {
    if (!this.hasAttribute("dirty") || this.#isSaving || this.#isSending || this.#conflict?.isOpen) return;
    clearTimeout(this.#timer);
    this.#since = 0;
    void this.#save();
  }

  /** The text leaves the field for its bubble. */
  sending(): string {
    const text = this.field!.value;
    clearTimeout(this.#timer);
    this.#isSending = true;
    this.#sends++;
    this.#fill("");
    return text;
  }

  sent(): void {
    this.#isSending = false;
    if (!this.hasAttribute("dirty")) forget(this.#url);
    this.flush();
  }

  giveBack(text: string): void {
    this.#isSending = false;
    this.#fill([text, this.field!.value].filter(Boolean).join("\n\n"));
    this.changed();
  }

  get #url(): string {
    return this.getAttribute("url") ?? "";
  }

  get #conflict(): TextConflict | null {
    return this.querySelector<TextConflict>("text-conflict");
  }

  #draft(): Draft {
    const version = Math.max(this.#version, Number(this.getAttribute("version")));
    return { text: this.field?.value ?? "", mode: this.mode, version };
  }

  async #save(): Promise<void> {
    const draft = this.#draft();
    const sends = this.#sends;
    this.#isSaving = true;
    const answer = await save(this.#url, draft);
    this.#isSaving = false;
    if (sends !== this.#sends) return this.flush(); // overtaken: that text is on its way to the customer
    if (answer === "lost") this.#notKept();
    else if ("other" in answer) this.#tear(answer.other, answer.version);
    else this.#kept(draft, answer.version);
  }

  #kept(draft: Draft, version: number): void {
    this.#version = version;
    if (this.field?.value !== draft.text || this.mode !== draft.mode) return this.changed();
    this.toggleAttribute("dirty", false);
    forget(this.#url);
    this.#say(draft.text ? this.dataset["saved"] : "");
  }

  #notKept(): void {
    this.#say(this.dataset["kept"]);
    this.#later(TRY_AGAIN);
  }

  #tear(other: string, version: number): void {
    this.#version = version;
    if (!other || other === this.field!.value) this.changed();
    else this.#conflict?.show(other);
  }

  /** What the server never got, after a crash or without a line. */
  #restore(): void {
    const kept = recall(this.#url);
    const field = this.field!;
    if (!kept || kept.text === field.value) return forget(this.#url);
    if (kept.version !== this.#draft().version && field.value) return this.#conflict?.show(kept.text);
    field.value = kept.text;
    this.changed();
  }

  #fill(text: string): void {
    this.field!.value = text;
    this.toggleAttribute("dirty", false);
    this.#say("");
    this.field!.dispatchEvent(new Event("draft:replaced", { bubbles: true }));
  }

  #sign(event: CustomEvent<{ parameters: Record<string, unknown> }>): void {
    event.detail.parameters["version"] = String(this.#draft().version);
  }

  #later(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.flush(), pause);
  }

  #say(words = ""): void {
    const state = this.querySelector(".composer__state");
    if (state && state.textContent !== words) state.textContent = words;
  }
}

function isDraft(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("textarea, [name=mode]");
}
