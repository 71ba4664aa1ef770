// Shows or hides the customer beside the conversation. Where there is room for both the choice stays for the next
// conversation and the next day; where the customer lies over the conversation, it goes when another one is opened.

const WIDE = matchMedia("(min-width: 1200px)");

export class PaneToggle extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", () => this.#choose(this.#isShown ? "hidden" : "shown"));
    this.closest(".customer")?.addEventListener("click", (event) => {
      if (!WIDE.matches && (event.target as Element).closest("a[data-swaps]")) this.#choose("hidden");
    });
    this.#tell();
  }

  get #isShown(): boolean {
    const chosen = document.documentElement.dataset["customer"];
    return WIDE.matches ? chosen !== "hidden" : chosen === "shown";
  }

  #choose(choice: "hidden" | "shown"): void {
    document.documentElement.dataset["customer"] = choice;
    if (WIDE.matches) localStorage.setItem("customer", choice);
    this.#tell();
  }

  #tell(): void {
    for (const button of document.querySelectorAll("pane-toggle button")) {
      button.setAttribute("aria-expanded", String(this.#isShown));
    }
  }
}
