// Menus that open under their button, within the window.

const GAP = 4;

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target as HTMLElement;
    if (menu.matches(".menu--below:popover-open")) place(menu);
  },
  { capture: true }, // it does not bubble
);

function place(menu: HTMLElement): void {
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]:not([popovertargetaction])`);
  if (!button) return;
  const { left, bottom } = button.getBoundingClientRect();
  const edge = document.documentElement.clientWidth - menu.offsetWidth - GAP;
  menu.style.left = `${Math.max(GAP, Math.min(left, edge))}px`;
  menu.style.top = `${bottom + GAP}px`;
}
