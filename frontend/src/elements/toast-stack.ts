// Short messages in a corner, read out by screen readers. The words come from the page, or from the server's problem.
import { isWholePage, parse, send } from "../asking";

const LASTS = 8000;
const UNDO_LASTS = 20_000;

type Known = "offline" | "error" | "signed-out";

export function say(what: Known, html = ""): void {
  document.querySelector<ToastStack>("toast-stack")?.say(what, html);
}

/** A toast as the server has worded it. */
export function put(html: string): void {
  document.querySelector<ToastStack>("toast-stack")?.put(html);
}

interface HtmxAnswer {
  xhr: XMLHttpRequest;
  shouldSwap?: boolean;
}

export class ToastStack extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const toast = (event.target as Element).closest<HTMLElement>(".toast");
      const undoes = (event.target as Element).closest<HTMLElement>("[data-undoes]")?.dataset["undoes"];
      if (toast && undoes) void this.#undo(toast, undoes);
      else if ((event.target as Element).closest(".toast__close")) toast?.remove();
    });
    const offered = document.querySelector<HTMLTemplateElement>("template[data-toast]");
    if (offered) this.put(offered.innerHTML);
    for (const toast of this.querySelectorAll<HTMLElement>(":scope > .toast")) this.#leaveSoon(toast);
    document.addEventListener("htmx:beforeRequest", (event) => this.#listen(answerOf(event).xhr));
    document.addEventListener("htmx:beforeSwap", (event) => this.#refuseSignIn(answerOf(event)));
  }

  say(what: Known, html = ""): void {
    const problem = isWholePage(html) ? null : parse(html).querySelector(".problem");
    const words = (part: string, key: string): string =>
      problem ? (problem.querySelector(part)?.textContent ?? "") : (this.getAttribute(`data-${key}`) ?? "");
    this.#show(words(".problem__title", `${what}-title`), words(".problem__text", what), what);
  }

  put(html: string): void {
    const toast = parse(html).querySelector<HTMLElement>(".toast");
    if (!toast) return;
    for (const same of this.querySelectorAll(`.toast[data-title="${CSS.escape(toast.dataset["title"] ?? "")}"]`)) same.remove();
    this.append(toast);
    this.#rise();
    this.#leaveSoon(toast, toast.querySelector("[data-undoes]") ? UNDO_LASTS : LASTS);
  }

  /** On the request itself: htmx tells of it where the button stood, and a live region may have taken that away. */
  #listen(xhr: XMLHttpRequest): void {
    xhr.addEventListener("load", () => xhr.status >= 400 && this.say("error", xhr.responseText));
    xhr.addEventListener("error", () => this.say("offline"));
  }

  async #undo(toast: HTMLElement, url: string): Promise<void> {
    toast.remove();
    const told = await send(url, "DELETE");
    if (told !== null) this.put(told);
  }

  #show(title: string, text: string, what: Known): void {
    // Ten regions that fail at once say it once.
    for (const same of this.querySelectorAll(`.toast[data-title="${CSS.escape(title)}"]`)) same.remove();
    const toast = parse(this.querySelector("template")?.innerHTML ?? "").firstElementChild as HTMLElement;
    toast.classList.add(what === "error" ? "toast--bad" : "toast--warning");
    toast.dataset["title"] = title;
    toast.querySelector(".toast__title")!.textContent = title;
    toast.querySelector(".toast__text")!.textContent = text;
    if (what === "signed-out") this.#link(toast.querySelector("a")!);
    this.append(toast);
    this.#rise();
    if (what === "offline") this.#leaveSoon(toast);
  }

  /** Above the menu or dialog that it is about: those lie over everything that is no popover itself. */
  #rise(): void {
    if (this.matches(":popover-open")) this.hidePopover();
    if (document.querySelector(":popover-open, dialog:modal")) this.showPopover();
  }

  #link(link: HTMLAnchorElement): void {
    link.hidden = false;
    link.href = location.href;
    link.textContent = this.dataset["signIn"] ?? "";
  }

  #leaveSoon(toast: HTMLElement, after = LASTS): void {
    const leave = (): void => void (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, after);
  }

  /** A session that ended answers every request with the sign-in page: say so and leave the screen as it was. */
  #refuseSignIn(answer: HtmxAnswer): void {
    if (answer.xhr.status !== 200 || !isWholePage(answer.xhr.responseText)) return;
    answer.shouldSwap = false;
    this.say("signed-out");
  }
}

function answerOf(event: Event): HtmxAnswer {
  return (event as CustomEvent<HtmxAnswer>).detail;
}
