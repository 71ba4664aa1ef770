// Light, dark, or as the computer is set. Kept in this browser; `first.ts` reads it before the first paint.

export class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    const chosen = localStorage.getItem("theme") ?? "system";
    for (const radio of this.querySelectorAll("input")) radio.checked = radio.value === chosen;
    this.addEventListener("change", (event) => choose((event.target as HTMLInputElement).value));
  }
}

function choose(theme: string): void {
  localStorage.setItem("theme", theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
