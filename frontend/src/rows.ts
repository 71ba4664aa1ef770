// Walking through the list with j and k: the row is marked at once and opened when the walking pauses.

const PAUSE = 120;
let opening = 0;

export function walk(step: number): boolean {
  const rows = [...document.querySelectorAll<HTMLAnchorElement>("a.row")];
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row === document.activeElement);
  const from = here >= 0 ? here : rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, from + step))];
  clearTimeout(opening);
  if (next && next !== rows[from]) go(next);
  return true;
}

function go(row: HTMLAnchorElement): void {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  opening = window.setTimeout(() => row.isConnected && document.activeElement === row && row.click(), PAUSE);
}
