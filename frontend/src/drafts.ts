// A draft's copy on the server, and the one in this browser until the server has acknowledged it: no key is lost to a
// crash or a dead line.
import { csrf } from "./asking";

const MOST_WHEN_LEAVING = 60_000; // browsers refuse more than 64 kB after the page is gone

export interface Draft {
  text: string;
  mode: string;
  version: number;
}

/** The version it got; or another window's text, which the server kept instead; or "lost" when it did not arrive. */
export async function save(url: string, draft: Draft): Promise<{ version: number } | { other: string; version: number } | "lost"> {
  const body = new URLSearchParams(Object.entries(draft).map(([name, value]) => [name, String(value)]));
  const keepalive = body.toString().length < MOST_WHEN_LEAVING;
  try {
    const answer = await fetch(url, { method: "PUT", body, headers: csrf(), keepalive });
    if (answer.ok) return { version: Number(answer.headers.get("X-Version")) };
    if (answer.status !== 409) return "lost";
    const { text, version } = (await answer.json()) as { text: string; version: number };
    return { other: text, version };
  } catch {
    return "lost";
  }
}

export function remember(url: string, draft: Draft): void {
  try {
    localStorage.setItem(nameOf(url), JSON.stringify(draft));
  } catch {
    // The store is full or forbidden; the server's copy is a moment away.
  }
}

export function recall(url: string): Draft | null {
  return JSON.parse(localStorage.getItem(nameOf(url)) ?? "null") as Draft | null;
}

export function forget(url: string): void {
  localStorage.removeItem(nameOf(url));
}

function nameOf(url: string): string {
  return `draft ${url}`;
}
