// The seconds in which sending can be undone, counted down; gone when they are over.

export class UndoBar extends HTMLElement {
  static observedAttributes = ["seconds"];
  #until = 0;
  #timer = 0;

  connectedCallback(): void {
    this.#timer = window.setInterval(() => this.#tick(), 250);
    this.#tick();
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  attributeChangedCallback(): void {
    this.#until = Date.now() + Number(this.getAttribute("seconds")) * 1000;
    this.hidden = false;
  }

  #tick(): void {
    const left = Math.ceil((this.#until - Date.now()) / 1000);
    this.querySelector(".undo__left")!.textContent = String(Math.max(0, left));
    this.hidden = left <= 0;
  }
}
