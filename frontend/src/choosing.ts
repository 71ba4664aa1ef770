// Rows that somebody chose, to do one thing with all of them.
import { rowsOf } from "./placing";

let last = "";

export function chosen(): HTMLElement[] {
  return rows().filter(isChosen);
}

/** The other way round; `asRange`: all from the one that was chosen last to this one. */
export function choose(row: HTMLElement, asRange = false): void {
  const all = rows();
  const from = all.findIndex((one) => one.id === last);
  const here = all.indexOf(row);
  if (asRange && from >= 0) for (const one of all.slice(Math.min(from, here), Math.max(from, here) + 1)) set(one, true);
  else set(row, !isChosen(row));
  last = row.id;
}

export function chooseAll(): void {
  for (const row of rows()) set(row, true);
}

export function chooseNone(): void {
  for (const row of chosen()) set(row, false);
  last = "";
}

/** The row that somebody stands on, or else the one that is open. */
export function rowAt(): HTMLElement | null {
  const all = rows();
  const focused = all.find((row) => row.contains(document.activeElement));
  return focused ?? all.find((row) => row.querySelector("[aria-current]")) ?? all[0] ?? null;
}

function rows(): HTMLElement[] {
  const list = document.querySelector("#list .rows");
  return list ? rowsOf(list) : [];
}

function isChosen(row: HTMLElement): boolean {
  return choiceOf(row)?.getAttribute("aria-checked") === "true";
}

function set(row: HTMLElement, isOn: boolean): void {
  choiceOf(row)?.setAttribute("aria-checked", String(isOn));
}

function choiceOf(row: HTMLElement): Element | null {
  return row.querySelector(":scope > .row__choice");
}
