// Opens at the newest message, stays there while messages come in, and never moves what somebody is reading.

const NEAR = 80;

export class TimelineScroll extends HTMLElement {
  #isAtEnd = true;
  #last = "";
  #watch = new MutationObserver(() => this.#changed());
  #grow = new ResizeObserver(() => this.#isAtEnd && this.toEnd());

  connectedCallback(): void {
    this.addEventListener("scroll", () => this.#look(), { passive: true });
    this.#newer?.addEventListener("click", () => this.toEnd());
    queueMicrotask(() => this.#open());
  }

  disconnectedCallback(): void {
    this.#watch.disconnect();
    this.#grow.disconnect();
  }

  toEnd(): void {
    this.scrollTop = this.scrollHeight;
  }

  get #newer(): HTMLElement | null {
    return this.querySelector(".thread__newer");
  }

  get #newest(): HTMLElement | null {
    return this.querySelector(".timeline .bubbles > li:last-child");
  }

  /** At the end; a message longer than the pane from its first line. */
  #open(): void {
    this.#last = this.#newest?.id ?? "";
    this.toEnd();
    const newest = this.#newest;
    if (newest && newest.offsetHeight > this.clientHeight) this.scrollTop = newest.offsetTop - 16;
    this.#look();
    this.#watch.observe(this, { childList: true, subtree: true });
    if (this.firstElementChild) for (const part of this.children) this.#grow.observe(part);
  }

  #look(): void {
    this.#isAtEnd = this.scrollHeight - this.scrollTop - this.clientHeight < NEAR;
    if (this.#isAtEnd && this.#newer) this.#newer.hidden = true;
  }

  #changed(): void {
    const last = this.#newest?.id ?? "";
    if (last === this.#last) return;
    this.#last = last;
    if (this.#isAtEnd) this.toEnd();
    else if (this.#newer) this.#newer.hidden = false;
  }
}
