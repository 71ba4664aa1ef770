// A cleaned mail in a shadow root of its own: its looks cannot leak out, ours cannot spoil it.
// With pictures from elsewhere it is a page of its own in a sandboxed frame, which may fetch them without our cookies or scripts.
import css from "../mail.shadow.css";

const OWN_COLOURS = /bgcolor|(?:^|[\s;"'])(?:color|background(?:-color)?)\s*[:=]/i;
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

export class MailBody extends HTMLElement {
  connectedCallback(): void {
    const template = this.querySelector("template");
    if (!template || this.shadowRoot?.childElementCount) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(document.importNode(template.content, true));
    this.toggleAttribute("paper", OWN_COLOURS.test(template.innerHTML));
    root.querySelectorAll("a").forEach(makeSafe);
  }

  showPictures(url: string, title: string): void {
    const frame = document.createElement("iframe");
    frame.title = title;
    // No scripts, no forms. What is clicked opens beside us, as an ordinary page that knows nothing of us.
    frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    frame.height = String(this.offsetHeight);
    frame.addEventListener("load", () => fit(frame));
    frame.src = url;
    this.toggleAttribute("pictures", true);
    this.shadowRoot?.replaceChildren(frame);
  }
}

/** Buttons stand beside the mail, not in it: the mail cannot imitate them. */
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-shows-pictures]");
  if (!button) return;
  const { showsPictures, url, title } = button.dataset;
  show(showsPictures ?? "", url ?? "", title ?? "");
  show((showsPictures ?? "").replace("body", "full"), `${url}?full`, title ?? "");
  button.hidden = true;
});

function show(id: string, url: string, title: string): void {
  const body = document.getElementById(id);
  if (body instanceof MailBody) body.showPictures(url, title);
}

function makeSafe(link: HTMLAnchorElement): void {
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  link.title ||= link.href; // where it really goes
}

/** The frame runs no script, so its height is measured from here; pictures make it grow. */
function fit(frame: HTMLIFrameElement): void {
  const body = frame.contentDocument?.body;
  if (!body) return;
  body.querySelectorAll("a").forEach(makeSafe);
  new ResizeObserver(() => (frame.height = String(frame.contentDocument?.documentElement.scrollHeight ?? 0))).observe(body);
}
