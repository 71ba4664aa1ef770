// A field as high as its text. Browsers with `field-sizing` do it by themselves.

export class AutoGrow extends HTMLElement {
  connectedCallback(): void {
    if (CSS.supports("field-sizing", "content")) return;
    this.addEventListener("input", () => this.#grow());
    this.#grow();
  }

  #grow(): void {
    const field = this.querySelector("textarea")!;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}
