// Files on their way to the server before their message goes: one after another, with progress; what cannot come is
// named with the reason.
import { type KeptFile, Refusal } from "./door";
import { el, icon } from "./drawing";
import { isPicture, paint } from "./pictures";
import { sizeOf } from "./time";
import type { Language, Words } from "./words";

interface Hands {
  upload(file: File, progress: (part: number) => void, signal: AbortSignal): Promise<KeptFile>;
  changed(): void;
  tell(words: string): void;
}

interface Limits {
  max_file_bytes: number;
  max_files: number;
}

interface Item {
  element: HTMLElement;
  leaving: AbortController;
  file?: File;
  kept?: KeptFile;
}

const TRIES = 5;

export class Tray {
  readonly element = el("ul", { class: "tray", role: "list", hidden: true });
  #items: Item[] = [];
  #language: Language;
  #words: Words;
  #limits: Limits;
  #hands: Hands;
  #isBusy = false;

  constructor(language: Language, words: Words, limits: Limits, hands: Hands) {
    this.#language = language;
    this.#words = words;
    this.#limits = limits;
    this.#hands = hands;
  }

  get kept(): KeptFile[] {
    return this.#items.flatMap((item) => item.kept ?? []);
  }

  get isUploading(): boolean {
    return this.#items.some((item) => !item.kept);
  }

  add(files: File[]): void {
    for (const file of files) {
      const problem = this.#problemOf(file);
      if (problem) this.#hands.tell(problem);
      else this.#show({ element: el("li"), leaving: new AbortController(), file });
    }
    if (!this.#isBusy) void this.#uploadAll();
  }

  restore(files: KeptFile[]): void {
    this.clear();
    for (const kept of files) this.#show({ element: el("li"), leaving: new AbortController(), kept });
  }

  clear(): void {
    for (const item of [...this.#items]) this.#remove(item);
  }

  #problemOf(file: File): string {
    if (!file.size) return this.#words.isEmpty(file.name);
    if (file.size > this.#limits.max_file_bytes) return this.#tooLarge(file);
    return this.#items.length >= this.#limits.max_files ? this.#words.tooMany(this.#limits.max_files) : "";
  }

  #tooLarge(file: File): string {
    return this.#words.tooLarge(file.name, sizeOf(this.#limits.max_file_bytes, this.#language));
  }

  #show(item: Item): void {
    const { name, size } = item.file ?? item.kept!;
    const remove = el("button", { type: "button", class: "remove", "aria-label": this.#words.remove(name) }, icon("close"));
    remove.addEventListener("click", () => this.#remove(item));
    const bar = item.file && el("progress", { max: 1, value: 0, "aria-label": this.#words.uploading(name, 0) });
    item.element.append(
      this.#sign(item.file),
      el("span", { class: "name" }, name),
      el("small", {}, sizeOf(size, this.#language)),
      remove,
      ...(bar ? [bar] : []),
    );
    this.#items.push(item);
    this.element.append(item.element);
    this.#changed();
  }

  #sign(file?: File): Element {
    if (!file || !isPicture({ media_type: file.type, size: file.size })) return icon("file");
    const canvas = el("canvas", { "aria-hidden": "true", width: 1, height: 1 });
    paint(canvas, file).then(() => canvas.removeAttribute("style")).catch(() => canvas.replaceWith(icon("file")));
    return canvas;
  }

  #remove(item: Item): void {
    item.leaving.abort();
    item.element.remove();
    this.#items = this.#items.filter((one) => one !== item);
    this.#changed();
  }

  #changed(): void {
    this.element.hidden = !this.#items.length;
    this.#hands.changed();
  }

  async #uploadAll(): Promise<void> {
    this.#isBusy = true;
    for (let item = this.#waiting(); item; item = this.#waiting()) await this.#upload(item, item.file!);
    this.#isBusy = false;
  }

  #waiting(): Item | undefined {
    return this.#items.find((item) => !item.kept);
  }

  async #upload(item: Item, file: File): Promise<void> {
    const bar = item.element.querySelector("progress")!;
    const progress = (part: number): void => {
      bar.value = part;
      bar.setAttribute("aria-label", this.#words.uploading(file.name, Math.round(part * 100)));
    };
    try {
      item.kept = await this.#persist(item, () => this.#hands.upload(file, progress, item.leaving.signal));
      bar.remove();
      this.#changed();
    } catch (reason) {
      if (item.leaving.signal.aborted) return;
      this.#hands.tell(this.#reason(file, reason));
      this.#remove(item);
    }
  }

  async #persist(item: Item, upload: () => Promise<KeptFile>): Promise<KeptFile> {
    for (let tried = 1; ; tried++) {
      try {
        return await upload();
      } catch (reason) {
        const isFinal = tried >= TRIES || item.leaving.signal.aborted || (reason instanceof Refusal && reason.isForGood);
        if (isFinal) throw reason;
        await until(navigator.onLine ? 1000 * 2 ** tried : 600_000);
      }
    }
  }

  #reason(file: File, reason: unknown): string {
    if (!(reason instanceof Refusal)) return this.#words.notUploaded(file.name);
    return reason.words ? `${file.name}: ${reason.words}` : reason.status === 413 ? this.#tooLarge(file) : this.#words.notUploaded(file.name);
  }
}

function until(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", () => (clearTimeout(timer), done()), { once: true });
  });
}
