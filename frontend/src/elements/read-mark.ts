// What stood on the screen for a moment, with somebody before it, has been read. The server hears up to where.
import { csrf } from "../asking";

const LONG_ENOUGH = 1000;

export class ReadMark extends HTMLElement {
  static observedAttributes = ["up-to"];
  #leaving = new AbortController();
  #timer = 0;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    document.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-marks-unread]")) void this.#putBack();
    }, { signal });
    this.#look();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  /** Not when only `unread` appears: then somebody has just put it back by hand, and it is still open. */
  attributeChangedCallback(): void {
    // A morph sets one attribute after the other.
    queueMicrotask(() => this.isConnected && this.#look());
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (document.hidden || !this.hasAttribute("unread")) return;
    this.#timer = window.setTimeout(() => void this.#read(), LONG_ENOUGH);
  }

  async #read(): Promise<void> {
    const body = new URLSearchParams({ up_to: this.getAttribute("up-to") ?? "" });
    this.removeAttribute("unread");
    // Unheard, it is news again at the next look: nothing is lost by it.
    await this.#tell("PUT", body).catch(() => this.toggleAttribute("unread", true));
  }

  async #putBack(): Promise<void> {
    clearTimeout(this.#timer);
    this.removeAttribute("unread");
    await this.#tell("DELETE").catch(() => undefined);
  }

  #tell(method: string, body?: URLSearchParams): Promise<Response> {
    return fetch(this.getAttribute("url") ?? "", { method, body: body ?? null, headers: csrf() });
  }
}
