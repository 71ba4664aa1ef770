// What is sent stands on the timeline at once, marked as pending; the server's own bubble takes its place.
// If it fails, the text goes back into the field. The channel that somebody chose, and for whom it is, stay chosen until
// it is sent.
import { parse } from "../asking";
import type { DraftKeeper } from "./draft-keeper";
import type { TimelineScroll } from "./timeline-scroll";

export class SendEcho extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", () => this.#choose(true));
    this.addEventListener("htmx:beforeRequest", (event) => this.#send(event as CustomEvent<{ elt: Element; xhr: XMLHttpRequest }>));
  }

  #send(event: CustomEvent<{ elt: Element; xhr: XMLHttpRequest }>): void {
    const { elt, xhr } = event.detail;
    const keeper = this.closest<DraftKeeper>("draft-keeper");
    if (!keeper || !elt.matches("[data-sends]")) return;
    if (this.#isEmpty(keeper)) {
      event.preventDefault();
      (this.querySelector<HTMLElement>("[name=template]") ?? keeper.field)?.focus();
      return;
    }
    const written = keeper.sending();
    const { mode } = written;
    const text = this.#template ? this.#filled(this.#template) : written.text;
    const wasChosen = this.querySelector("[data-chosen]") !== null;
    if (mode === "reply") this.#choose(false);
    const echo = this.#show(mode, text);
    // On the request itself: the reader may have opened another conversation when the answer comes.
    xhr.addEventListener("loadend", () => {
      if (xhr.status >= 200 && xhr.status < 300) return keeper.sent(Number(xhr.getResponseHeader("X-Version")));
      echo?.remove();
      this.#choose(wasChosen);
      keeper.giveBack(written.text);
    });
  }

  /** What is chosen is the writer's until it is sent: nothing that is fetched meanwhile takes it back. */
  #choose(is: boolean): void {
    for (const choice of this.querySelectorAll("select[name=via], .composer__whom")) choice.toggleAttribute("data-chosen", is);
  }

  get #way(): HTMLSelectElement | null {
    return this.querySelector("select[name=via]");
  }

  /** The one that is chosen, of an answer on the conversation's own channel. */
  get #template(): HTMLElement | null {
    const isReply = this.querySelector("[name=mode][value=reply]:checked");
    const chosen = this.querySelector("[name=template]:checked");
    return isReply && chosen && !this.#way?.value ? chosen.closest<HTMLElement>(".template") : null;
  }

  /** As the customer will read it. */
  #filled(template: HTMLElement): string {
    const fields = [...template.querySelectorAll<HTMLLabelElement>(".template__fields label")];
    const values = new Map(fields.map((field) => [field.textContent?.trim(), field.querySelector("input")?.value]));
    const text = template.querySelector(".template__text")?.textContent ?? "";
    return text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (place, name: string) => values.get(name) || place);
  }

  #isEmpty(keeper: DraftKeeper): boolean {
    if (this.#template) return false;
    return !keeper.field?.value.trim() && !this.querySelector(".composer__files > li");
  }

  #show(mode: string, text: string): Element | null {
    const template = this.querySelector(`template[data-echo="${mode}"]`);
    const list = document.getElementById(this.getAttribute("timeline") ?? "")?.querySelector(".bubbles");
    const echo = parse(template?.innerHTML ?? "").firstElementChild;
    if (!echo || !list) return null;
    echo.querySelector(".words")!.textContent = text;
    list.append(echo);
    list.closest<TimelineScroll>("timeline-scroll")?.toEnd();
    return echo;
  }
}
