// One message in the log: who said it, the words, the files, when, and how far it came.
import type { ShownFile } from "./door";
import { el, icon, say } from "./drawing";
import { linked, webAddress } from "./linked";
import { isPicture, paintInSight, readPicture } from "./pictures";
import { momentOf, sizeOf, timeOf } from "./time";
import type { Language, Words } from "./words";

export type State = "sending" | "retrying" | "sent" | "seen" | "failed";

export interface Told {
  key: string;
  side: "mine" | "theirs" | "event";
  author: string;
  text: string;
  files: ShownFile[];
  at: Date | null;
  state: State | null;
  reason: string;
  isPending: boolean;
  isFirst: boolean;
  isLast: boolean;
  day: string;
}

interface Hands {
  again(key: string): void;
  drop(key: string): void;
}

export class Entry {
  readonly element = el("li");
  #day = el("p", { class: "day" });
  #author = el("span");
  #face = el("span", { class: "face", "aria-hidden": "true" });
  #bubble = el("div", { class: "bubble" });
  // How far one's own message came changes often; the few changes that matter are told elsewhere.
  #foot = el("div", { class: "foot", "aria-live": "off" });
  #time = el("time");
  #state = el("span", { class: "state" });
  #failed: HTMLElement;
  #shown = "";
  #language: Language;
  #words: Words;
  #base: string;

  constructor(told: Told, language: Language, words: Words, base: string, hands: Hands) {
    this.#language = language;
    this.#words = words;
    this.#base = base;
    this.#failed = el(
      "span",
      { class: "choice", hidden: true },
      el("button", { type: "button", class: "link", click: () => hands.again(told.key) }, words.tryAgain),
      el("button", { type: "button", class: "link", click: () => hands.drop(told.key) }, words.removeMessage),
    );
    this.#foot.append(this.#time, this.#state, this.#failed);
    this.element.append(this.#day, el("div", { class: "said" }, this.#author, this.#face, this.#bubble, this.#foot));
  }

  show(told: Told): void {
    const { isFirst: first, isLast: last, isPending: pending } = told;
    const signs = Object.entries({ first, last, pending }).filter(([, is]) => is);
    this.element.className = ["entry", told.side, told.state ?? "", ...signs.map(([sign]) => sign)].join(" ");
    this.#day.hidden = !told.day;
    say(this.#day, told.day);
    this.#showAuthor(told);
    this.#showContent(told);
    this.#showFoot(told);
  }

  #showAuthor({ side, author, isFirst, isLast }: Told): void {
    const isShown = side === "theirs" && isFirst;
    this.#author.className = isShown ? "author" : "hidden";
    say(this.#author, side === "event" ? "" : isShown ? author : this.#words.says(side === "mine" ? this.#words.you : author));
    this.#face.hidden = side !== "theirs";
    say(this.#face, side === "theirs" && isLast ? initials(author) : "");
  }

  /** Addresses of files are signed anew each time; only another text or other files are another content. */
  #showContent({ text, files }: Told): void {
    const content = JSON.stringify([text, files.map((file) => [file.name, file.size, Boolean(file.url)])]);
    if (content === this.#shown) return;
    this.#shown = content;
    const words = text ? [el("div", { class: "words" }, ...linked(text, this.#words.opensInTab))] : [];
    this.#bubble.replaceChildren(...words, ...files.map((file) => this.#file(file)));
    this.#bubble.classList.toggle("bare", !text && files.length > 0 && files.every(isPicture));
  }

  #file(file: ShownFile): HTMLElement {
    const href = file.url && webAddress(file.url, this.#base);
    const chip = el("span", { class: "file" }, icon("file"), el("span", { class: "name" }, file.name), el("small", {}, sizeOf(file.size, this.#language)));
    if (!href) return chip;
    const link = el("a", { class: "file", href, target: "_blank", rel: "noopener", title: this.#words.opensInTab }, ...chip.childNodes);
    return isPicture(file) ? this.#picture(file, href, link) : link;
  }

  #picture(file: ShownFile, href: string, otherwise: HTMLElement): HTMLElement {
    const canvas = el("canvas", { role: "img", "aria-label": file.name, width: 240, height: 160 });
    const link = el("a", { class: "picture", href, target: "_blank", rel: "noopener", title: this.#words.opensInTab }, canvas);
    paintInSight(canvas, () => readPicture(href), () => link.replaceWith(otherwise));
    return link;
  }

  #showFoot({ at, state, reason, isLast, side }: Told): void {
    this.#foot.hidden = side === "event" || !(state || (isLast && at));
    this.#time.hidden = !at;
    if (at) {
      say(this.#time, timeOf(at, this.#language));
      this.#time.dateTime = at.toISOString();
      this.#time.title = momentOf(at, this.#language);
    }
    say(this.#state, state === "failed" && reason ? `${this.#words.failed}: ${reason}` : state ? this.#words[state] : "");
    this.#failed.hidden = state !== "failed";
  }
}

function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  const letters = parts.length > 1 ? [parts[0]!, parts.at(-1)!] : parts;
  return letters.map((part) => [...part][0] ?? "").join("").toUpperCase();
}
