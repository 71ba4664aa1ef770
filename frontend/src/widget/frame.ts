// Where the widget stands on the page: one element, a shadow root, our own style sheet. Nothing of the page comes in
// and nothing of ours goes out.
import { coloursOf } from "./colour";
import { el } from "./drawing";
import styles from "./widget.css";

/** What a key or a drop means here is nothing to the page, whose own short cuts see only our outermost element. */
const OURS = ["keydown", "keypress", "keyup", "beforeinput", "input", "change", "submit", "paste", "copy", "cut", "dragenter", "dragover", "drop"];

export class Frame {
  readonly root: HTMLElement;
  #host = document.createElement("ninelives-chat");
  #watch = new MutationObserver(() => this.#stay());

  constructor(colour: string, language: string) {
    const shadow = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    shadow.adoptedStyleSheets = [sheet];
    this.root = el("div", { class: "root", lang: language, dir: "ltr" });
    for (const [name, value] of Object.entries(coloursOf(colour))) this.root.style.setProperty(name, value);
    for (const name of OURS) this.root.addEventListener(name, (event) => event.stopPropagation());
    shadow.append(this.root);
  }

  appear(): void {
    this.#stay();
    // `medium` is the size this reader chose in the browser, whatever the page makes of its own.
    this.root.style.setProperty("--rem", getComputedStyle(this.root).fontSize);
    const view = window.visualViewport;
    view?.addEventListener("resize", () => this.#fit(view));
    view?.addEventListener("scroll", () => this.#fit(view));
    if (view) this.#fit(view);
  }

  /** Some pages exchange their whole body when one follows a link. */
  #stay(): void {
    this.#watch.disconnect();
    if (!this.#host.isConnected) document.body.append(this.#host);
    this.#watch.observe(document.documentElement, { childList: true });
    this.#watch.observe(document.body, { childList: true });
  }

  /** The part of the screen that a telephone's keyboard leaves. */
  #fit(view: VisualViewport): void {
    const isZoomed = view.scale > 1.01;
    this.root.style.setProperty("--sheet-height", isZoomed ? "100dvh" : `${view.height}px`);
    this.root.style.setProperty("--sheet-top", isZoomed ? "0px" : `${view.offsetTop}px`);
  }
}
