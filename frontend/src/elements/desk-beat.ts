// Says again and again that this desk is there, so that what its person has goes to others when it is not. In a worker:
// browsers slow down the clocks of pages that nobody looks at.
import { csrf } from "../asking";

export class DeskBeat extends HTMLElement {
  #worker: Worker | null = null;

  connectedCallback(): void {
    this.#worker = new Worker(this.getAttribute("worker") ?? "", { type: "module" });
    this.#worker.postMessage({ url: new URL(this.getAttribute("src") ?? "", location.href).href, headers: csrf() });
  }

  disconnectedCallback(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}
