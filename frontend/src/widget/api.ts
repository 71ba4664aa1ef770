// `Ninelives(...)`, the one name a page gets from us. Calls made before this script came are waiting in its queue.
import { guarded } from "./drawing";
import type { Widget } from "./widget";

interface Global {
  (...call: unknown[]): void;
  q?: ArrayLike<unknown>[];
  isThere?: true;
}

declare global {
  interface Window {
    Ninelives?: Global;
  }
}

/** A second tag on the same page is a mistake that happens; it does nothing. */
export function isFirst(): boolean {
  return !window.Ninelives?.isThere;
}

export function obey(widget: Widget): void {
  const waiting = window.Ninelives?.q ?? [];
  const call = guarded((...given: unknown[]) => order(widget, given));
  window.Ninelives = Object.assign(call, { isThere: true as const });
  for (const one of waiting) call(...Array.from(one));
}

function order(widget: Widget, [name, ...given]: unknown[]): unknown {
  const commands: Record<string, () => unknown> = {
    open: () => widget.open(),
    close: () => widget.close(),
    toggle: () => widget.toggle(),
    identify: () => widget.identify(flat(given[0])),
    forget: () => widget.forget(),
    context: () => widget.addContext(flat(given[0])),
    on: () => widget.on(`${given[0] as string}`, given[1]),
  };
  const command = typeof name === "string" && Object.hasOwn(commands, name) ? commands[name] : null;
  if (!command) throw new TypeError(`there is no command ${String(name)}; there are ${Object.keys(commands).join(", ")}`);
  return command();
}

function flat(told: unknown): Record<string, unknown> {
  return typeof told === "object" && told !== null ? { ...told } : {};
}
