// Files by choosing, dropping or pasting, one upload after another, with progress. What is too large is named.
import { csrf, isWholePage, morph, parse } from "../asking";
import htmx from "htmx.org";
import { say } from "./toast-stack";

export class FileDrop extends HTMLElement {
  #waiting: File[] = [];
  #isBusy = false;

  connectedCallback(): void {
    this.addEventListener("change", (event) => this.#choose(event.target as HTMLInputElement));
    this.addEventListener("paste", (event) => this.#take(event, event.clipboardData));
    this.addEventListener("drop", (event) => this.#take(event, event.dataTransfer));
    this.addEventListener("dragover", (event) => this.#hover(event));
    for (const end of ["dragleave", "drop"]) this.addEventListener(end, () => this.toggleAttribute("dragging", false));
  }

  #choose(input: HTMLInputElement): void {
    if (input.type !== "file") return;
    this.#add([...(input.files ?? [])]);
    input.value = "";
  }

  #take(event: Event, data: DataTransfer | null): void {
    if (!data?.files.length || !this.querySelector("[type=file]")) return;
    event.preventDefault();
    this.#add([...data.files]);
  }

  #hover(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.toggleAttribute("dragging", true);
  }

  #add(files: File[]): void {
    const most = Number(this.getAttribute("max-mb")) * 1e6;
    const tooLarge = files.filter((file) => most && file.size > most);
    for (const file of tooLarge) say("error", this.#tooLarge(file));
    this.#waiting.push(...files.filter((file) => !tooLarge.includes(file)));
    if (!this.#isBusy) void this.#uploadAll();
  }

  #tooLarge(file: File): string {
    const problem = document.createElement("div");
    problem.className = "problem";
    problem.innerHTML = '<p class="problem__title"></p><p class="problem__text"></p>';
    problem.firstElementChild!.textContent = file.name;
    problem.lastElementChild!.textContent = this.dataset["tooLarge"] ?? "";
    return problem.outerHTML;
  }

  async #uploadAll(): Promise<void> {
    this.#isBusy = true;
    for (let file = this.#waiting.shift(); file; file = this.#waiting.shift()) await this.#upload(file);
    this.#isBusy = false;
  }

  #upload(file: File): Promise<void> {
    const bar = this.querySelector("progress")!;
    const form = new FormData();
    form.set("file", file);
    const request = new XMLHttpRequest(); // fetch cannot tell how much has left
    request.upload.onprogress = (event) => (bar.value = (100 * event.loaded) / event.total);
    request.open("POST", this.getAttribute("url") ?? "");
    for (const [name, value] of Object.entries({ ...csrf(), "HX-Request": "true" })) request.setRequestHeader(name, value);
    bar.hidden = false;
    return new Promise((done) => {
      request.onloadend = () => {
        bar.hidden = true;
        bar.value = 0;
        this.#show(request);
        done();
      };
      request.send(form);
    });
  }

  #show(request: XMLHttpRequest): void {
    const composer = this.closest("draft-keeper");
    const fresh = parse(request.responseText).querySelector("draft-keeper");
    if (!request.status) say("offline");
    else if (isWholePage(request.responseText)) say("signed-out");
    else if (request.status >= 400 || !fresh || !composer) say("error", request.responseText);
    else {
      morph(composer, fresh);
      htmx.process(composer as HTMLElement);
    }
  }
}
