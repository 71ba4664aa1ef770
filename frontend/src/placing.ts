// Rows of the list, each in its place: newest first, or soonest, by the cursor that the server gives it.
import { follow } from "./asking";

// So far from the top somebody reads further down, and rows are left where they are.
const NEAR = 40;

export function rowsOf(rows: Element): HTMLElement[] {
  return [...rows.querySelectorAll<HTMLElement>(":scope > li:not(.rows__more)")];
}

export function rowOf(rows: Element, id: string): HTMLElement | null {
  return rows.querySelector(`:scope > #row-${CSS.escape(id)}`);
}

export function idOf(row: HTMLElement): string {
  return row.id.replace(/^row-/, "");
}

/** Of the rows that were `asked` for, the `fresh` ones belong here and the others do not, or no longer. */
export function place(rows: Element, asked: string[], fresh: Iterable<HTMLElement>): void {
  const most = Math.max(Number(rows.getAttribute("data-page")), rowsOf(rows).length);
  const isAtTop = (rows.closest(".list__scroll")?.scrollTop ?? 0) < NEAR; // before anything changes: no layout for it
  const focused = rows.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  const belonging = new Map([...fresh].map((row) => [row.id, row]));
  for (const id of asked) {
    const [old, row] = [rowOf(rows, id), belonging.get(`row-${id}`)];
    if (row) put(rows, old ? follow(old, row) : row);
    else if (old) leave(old);
  }
  // What somebody chose does not fall off.
  if (isAtTop && !rows.querySelector("[aria-checked=true]")) cut(rows, most);
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
}

function put(rows: Element, row: HTMLElement): void {
  const next = rowsOf(rows).find((other) => other !== row && comesBefore(rows, row, other));
  const more = rows.querySelector<HTMLElement>(":scope > .rows__more");
  if (!next && more && !more.hidden) return leave(row); // it stands among those that were not fetched yet
  const before = next ?? more;
  if (row.parentNode === rows && row.nextElementSibling === before) return;
  if (row.isConnected && "moveBefore" in rows) rows.moveBefore(row, before);
  else rows.insertBefore(row, before);
}

/** Whoever stood on it with the keyboard stands on its neighbour. */
function leave(row: HTMLElement): void {
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  if (row.contains(document.activeElement)) neighbour?.querySelector<HTMLElement>("a.row")?.focus({ preventScroll: true });
  row.remove();
}

/** No more rows than before, or than a page: what falls off is fetched when somebody scrolls there. */
function cut(rows: Element, most: number): void {
  const more = rows.querySelector<HTMLElement>(":scope > .rows__more");
  const over = more ? rowsOf(rows).slice(most) : [];
  for (const row of over) leave(row);
  if (more && over.length) more.hidden = false;
}

function comesBefore(rows: Element, row: HTMLElement, other: HTMLElement): boolean {
  const isUpwards = rows.getAttribute("data-order") === "soonest";
  return isUpwards ? cursorOf(row) < cursorOf(other) : cursorOf(row) > cursorOf(other);
}

function cursorOf(row: HTMLElement): string {
  return row.dataset["cursor"] ?? "";
}
