// What is new for this person: a count beside "Mentions", and, where they asked for it, a notice of the system while
// they look at something else. A signal says that there is news; the server says what.
interface News {
  unseen: number;
  now: string;
  items: { id: string; title: string; text: string; url: string }[];
}

const WANTED = "desktop-notices";

export class NoticeBell extends HTMLElement {
  #leaving = new AbortController();
  #since = "";
  #isAsking = false;
  #isStale = false;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("live:signal", (event) => ["", "notice"].includes((event as CustomEvent<string>).detail) && void this.#ask(), { signal });
    const box = this.querySelector("input");
    box?.addEventListener("change", () => void this.#want(box), { signal });
    if (box) box.checked = isWanted();
    void this.#ask();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  /** Browsers ask people only after a click of theirs. */
  async #want(box: HTMLInputElement): Promise<void> {
    if (box.checked && typeof Notification !== "undefined") box.checked = (await Notification.requestPermission()) === "granted";
    localStorage.setItem(WANTED, box.checked ? "1" : "");
  }

  async #ask(): Promise<void> {
    this.#isStale = this.#isAsking;
    if (this.#isAsking) return;
    this.#isAsking = true;
    const url = `${this.getAttribute("src") ?? ""}?${new URLSearchParams({ since: this.#since }).toString()}`;
    const answer = await fetch(url, { signal: this.#leaving.signal }).catch(() => null);
    const isNews = answer?.ok && answer.headers.get("content-type")?.includes("json");
    const news = isNews ? ((await answer.json().catch(() => null)) as News | null) : null;
    if (news) this.#show(news);
    this.#isAsking = false;
    if (this.#isStale) void this.#ask();
  }

  #show(news: News): void {
    this.#since = news.now;
    for (const count of document.querySelectorAll<HTMLElement>("[data-unseen]")) {
      count.textContent = news.unseen ? String(news.unseen) : "";
      count.hidden = !news.unseen;
    }
    if (!isWanted() || document.hasFocus()) return;
    for (const { id, title, text, url } of news.items) {
      // The same tag from another tab replaces it.
      const notice = new Notification(title, { body: text, tag: id });
      notice.onclick = () => {
        window.focus();
        location.assign(url);
      };
    }
  }
}

function isWanted(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "granted" && localStorage.getItem(WANTED) === "1";
}
