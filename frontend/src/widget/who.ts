// Asks a visitor whom nobody knows where to reach them, once they have said something.
import { el, say } from "./drawing";
import type { Words } from "./words";

export class Who {
  readonly element: HTMLFormElement;
  #email: HTMLInputElement;
  #name: HTMLInputElement;
  #error = el("p", { class: "error", id: "error", role: "alert" });
  #words: Words;
  #tell: (email: string, name: string) => Promise<void>;
  #done: (email: string) => void;

  constructor(words: Words, tell: (email: string, name: string) => Promise<void>, done: (email: string) => void) {
    this.#words = words;
    this.#tell = tell;
    this.#done = done;
    this.#email = el("input", { type: "email", id: "email", autocomplete: "email", required: true, "aria-describedby": "why error", maxlength: 254 });
    this.#name = el("input", { type: "text", id: "name", autocomplete: "name", maxlength: 200 });
    this.element = el(
      "form",
      { class: "who", novalidate: true, hidden: true, "aria-labelledby": "who", submit: (event: Event) => this.#submit(event) },
      el("h3", { id: "who" }, words.who),
      el("p", { id: "why", class: "why" }, words.whoWhy),
      el("label", { for: "email" }, words.email),
      this.#email,
      this.#error,
      el("label", { for: "name" }, words.name),
      this.#name,
      el("div", { class: "choice" }, el("button", { class: "primary" }, words.keep), el("button", { type: "button", class: "quiet", click: () => done("") }, words.skip)),
    );
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const email = this.#email.value.trim();
    if (!email || !this.#email.validity.valid) return this.#refuse(this.#words.notAnAddress);
    this.#refuse("");
    try {
      await this.#tell(email, this.#name.value.trim());
      this.#done(email);
    } catch {
      this.#refuse(this.#words.notKept);
    }
  }

  #refuse(problem: string): void {
    say(this.#error, problem);
    this.#email.setAttribute("aria-invalid", `${Boolean(problem)}`);
    if (problem) this.#email.focus();
  }
}
