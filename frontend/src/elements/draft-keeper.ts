// Keeps what is being written. `dirty` stands on the element while the server has not got it all; a morph then leaves
// the text alone.
import { csrf } from "../asking";
import { Saving, type Listener, type Words } from "../saving";
import type { TextConflict } from "./text-conflict";

export class DraftKeeper extends HTMLElement implements Listener {
  #leaving = new AbortController();
  #saving: Saving | null = null;

  connectedCallback(): void {
    if (!this.field) return;
    this.#saving = new Saving(this.getAttribute("url") ?? "", csrf, this);
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const flush = (): void => this.#current.flush();
    this.addEventListener("input", (event) => isDraft(event.target) && this.#changed(), { signal });
    this.addEventListener("focusout", flush, { signal });
    this.addEventListener("conflict:settled", () => this.#settled(), { signal });
    document.addEventListener("visibilitychange", flush, { signal });
    for (const moment of ["pagehide", "online"]) window.addEventListener(moment, flush, { signal });
    this.#restore();
  }

  disconnectedCallback(): void {
    this.#saving?.flush();
    this.#saving?.stop();
    this.#leaving.abort();
  }

  get field(): HTMLTextAreaElement | null {
    return this.querySelector("textarea");
  }

  words(): Words {
    const mode = this.querySelector<HTMLInputElement>("[name=mode]:checked")?.value ?? "note";
    return { text: this.field?.value ?? "", mode };
  }

  saved(): void {
    this.removeAttribute("dirty");
    this.#say(this.words().text ? this.dataset["saved"] : "");
  }

  notSaved(): void {
    this.#say(this.dataset["kept"]);
  }

  torn(other: string): void {
    this.#current.isHeld = true;
    this.querySelector<TextConflict>("text-conflict")?.show(other);
  }

  /** The text leaves the field for its bubble. */
  sending(): Words {
    const words = this.words();
    this.#current.hold();
    this.#fill("");
    return words;
  }

  /** What was written meanwhile follows the text that left, of which `version` is the empty draft: the server's own page
   *  may not stand here yet. */
  sent(version: number): void {
    const saving = this.#current;
    saving.version = Math.max(saving.version, version);
    saving.forget();
    saving.release();
  }

  giveBack(text: string): void {
    this.#current.isHeld = false;
    this.#fill([text, this.words().text].filter(Boolean).join("\n\n"));
    this.#changed();
  }

  /** The server's own page may know a newer version than our last saving. */
  get #current(): Saving {
    const saving = this.#saving!;
    saving.version = Math.max(saving.version, Number(this.getAttribute("version")));
    return saving;
  }

  #changed(): void {
    this.toggleAttribute("dirty", true);
    this.#say("");
    this.#current.changed();
  }

  #settled(): void {
    this.#current.isHeld = false;
    this.#changed();
  }

  /** What the server never got, after a crash or without a line. */
  #restore(): void {
    const kept = this.#current.recall();
    const { text } = this.words();
    if (!kept || kept.text === text) return this.#current.forget();
    if (kept.version !== this.#current.version && text) return this.torn(kept.text);
    this.#fill(kept.text);
    this.#changed();
  }

  #fill(text: string): void {
    this.field!.value = text;
    this.removeAttribute("dirty");
    this.#say("");
    this.field!.dispatchEvent(new Event("draft:replaced", { bubbles: true }));
  }

  #say(words = ""): void {
    const state = this.querySelector(".composer__state");
    if (state && state.textContent !== words) state.textContent = words;
  }
}

function isDraft(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("textarea, [name=mode]");
}
