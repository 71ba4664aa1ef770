// How one waits, in one calm line over the composer, and how else one can be served.
import { type Choice, Refusal, type Standing, type Ways, type Wish } from "./door";
import { el, guarded, say } from "./drawing";
import { capital, dueOf, openingOf, slotOf, spanOf } from "./time";
import type { Language, Words } from "./words";

interface Hands {
  ways(): Promise<Ways>;
  choose(wish: Wish): Promise<void>;
}

type What = Wish["what"];

const SLOT_MINUTES = 30;

export class Line {
  readonly element: HTMLElement;
  #told = el("p", { class: "told" });
  /** Read aloud when one begins to wait and when something was chosen, not at every minute less. */
  #aloud = el("p", { class: "hidden", role: "status" });
  #other: HTMLButtonElement;
  #form: HTMLFormElement;
  #ways = el("div");
  #phone = el("input", { type: "tel", id: "phone", autocomplete: "tel", maxlength: 40, "aria-describedby": "unfit" });
  #slot = el("select", { id: "slot" });
  #email = el("input", { type: "email", id: "answer", autocomplete: "email", maxlength: 254, "aria-describedby": "unfit" });
  #error = el("p", { class: "error", id: "unfit", role: "alert" });
  #fields: [HTMLElement, What[]][];
  #language: Language;
  #words: Words;
  #help: string | null;
  #hands: Hands;
  #standing: Standing | null = null;
  #heard = "";
  #isBusy = false;

  constructor(language: Language, words: Words, help: string | null, hands: Hands) {
    this.#language = language;
    this.#words = words;
    this.#help = help;
    this.#hands = hands;
    this.#other = el("button", { type: "button", class: "link", "aria-expanded": "false", "aria-controls": "ways", click: () => this.#toggle() });
    const [phone, email, slot] = [field("phone", words.phone, this.#phone), field("answer", words.answerEmail, this.#email), field("slot", words.slot, this.#slot)];
    this.#fields = [
      [phone, ["call", "slot"]],
      [email, ["message"]],
      [slot, ["slot"]],
    ];
    this.#form = el(
      "form",
      { class: "ways", id: "ways", novalidate: true, hidden: true, submit: (event: Event) => this.#submit(event), change: () => this.#fit() },
      el("fieldset", {}, el("legend", {}, words.ways), this.#ways),
      phone,
      email,
      this.#error,
      slot,
      el("div", { class: "choice" }, el("button", { class: "primary" }, words.choose), el("button", { type: "button", class: "quiet", click: () => this.#close() }, words.skip)),
    );
    this.element = el("div", { class: "line", hidden: true, keydown: (event: KeyboardEvent) => this.#key(event) }, el("div", { class: "wait" }, this.#told, this.#other), this.#form, this.#aloud);
  }

  show(standing: Standing | null): void {
    this.#standing = standing;
    this.element.hidden = !standing;
    if (!standing) {
      this.#heard = "";
      this.#form.hidden = true;
      this.#other.setAttribute("aria-expanded", "false");
      return;
    }
    const line = this.#lineOf(standing);
    say(this.#told, line);
    say(this.#other, standing.choice ? this.#words.change : this.#words.anotherWay);
    const heard = JSON.stringify([standing.choice, standing.opens_at]);
    if (heard !== this.#heard) say(this.#aloud, line);
    this.#heard = heard;
  }

  #lineOf(standing: Standing): string {
    const { choice, opens_at: opens } = standing;
    const wait = opens ? this.#words.opens(openingOf(new Date(opens), this.#language)) : this.#waitOf(standing);
    if (!choice) return wait;
    const told = this.#chosen(choice);
    return choice.what === "call" || choice.what === "known" || choice.what === "expert" ? `${told} ${wait}` : told;
  }

  #waitOf({ is_offered: isOffered, ahead, low, high }: Standing): string {
    const words = this.#words;
    if (isOffered) return words.wait(words.moments);
    if (low === null || high === null) return `${words.inLine}; ${words.before(ahead)}`;
    return `${words.wait(spanOf(low, high, this.#language))}; ${words.before(ahead)}`;
  }

  #chosen({ what, starts, ends, address, person }: Choice): string {
    const words = this.#words;
    if (what === "call") return words.toldCall(address);
    if (what === "slot" && starts) return words.toldSlot(address, slotOf(new Date(starts), SLOT_MINUTES, this.#language));
    if (what === "message" && ends) return words.toldMessage(words.by(dueOf(new Date(ends), this.#language)), address);
    if (what === "expert") return words.toldExpert;
    return words.toldKnown(person);
  }

  async #toggle(): Promise<void> {
    if (!this.#form.hidden) return this.#close();
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      this.#offer(await this.#hands.ways());
    } catch (reason) {
      // They wait no more, or the line is gone; either is told elsewhere soon.
      if (!(reason instanceof Refusal)) say(this.#aloud, this.#words.notChosen);
    } finally {
      this.#isBusy = false;
    }
  }

  #offer(ways: Ways): void {
    const words = this.#words;
    const possible: [What, string][] = [["", words.stay], ["call", words.callMe]];
    if (ways.slots.length) possible.push(["slot", words.callMeAt]);
    if (ways.answer_by) possible.push(["message", words.answerMe(words.by(dueOf(new Date(ways.answer_by), this.#language)))]);
    if (ways.known) possible.push(["known", words.theOneIKnow(ways.known)]);
    if (ways.experts) possible.push(["expert", this.#expert(ways.experts)]);
    const now = this.#standing?.choice;
    const chosen = possible.some(([what]) => what === now?.what) ? now!.what : "";
    this.#ways.replaceChildren(
      ...possible.map(([what, told]) => el("label", {}, el("input", { type: "radio", name: "what", value: what, checked: what === chosen }), told)),
      ...(this.#help ? [el("a", { href: this.#help, target: "_blank", rel: "noopener", title: words.opensInTab }, words.help)] : []),
    );
    this.#slot.replaceChildren(...ways.slots.map((at) => el("option", { value: at }, capital(slotOf(new Date(at), ways.slot_minutes, this.#language)))));
    if (now && now.what !== "message" && now.address) this.#phone.value = now.address;
    this.#email.value ||= ways.email;
    this.#refuse("");
    this.#form.hidden = false;
    this.#other.setAttribute("aria-expanded", "true");
    this.#fit();
    this.#form.querySelector<HTMLInputElement>("input:checked")?.focus();
  }

  #expert({ low, high }: NonNullable<Ways["experts"]>): string {
    return low === null || high === null ? this.#words.expert : this.#words.expertIn(spanOf(low, high, this.#language));
  }

  get #what(): What {
    return (this.#form.querySelector<HTMLInputElement>("input:checked")?.value ?? "") as What;
  }

  /** Only what belongs to what is chosen is asked. */
  #fit(): void {
    for (const [one, whats] of this.#fields) one.hidden = !whats.includes(this.#what);
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.#isBusy) return;
    const what = this.#what;
    const phone = this.#phone.value.trim();
    const email = this.#email.value.trim();
    const isCalled = what === "call" || what === "slot";
    if (isCalled && !/^\+?[0-9 ()./-]{8,24}$/.test(phone)) return this.#refuse(this.#words.notAPhone, this.#phone);
    if (what === "message" && !this.#email.validity.valid) return this.#refuse(this.#words.notAnAddress, this.#email);
    this.#refuse("");
    this.#isBusy = true;
    try {
      await this.#hands.choose({ what, ...(isCalled ? { phone } : {}), ...(what === "slot" ? { slot: this.#slot.value } : {}), ...(what === "message" ? { email } : {}) });
      this.#close();
    } catch (reason) {
      this.#refuse((reason instanceof Refusal && reason.words) || this.#words.notChosen);
    } finally {
      this.#isBusy = false;
    }
  }

  #refuse(problem: string, input?: HTMLInputElement): void {
    say(this.#error, problem);
    for (const one of [this.#phone, this.#email]) one.setAttribute("aria-invalid", `${one === input}`);
    input?.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.#form.hidden) return;
    event.stopPropagation(); // else it closes the whole chat
    guarded(() => this.#close())();
  }

  #close(): void {
    const hadFocus = this.#form.matches(":focus-within");
    this.#form.hidden = true;
    this.#other.setAttribute("aria-expanded", "false");
    if (hadFocus && !this.element.hidden) this.#other.focus();
  }
}

function field(id: string, label: string, input: HTMLElement): HTMLElement {
  return el("div", { class: "field-of", hidden: true }, el("label", { for: id }, label), input);
}
