// Menus that open under their button, within the window.

const GAP = 4;
const MOST_DOWN = 0.75;

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target as HTMLElement;
    if (menu.matches(".menu--below:popover-open")) place(menu);
  },
  { capture: true }, // it does not bubble
);

// One click chooses, and that is all there is to do in it.
document.addEventListener("htmx:afterRequest", (event) => {
  const { successful } = (event as CustomEvent<{ successful: boolean }>).detail;
  const menu = (event.target as HTMLElement).closest<HTMLElement>("[data-closes]:popover-open");
  if (successful) menu?.hidePopover();
});

function place(menu: HTMLElement): void {
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]:not([popovertargetaction])`);
  if (!button) return;
  const { left, top, bottom } = button.getBoundingClientRect();
  const edge = document.documentElement.clientWidth - menu.offsetWidth - GAP;
  menu.style.left = `${Math.max(GAP, Math.min(left, edge))}px`;
  // Upwards where there is no room; from its foot, as it may grow while somebody types in it.
  const isUpwards = bottom + menu.offsetHeight + GAP > innerHeight || bottom > innerHeight * MOST_DOWN;
  menu.style.top = isUpwards ? "auto" : `${bottom + GAP}px`;
  menu.style.bottom = isUpwards ? `${innerHeight - top + GAP}px` : "auto";
}
