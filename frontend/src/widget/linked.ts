// Text with its web and mail addresses made to links. Nothing in it is ever read as HTML.
import { el } from "./drawing";

const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/gi;
// What ends a sentence or closes a bracket around the address is not the address's own.
const AFTER = /[.,:;!?'’”)\]}]+$/;

export function linked(text: string, opensInTab: string): Node[] {
  const nodes: Node[] = [];
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = trimmed(found[0]);
    const target = targetOf(address);
    if (!target) continue;
    nodes.push(document.createTextNode(text.slice(done, found.index)), link(target, address, opensInTab));
    done = found.index + address.length;
  }
  nodes.push(document.createTextNode(text.slice(done)));
  return nodes;
}

/** Only what leads to a page. */
export function webAddress(address: string, base?: string): string | null {
  try {
    const url = new URL(address, base);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function trimmed(address: string): string {
  const cut = address.replace(AFTER, "");
  // …unless it opened the bracket itself, as addresses of encyclopedias do.
  return cut.includes("(") && !cut.includes(")") && address.charAt(cut.length) === ")" ? `${cut})` : cut;
}

function targetOf(address: string): string | null {
  if (/^(https?:|www\.)/i.test(address)) return webAddress(/^www\./i.test(address) ? `https://${address}` : address);
  return `mailto:${address}`;
}

function link(href: string, address: string, opensInTab: string): HTMLElement {
  if (href.startsWith("mailto:")) return el("a", { href }, address);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", title: opensInTab }, address);
}
