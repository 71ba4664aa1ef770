// The chat on a customer's page: one script tag, a shadow root of its own, and one global, `Ninelives`.
// On somebody else's page nothing of ours may break anything of theirs: what goes wrong here is told and left.
import { isFirst, obey } from "./widget/api";
import { complain } from "./widget/drawing";
import { readTag } from "./widget/tag";
import { Widget } from "./widget/widget";

try {
  const tag = readTag(document.currentScript);
  if (tag && isFirst()) {
    const widget = new Widget(tag);
    obey(widget);
    void widget.start().catch(complain);
  }
} catch (reason) {
  complain(reason);
}
