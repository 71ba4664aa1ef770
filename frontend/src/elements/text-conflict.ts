// Two windows wrote in one draft: both texts are shown, and a person chooses.

export class TextConflict extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-keeps]");
      if (button) this.#settle(button.dataset["keeps"] ?? "");
    });
  }

  get isOpen(): boolean {
    return !this.hidden;
  }

  show(other: string): void {
    this.querySelector("blockquote")!.textContent = other;
    this.hidden = false;
  }

  #settle(choice: string): void {
    const field = this.closest("form")!.querySelector("textarea")!;
    const other = this.querySelector("blockquote")!.textContent ?? "";
    if (choice === "other") field.value = other;
    if (choice === "both") field.value = `${field.value}\n\n${other}`;
    this.hidden = true;
    field.focus();
    this.dispatchEvent(new CustomEvent("conflict:settled", { bubbles: true }));
  }
}
