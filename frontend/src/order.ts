// In which order the server was asked: what was asked earlier and is answered later shows what has been overtaken, as a
// conversation that was still open when it was closed.
let asked = 0;
let newest = 0;

/** The place in that order of what is asked now. */
export function asks(): number {
  return ++asked;
}

/** The answer to what a reader did is shown. */
export function shows(place: number): void {
  newest = Math.max(newest, place);
}

export function isOvertaken(place: number): boolean {
  return place < newest;
}
