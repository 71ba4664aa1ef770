// Who else has this conversation open, and who is typing: said with a beat, told by signals, and gone by itself.
const BEAT = 20_000;
const TYPING_AGAIN = 3000;
const TYPING_STOPS = 4000;

export class WhoElse extends HTMLElement {
  #leaving = new AbortController();
  #beat = 0;
  #stop = 0;
  #typedAt = 0;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("live:signal", (event) => this.#hear((event as CustomEvent<string>).detail), { signal });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#leave() : this.#say(false)), { signal });
    window.addEventListener("pagehide", () => this.#leave(), { signal });
    this.closest(".thread")?.addEventListener("input", (event) => (event.target as Element).matches("textarea") && this.#typed(), { signal });
    this.#beat = window.setInterval(() => document.hidden || this.#say(this.#isTyping), BEAT);
    if (!document.hidden) this.#say(false);
  }

  disconnectedCallback(): void {
    clearInterval(this.#beat);
    clearTimeout(this.#stop);
    this.#leaving.abort();
    this.#leave();
  }

  get #isTyping(): boolean {
    return Date.now() - this.#typedAt < TYPING_STOPS;
  }

  #typed(): void {
    clearTimeout(this.#stop);
    this.#stop = window.setTimeout(() => this.#say(false), TYPING_STOPS);
    if (Date.now() - this.#typedAt < TYPING_AGAIN) return;
    this.#typedAt = Date.now();
    this.#say(true);
  }

  #hear(topic: string): void {
    if (topic === `attendance:${this.getAttribute("conversation")}` && !document.hidden) void this.#ask("GET");
  }

  #say(isTyping: boolean): void {
    void this.#ask("POST", new URLSearchParams({ is_typing: isTyping ? "1" : "0" }));
  }

  #leave(): void {
    void fetch(this.#url, { method: "DELETE", headers: this.#headers, keepalive: true }).catch(() => undefined);
  }

  get #url(): string {
    return this.getAttribute("src") ?? "";
  }

  get #headers(): Record<string, string> {
    return { ...(JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>), "HX-Request": "true" };
  }

  async #ask(method: string, body?: URLSearchParams): Promise<void> {
    const answer = await fetch(this.#url, { method, body, headers: this.#headers, signal: this.#leaving.signal }).catch(() => null);
    if (!answer?.ok) return;
    const html = await answer.text().catch(() => "");
    const template = document.createElement("template");
    template.innerHTML = html;
    if (this.textContent !== template.content.textContent) this.replaceChildren(template.content);
  }
}
