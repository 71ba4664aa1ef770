// How many characters a channel still takes; shown when it gets tight. Nothing is ever cut: too long is said, and may
// leave in parts.

export class LengthLeft extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    for (const change of ["input", "draft:replaced"])
      this.closest("form")?.addEventListener(change, () => this.#count(), { signal: this.#leaving.signal });
    this.#count();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #offerParts(isTooLong: boolean): void {
    const parts = this.closest("form")?.querySelector<HTMLElement>("[data-when-too-long]");
    if (!parts) return;
    parts.hidden = !isTooLong;
    const box = parts.querySelector("input");
    if (box && !isTooLong) box.checked = false;
  }

  /** Of the channel that is chosen, where there is a choice: how much it takes (0 = no end), and whether in bytes. */
  #limit(): [most: number, inBytes: boolean] {
    const way = this.closest("form")?.querySelector<HTMLSelectElement>("select[name=via]")?.selectedOptions[0];
    return [Number(way?.dataset["most"] ?? this.getAttribute("most")), "bytes" in (way ?? this).dataset];
  }

  #count(): void {
    const [most, inBytes] = this.#limit();
    if (!most) {
      this.hidden = true;
      return this.#offerParts(false);
    }
    const text = this.closest("form")?.querySelector("textarea")?.value ?? "";
    const left = most - (inBytes ? new TextEncoder().encode(text).length : text.length);
    this.hidden = left > most / 5;
    this.textContent = String(left);
    this.toggleAttribute("over", left < 0);
    this.#offerParts(left < 0);
  }
}
