// What is true for so many seconds, unless it is said again: then it comes with another id, as another element.

export class ForNow extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.#timer = window.setTimeout(() => this.remove(), Number(this.getAttribute("seconds")) * 1000);
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }
}
