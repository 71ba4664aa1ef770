// How the chat widget gets its styles and icons: as text and as lists, because a host page's policy allows neither
// style elements nor parsed HTML.
import { transform } from "esbuild";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

export const widgetParts = {
  name: "widget parts",
  setup({ onLoad }) {
    onLoad({ filter: /widget[\\/]widget\.css$/ }, async ({ path }) => ({ contents: await styles(path), loader: "text" }));
    onLoad({ filter: /widget[\\/]icons\.json$/ }, async ({ path }) => ({ contents: await icons(path), loader: "json" }));
  },
};

async function styles(path) {
  const own = await readFile(path, "utf8");
  const tokens = declarations(await readFile(join(here, "src", "tokens.css"), "utf8"));
  const all = `.root{${inUse(own, tokens).join("")}}${own}`;
  const { code } = await transform(inReadersSize(inBothSchemes(all)), { loader: "css", minify: true });
  return code;
}

/** `--name: value;` by name. Comments go first: they may hold colons. */
function declarations(css) {
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, "");
  const root = plain.slice(0, plain.indexOf("}"));
  return new Map([...root.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([whole, name]) => [name, whole]));
}

/** Only the tokens that the widget names, and those that they name in turn. */
function inUse(css, tokens, found = new Set()) {
  for (const [, name] of css.matchAll(/var\((--[\w-]+)/g)) {
    if (!tokens.has(name) || found.has(name)) continue;
    found.add(name);
    inUse(tokens.get(name), tokens, found);
  }
  return [...found].map((name) => tokens.get(name));
}

/** Customers' browsers are older than our agents': `light-dark()` becomes a second set behind the media query. */
function inBothSchemes(css) {
  const either = /light-dark\(([^,()]+),\s*([^()]+)\)/g;
  const dark = [...css.matchAll(/(--[\w-]+):[^;{}]*light-dark\([^;]*;/g)].map(([whole]) => whole.replace(either, "$2"));
  return `${css.replace(either, "$1")}@media (prefers-color-scheme:dark){.root{${dark.join("")}}}`;
}

/** Many shops set `html { font-size: 62.5% }`; our rem is the reader's own size instead, which the widget measures. */
function inReadersSize(css) {
  return css.replace(/(?<![\w#-])(-?[\d.]+)rem\b/g, (_, size) => `calc(var(--rem)*${size})`);
}

/** Each icon as its shapes: `["path", {"d": "…"}]`. */
async function icons(path) {
  const words = JSON.parse(await readFile(path, "utf8"));
  const drawn = Object.entries(words).map(async ([word, icon]) => [word, await shapes(icon)]);
  return JSON.stringify(Object.fromEntries(await Promise.all(drawn)));
}

async function shapes(icon) {
  const svg = await readFile(join(here, "node_modules", "lucide-static", "icons", `${icon}.svg`), "utf8");
  const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1);
  return [...inside.matchAll(/<(\w+)\s([^>]*?)\/>/g)].map(([, tag, told]) => [
    tag,
    Object.fromEntries([...told.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  ]);
}
