// The screens' elements. Each is small, keeps no store, and works on what the server rendered.
import htmx from "htmx.org";
import { morph, parse } from "./asking";
import { asks, shows } from "./order";
import "./menus";
import "./rail";
import { AutoGrow } from "./elements/auto-grow";
import { BulkBar } from "./elements/bulk-bar";
import { CannedAnswers } from "./elements/canned-answers";
import { CommandPalette } from "./elements/command-palette";
import { CountDown } from "./elements/count-down";
import { DeskBeat } from "./elements/desk-beat";
import { DraftKeeper } from "./elements/draft-keeper";
import { FileDrop } from "./elements/file-drop";
import { ForNow } from "./elements/for-now";
import { HotKeys } from "./elements/hot-keys";
import { LengthLeft } from "./elements/length-left";
import { LiveList } from "./elements/live-list";
import { LiveRegion } from "./elements/live-region";
import { LiveStream } from "./elements/live-stream";
import { MailBody } from "./elements/mail-body";
import { NoticeBell } from "./elements/notice-bell";
import { PaneToggle } from "./elements/pane-toggle";
import { QuickLinks } from "./elements/quick-links";
import { ReadMark } from "./elements/read-mark";
import { SendEcho } from "./elements/send-echo";
import { TagPicker } from "./elements/tag-picker";
import { TextConflict } from "./elements/text-conflict";
import { ThemeSwitch } from "./elements/theme-switch";
import { TimelineScroll } from "./elements/timeline-scroll";
import { ToastStack } from "./elements/toast-stack";
import { UndoBar } from "./elements/undo-bar";
import { WhoElse } from "./elements/who-else";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyEnabled: false, // `quick-links` keeps the address bar
  defaultSettleDelay: 0,
  attributesToSettle: [],
});

htmx.defineExtension("morph", {
  isInlineSwap: (style: string) => style === "morph",
  handleSwap: (style, target, fragment) => {
    const fresh = (fragment as DocumentFragment).firstElementChild;
    return style === "morph" && fresh !== null && morph(target as Element, fresh);
  },
});

// Of two answers for one place that of the later deed stays, as where a text was sent and that was undone.
const asked = new WeakMap<XMLHttpRequest, number>();
const shown = new Map<string, number>();
document.addEventListener("htmx:beforeRequest", (event) => asked.set((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr, asks()));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event as CustomEvent<{ shouldSwap: boolean; target: Element; xhr: XMLHttpRequest }>;
  const [number, newest] = [asked.get(detail.xhr) ?? asks(), shown.get(detail.target.id) ?? 0];
  if (number < newest) detail.shouldSwap = false;
  if (!detail.shouldSwap) return;
  shown.set(detail.target.id, number);
  shows(number);
});

// A button can be morphed away by a live region while its request is under way (undo, try again). htmx then no longer
// finds the inherited hx-swap and would put the answer inside its target.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event as CustomEvent<{ shouldSwap: boolean; target: Element; serverResponse: string; requestConfig: { elt: Element } }>;
  if (!detail.shouldSwap || detail.requestConfig.elt.isConnected) return;
  detail.shouldSwap = false;
  const fresh = parse(detail.serverResponse).getElementById(detail.target.id);
  if (!fresh) return;
  morph(detail.target, fresh);
  htmx.process(detail.target as HTMLElement);
});

for (const [name, element] of Object.entries({
  "toast-stack": ToastStack,
  "quick-links": QuickLinks,
  "live-region": LiveRegion,
  "live-list": LiveList,
  "mail-body": MailBody,
  "timeline-scroll": TimelineScroll,
  "read-mark": ReadMark,
  "tag-picker": TagPicker,
  "text-conflict": TextConflict,
  "length-left": LengthLeft,
  "draft-keeper": DraftKeeper,
  "send-echo": SendEcho,
  "file-drop": FileDrop,
  "auto-grow": AutoGrow,
  "bulk-bar": BulkBar,
  "canned-answers": CannedAnswers,
  "undo-bar": UndoBar,
  "pane-toggle": PaneToggle,
  "theme-switch": ThemeSwitch,
  "command-palette": CommandPalette,
  "for-now": ForNow,
  "count-down": CountDown,
  "desk-beat": DeskBeat,
  "notice-bell": NoticeBell,
  "who-else": WhoElse,
  "hot-keys": HotKeys,
  "live-stream": LiveStream,
}))
  customElements.define(name, element);
