// Asking the server for a region of the page, and saying so when it does not answer.
import { Idiomorph } from "idiomorph";
import htmx from "htmx.org";
import { released } from "./pressing";
import { say } from "./elements/toast-stack";

export function csrf(): Record<string, string> {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
}

/** The region `id` as the server has it now, or null when there was no answer. Then a toast says why, unless nobody
 * asked for it (`quiet`); that the session is over is always said. */
export async function ask(url: string, id: string, signal: AbortSignal, quiet = false): Promise<Element | null> {
  return (await askForParts(url, id, signal, quiet))?.getElementById(id) ?? null;
}

/** Have something done; what the server says to it, or null where it was not done, which a toast has told. */
export async function send(url: string, method: string, body?: URLSearchParams): Promise<string | null> {
  const answer = await fetch(url, { method, body: body ?? null, headers: { "HX-Request": "true", ...csrf() } }).catch(() => null);
  if (!answer) say("offline");
  const html = (await answer?.text()) ?? "";
  if (!answer) return null;
  if (isWholePage(html)) say("signed-out");
  else if (!answer.ok) say("error", html);
  else return html;
  return null;
}

/** All that the server answers for the region `id`. */
export async function askForParts(url: string, id: string, signal: AbortSignal, quiet = false): Promise<DocumentFragment | null> {
  const headers = { "HX-Request": "true", "HX-Target": id };
  try {
    const answer = await fetch(url, { headers, signal });
    const html = await answer.text();
    await released();
    if (signal.aborted) return null;
    if (isWholePage(html)) say("signed-out");
    else if (!answer.ok) quiet || say("error", html);
    else return parse(html);
  } catch (fault) {
    if (!signal.aborted && !quiet) say("offline");
  }
  return null;
}

export function parse(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html;
  return document.importNode(template.content, true);
}

/** A region never contains a whole page: then the session is over and this is the sign-in. */
export function isWholePage(html: string): boolean {
  return /^\s*<!doctype/i.test(html);
}

/** Make `old` as `fresh`, touching only what differs: focus, scrolling, open details and typed text stay. */
export function morph(old: Element, fresh: Element): Node[] {
  if (!old.isConnected) return []; // the reader has gone on
  const nodes = Idiomorph.morph(old, fresh, { morphStyle: "outerHTML", callbacks }) as Node[];
  old.dispatchEvent(new CustomEvent("region:fresh", { bubbles: true }));
  return nodes;
}

/** Swap in something else altogether, as another conversation. */
export function replace(old: Element, fresh: Element): void {
  old.replaceWith(fresh);
  htmx.process(fresh as HTMLElement);
  fresh.dispatchEvent(new CustomEvent("region:fresh", { bubbles: true }));
}

const callbacks = {
  beforeNodeMorphed: (old: Node, fresh: Node): boolean =>
    !(old instanceof Element && fresh instanceof Element && (isFilled(old, fresh) || isBeingWritten(old) || isList(old, fresh))),
  beforeAttributeUpdated: (name: string, element: Element): boolean => !(OURS[name] && element.matches(OURS[name])),
};

/** What the reader or an element of ours has set since: the server knows nothing of it. */
const OURS: Record<string, string> = {
  open: "details",
  dirty: "draft-keeper",
  paper: "mail-body",
  pictures: "mail-body",
  style: ".menu--below",
  hidden: "undo-bar, [data-shows-pictures]",
  "aria-expanded": "pane-toggle > button",
  "aria-checked": ".row__choice",
};

/** Rows are compared whole and by their ids: at each signal most are as they were, and finding that out element by
 * element is what a desk would spend its time on. */
function isList(old: Element, fresh: Element): boolean {
  if (!old.matches(".rows")) return false;
  const known = new Map([...old.children].map((row) => [row.id, row]));
  let place = old.firstElementChild;
  for (const row of [...fresh.children]) {
    const kept = known.get(row.id);
    known.delete(row.id);
    if (kept) follow(kept, row);
    const shown = kept ?? row;
    if (shown === place) place = place.nextElementSibling;
    else old.insertBefore(shown, place);
  }
  for (const gone of known.values()) gone.remove();
  return true;
}

/** A row as it is now, in the element that showed it. */
export function follow<Row extends Element>(kept: Row, row: Row): Row {
  if (kept.querySelector("[aria-current]")) row.firstElementChild?.setAttribute("aria-current", "true");
  if (!kept.isEqualNode(row)) Idiomorph.morph(kept, row, { morphStyle: "outerHTML", callbacks });
  return kept;
}

/** What was fetched on demand is not in the server's page. */
function isFilled(old: Element, fresh: Element): boolean {
  return old.hasAttribute("data-keeps-content") && old.childElementCount > 0 && fresh.childElementCount === 0;
}

function isBeingWritten(old: Element): boolean {
  // A menu that is open has what was chosen in it so far.
  return old.matches(".promising:popover-open, .wall .menu:popover-open, input:focus, [data-chosen], draft-keeper[dirty] :is(textarea, [name=mode], .composer__state, text-conflict)");
}
