// What a shop adds to its pages to use the chat: buttons that open it, and forgetting who was here.

interface Chat {
  (...call: unknown[]): void;
  q?: unknown[][];
}

const page = window as unknown as { Ninelives?: Chat };

// Calls made before the widget is there wait in its queue.
const chat: Chat = (page.Ninelives ??= Object.assign((...call: unknown[]) => void (chat.q ??= []).push(call), {} as { q?: unknown[][] }));

for (const button of document.querySelectorAll("[data-chat]")) {
  button.addEventListener("click", () => page.Ninelives?.("open"));
}
document.querySelector("[data-signs-out]")?.addEventListener("submit", () => page.Ninelives?.("forget"));

page.Ninelives("context", { shop: document.title });

export {};
