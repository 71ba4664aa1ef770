// How long an offer still stands: seconds, and a bar that shrinks. When it is over, whoever shows it asks anew.
import { announce } from "../signals";

export class CountDown extends HTMLElement {
  static observedAttributes = ["until"];
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
    // By the server's count: clocks of people's computers are wrong.
    this.#until = performance.now() + Number(this.getAttribute("left")) * 1000;
  }

  #tick(): void {
    const left = Math.max(0, (this.#until - performance.now()) / 1000);
    const whole = Number(this.getAttribute("stands")) || 1;
    this.querySelector(".offer__left")!.textContent = `${Math.ceil(left)} s`;
    this.querySelector<HTMLElement>(".offer__bar")!.style.setProperty("--left", String(Math.min(1, left / whole)));
    this.classList.toggle("offer__time--short", left < 6);
    if (left > 0) return;
    clearInterval(this.#timer);
    setTimeout(() => announce("offers"), 1200);
  }
}
