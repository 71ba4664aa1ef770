// Where the visitor writes. What is not sent yet is kept in this browser at every keystroke.
import type { KeptFile } from "./door";
import { el, icon, say } from "./drawing";
import type { Store } from "./store";
import { Tray } from "./tray";
import type { Language, Words } from "./words";

interface Hands {
  send(text: string, files: KeptFile[]): void;
  typing(isTyping: boolean): void;
  upload(file: File, progress: (part: number) => void, signal: AbortSignal): Promise<KeptFile>;
}

interface Limits {
  max_length: number | null;
  max_file_bytes: number;
  max_files: number;
}

interface Kept {
  text: string;
  files: KeptFile[];
}

// The desk forgets that somebody types sooner than this is said again.
const TYPING_AGAIN = 4000;
const TYPING_ENDS = 5000;
const NEARLY = 0.9;

export class Composer {
  readonly element: HTMLFormElement;
  #text: HTMLTextAreaElement;
  #send: HTMLButtonElement;
  #hint = el("p", { class: "hint", role: "status" });
  #picker: HTMLInputElement;
  #tray: Tray;
  #words: Words;
  #limits: Limits;
  #hands: Hands;
  #store: Store | null = null;
  #sendsAfterUpload = false;
  #problem = "";
  #toldTyping = 0;
  #typingEnds = 0;

  constructor(language: Language, words: Words, limits: Limits, hands: Hands) {
    this.#words = words;
    this.#limits = limits;
    this.#hands = hands;
    this.#tray = new Tray(language, words, limits, {
      upload: hands.upload,
      changed: () => this.#changedFiles(),
      tell: (problem) => this.#tell(problem),
    });
    this.#text = el("textarea", {
      rows: 1,
      "aria-label": words.yourMessage,
      placeholder: words.placeholder,
      enterkeyhint: "send",
      autocomplete: "off",
      input: () => this.#changed(),
      keydown: (event: KeyboardEvent) => this.#key(event),
      paste: (event: ClipboardEvent) => this.#paste(event),
      blur: () => this.#typing(false),
    });
    this.#picker = el("input", { type: "file", multiple: true, class: "hidden", tabindex: -1, "aria-hidden": "true", change: () => this.#choose() });
    this.#send = el("button", { class: "send", "aria-label": words.send, "aria-disabled": "true" }, icon("send"));
    const attach = el("button", { type: "button", class: "attach", "aria-label": words.attach, title: words.attach, click: () => this.#picker.click() }, icon("attach"));
    const field = el("div", { class: "field" }, attach, this.#text, this.#send);
    this.element = el("form", { class: "composer", submit: (event: Event) => this.#submit(event) }, this.#tray.element, field, this.#hint, this.#picker);
  }

  /** This visitor's own unsent words. */
  belongTo(store: Store): void {
    this.#store = store;
    this.restore();
  }

  restore(): void {
    const kept = this.#store?.get<Kept>("draft");
    this.#text.value = kept?.text ?? "";
    this.#tray.restore(kept?.files ?? []);
    this.#grow();
  }

  focus(): void {
    this.#text.focus();
  }

  get isFocused(): boolean {
    return this.element.matches(":focus-within");
  }

  add(files: File[]): void {
    if (this.#text.disabled) return;
    this.#tell("");
    this.#tray.add(files);
  }

  set isClosed(closed: boolean) {
    this.element.inert = closed;
    this.#text.disabled = closed;
  }

  #key(event: KeyboardEvent): void {
    // An Enter that ends a composed word (Chinese, Japanese) sends nothing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#text.value.trim();
    const over = text.length - (this.#limits.max_length ?? Infinity);
    if (over > 0) return;
    this.#sendsAfterUpload = this.#tray.isUploading;
    this.#tell(this.#sendsAfterUpload ? this.#words.afterUpload : "");
    if (this.#sendsAfterUpload || (!text && !this.#tray.kept.length)) return;
    const files = this.#tray.kept;
    this.#text.value = "";
    this.#tray.clear();
    this.#typing(false);
    this.#changed();
    this.#hands.send(text, files);
  }

  #changed(): void {
    this.#store?.set("draft", { text: this.#text.value, files: this.#tray.kept });
    this.#grow();
    this.#typing(Boolean(this.#text.value));
    this.#tell(this.#problem);
  }

  /** Of the files, until something is done with them; else of the length. */
  #tell(problem: string): void {
    this.#problem = problem;
    say(this.#hint, problem || this.#lengthLeft());
  }

  #changedFiles(): void {
    const isDone = this.#sendsAfterUpload && !this.#tray.isUploading;
    if (isDone) this.#sendsAfterUpload = false;
    this.#store?.set("draft", { text: this.#text.value, files: this.#tray.kept });
    this.#grow();
    if (isDone) this.element.requestSubmit();
  }

  #lengthLeft(): string {
    const most = this.#limits.max_length ?? Infinity;
    const { length } = this.#text.value.trim();
    if (length > most) return this.#words.tooLong(length - most);
    return length > most * NEARLY ? this.#words.left(most - length) : "";
  }

  #grow(): void {
    const isEmpty = !this.#text.value.trim() && this.#tray.element.hidden;
    this.#send.setAttribute("aria-disabled", `${isEmpty}`);
    this.#text.style.height = "auto";
    if (this.#text.scrollHeight) this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }

  #typing(isTyping: boolean): void {
    clearTimeout(this.#typingEnds);
    if (isTyping) this.#typingEnds = window.setTimeout(() => this.#typing(false), TYPING_ENDS);
    if (isTyping ? Date.now() - this.#toldTyping < TYPING_AGAIN : !this.#toldTyping) return;
    this.#toldTyping = isTyping ? Date.now() : 0;
    this.#hands.typing(isTyping);
  }

  #choose(): void {
    this.add([...(this.#picker.files ?? [])]);
    this.#picker.value = "";
    this.focus();
  }

  #paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.add(files);
  }
}
