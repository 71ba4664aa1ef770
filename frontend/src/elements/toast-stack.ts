// Short messages in a corner, read out by screen readers. The words come from the page, or from the server's problem.
import { isWholePage, parse } from "../asking";

type Known = "offline" | "error" | "signed-out";

export function say(what: Known, html = ""): void {
  document.querySelector<ToastStack>("toast-stack")?.say(what, html);
}

interface HtmxAnswer {
  xhr: XMLHttpRequest;
  shouldSwap?: boolean;
}

export class ToastStack extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      if ((event.target as Element).closest(".toast__close")) (event.target as Element).closest(".toast")?.remove();
    });
    for (const toast of this.querySelectorAll<HTMLElement>(":scope > .toast")) this.#leaveSoon(toast);
    document.addEventListener("htmx:responseError", (event) => this.say("error", answerOf(event).xhr.responseText));
    document.addEventListener("htmx:sendError", () => this.say("offline"));
    document.addEventListener("htmx:beforeSwap", (event) => this.#refuseSignIn(answerOf(event)));
  }

  say(what: Known, html = ""): void {
    const problem = isWholePage(html) ? null : parse(html).querySelector(".problem");
    const words = (part: string, key: string): string =>
      problem ? (problem.querySelector(part)?.textContent ?? "") : (this.getAttribute(`data-${key}`) ?? "");
    this.#show(words(".problem__title", `${what}-title`), words(".problem__text", what), what);
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
    if (what === "offline") this.#leaveSoon(toast);
  }

  #link(link: HTMLAnchorElement): void {
    link.hidden = false;
    link.href = location.href;
    link.textContent = this.dataset["signIn"] ?? "";
  }

  #leaveSoon(toast: HTMLElement): void {
    const leave = (): void => void (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, 8000);
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
