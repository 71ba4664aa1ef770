// Signals from the server, read by fetch because EventSource cannot send the token along.
import { Refusal } from "./door";

// The server says something each 15 s. Two of those missed and the line is dead, whatever the browser believes.
const SILENCE = 40_000;

export interface Ear {
  opened(): void;
  heard(event: string, data: string): void;
}

/** Until the stream ends, one way or the other. */
export async function listen(open: (signal: AbortSignal) => Promise<Response>, ear: Ear, leaving: AbortSignal): Promise<void> {
  const line = new AbortController();
  const cut = (): void => line.abort();
  leaving.addEventListener("abort", cut);
  let silence = setTimeout(cut, SILENCE);
  try {
    const answer = await open(line.signal);
    if (!answer.ok || !answer.body) throw new Refusal(answer.status, "", Number(answer.headers.get("Retry-After")) * 1000);
    ear.opened();
    for await (const text of read(answer.body.getReader())) {
      clearTimeout(silence);
      silence = setTimeout(cut, SILENCE);
      const { event, data } = fields(text);
      if (event) ear.heard(event, data ?? "");
    }
  } finally {
    clearTimeout(silence);
    leaving.removeEventListener("abort", cut);
    line.abort();
  }
}

async function* read(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    rest += decoder.decode(part.value, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    yield* blocks;
  }
}

function fields(block: string): Record<string, string> {
  const pairs = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line));
  return Object.fromEntries(pairs.filter((pair) => pair !== null).map(([, name, value]) => [name!, value!]));
}
