// Shows or hides the customer beside the conversation; the choice stays for the next conversation and the next day.

const WIDE = matchMedia("(min-width: 1200px)");

export class PaneToggle extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", () => this.#toggle());
    this.#tell();
  }

  get #isShown(): boolean {
    const chosen = document.documentElement.dataset["customer"];
    return WIDE.matches ? chosen !== "hidden" : chosen === "shown";
  }

  #toggle(): void {
    const choice = this.#isShown ? "hidden" : "shown";
    document.documentElement.dataset["customer"] = choice;
    localStorage.setItem("customer", choice);
    this.#tell();
  }

  #tell(): void {
    this.querySelector("button")?.setAttribute("aria-expanded", String(this.#isShown));
  }
}
