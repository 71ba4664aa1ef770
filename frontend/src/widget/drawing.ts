// Elements are made one by one and never parsed from text: a page may require trusted types.
import drawn from "./icons.json";

type Child = Node | string | null | undefined | false;
type Told = Record<string, string | number | boolean | null | undefined | ((event: never) => unknown)>;

const icons = drawn as unknown as Record<string, [string, Record<string, string>][]>;

export function el<Name extends keyof HTMLElementTagNameMap>(name: Name, told: Told = {}, ...children: Child[]): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(told)) {
    if (typeof value === "function") element.addEventListener(key, guarded(value as (event: Event) => unknown));
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : `${value}`);
  }
  element.append(...children.filter((child) => child || child === "").map((child) => child as Node | string));
  return element;
}

export function icon(word: keyof typeof drawn): SVGSVGElement {
  const svg = part("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }) as SVGSVGElement;
  svg.append(...icons[word]!.map(([name, told]) => part(name, told)));
  return svg;
}

function part(name: string, told: Record<string, string>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(told)) element.setAttribute(key, value);
  return element;
}

/** A live region is read again at every change, so it is only changed by other words. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function guarded<Given extends unknown[]>(act: (...given: Given) => unknown): (...given: Given) => void {
  return (...given) => {
    try {
      const done = act(...given);
      if (done instanceof Promise) done.catch(complain);
    } catch (reason) {
      complain(reason);
    }
  };
}

export function complain(reason: unknown): void {
  console.warn("Ninelives:", reason);
}
