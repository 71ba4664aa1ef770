// What can be done with the rows that are chosen, at once. Which those are stands in the list alone: a row that leaves
// it takes its choice along, and nothing is done with what nobody sees.
import { send } from "../asking";
import { choose, chosen, chooseAll, chooseNone, rowAt } from "../choosing";
import { idOf } from "../placing";
import { put } from "./toast-stack";

export class BulkBar extends HTMLElement {
  #leaving = new AbortController();
  #watching: MutationObserver | null = null;
  #isBusy = false;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    const list = document.getElementById("list")!;
    this.#watching = new MutationObserver((changes) => this.#look(list, changes));
    this.#watching.observe(list, { subtree: true, childList: true, attributeFilter: ["aria-checked", "class", "src"] });
    this.#settle();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#watching?.disconnect();
  }

  #click(event: MouseEvent): void {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>("#list .rows > li:not(.rows__more)");
    if (target.closest("[data-chooses-all]")) chooseAll();
    else if (target.closest("[data-chooses-none]")) this.#end();
    else if (row && (target.closest(".row__choice") || event.shiftKey)) this.#choose(event, row);
    else if (this.contains(target)) this.#press(target);
  }

  #choose(event: MouseEvent, row: HTMLElement): void {
    event.preventDefault();
    choose(row, event.shiftKey);
  }

  #press(target: Element): void {
    const what = target.closest<HTMLElement>("[data-what]")?.dataset["what"];
    if (what) void this.#do(new URLSearchParams({ what }));
  }

  #submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    event.preventDefault();
    form.closest<HTMLElement>("[popover]")?.hidePopover();
    const body = new URLSearchParams([...new FormData(form, event.submitter)].map(([name, value]) => [name, String(value)]));
    body.set("what", form.dataset["does"] ?? "");
    void this.#do(body);
  }

  async #do(body: URLSearchParams): Promise<void> {
    if (this.#isBusy) return;
    body.set("ids", chosen().map(idOf).join());
    this.#isBusy = true;
    this.setAttribute("aria-busy", "true");
    const told = await send(this.getAttribute("url") ?? "", "POST", body);
    this.#isBusy = false;
    this.removeAttribute("aria-busy");
    if (told === null) return; // and they stay chosen
    put(told);
    this.#end();
  }

  /** Whoever worked with the keyboard goes on in the list. */
  #end(): void {
    const isHere = this.contains(document.activeElement) || document.activeElement === document.body;
    const row = chosen()[0] ?? rowAt();
    chooseNone();
    if (isHere) row?.querySelector<HTMLElement>("a.row")?.focus({ preventScroll: true });
  }

  #look(list: HTMLElement, changes: MutationRecord[]): void {
    // Another view, or another question: what was chosen was chosen there.
    if (changes.some((change) => change.target === list && change.attributeName === "src")) chooseNone();
    this.#settle();
  }

  #settle(): void {
    const rows = chosen();
    const count = this.querySelector<HTMLElement>(".bulk__count")!;
    const words = (rows.length === 1 ? count.dataset["one"] : count.dataset["many"]) ?? "";
    const told = rows.length ? words.replace("{n}", String(rows.length)) : "";
    if (count.textContent !== told) count.textContent = told;
    this.hidden = !rows.length;
    const has = (selector: string): boolean => rows.some((row) => row.querySelector(selector));
    const fits: Record<string, boolean> = {
      free: has(".row:not(.row--closed, :has(.row__assignee))"),
      mine: has(".row__assignee--mine"),
      open: has(".row:not(.row--closed)"),
      closed: has(".row--closed"),
    };
    for (const button of this.querySelectorAll<HTMLElement>("[data-for]")) button.hidden = !fits[button.dataset["for"] ?? ""];
  }
}
