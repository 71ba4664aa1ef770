// While a button is held down nothing changes under it: a click that would end on another element than it began is
// lost, and one whose element shows something else by then opens the wrong thing.
let isPressed = false;
let waiting: (() => void)[] = [];

addEventListener("pointerdown", (event) => (isPressed ||= event.button === 0), true);
// After the click that a release makes. Blur without capture is that of the window; with it, of everything in it.
for (const end of ["pointerup", "pointercancel", "contextmenu", "dragend"]) addEventListener(end, () => setTimeout(release), true);
addEventListener("blur", release);

function release(): void {
  isPressed = false;
  const all = waiting;
  waiting = [];
  for (const one of all) one();
}

/** At once where nothing is held down. */
export function released(): Promise<void> {
  return isPressed ? new Promise((done) => waiting.push(done)) : Promise.resolve();
}
