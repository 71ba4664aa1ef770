// What is heard from the server: topics that changed, never content, and how much time screens should leave it.
// "" means: whatever you show, something may have been missed.

const LATELY = 2000;
let heard: { topic: string; at: number }[] = [];

/** Milliseconds that a region leaves between two questions. */
export let pace = 40;

export function setPace(milliseconds: number): void {
  pace = milliseconds;
}

export function announce(topic: string): void {
  heard = [...heardLately(), { topic, at: Date.now() }];
  document.dispatchEvent(new CustomEvent("live:signal", { detail: topic }));
}

/** For what was asked for a moment ago and comes on the screen now: what changed in between is not in it. */
export function lately(): string[] {
  return heardLately().map((one) => one.topic);
}

function heardLately(): typeof heard {
  return heard.filter((one) => Date.now() - one.at < LATELY);
}
