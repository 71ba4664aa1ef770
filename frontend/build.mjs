// Bundles src/ into the package's static folder: names with a hash in them, and a manifest that lists them.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { widgetParts } from "./widget_parts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "ninelives", "ui", "static", "dist");
const modules = join(here, "node_modules");

// A server that runs since before goes on handing out the last build, until it is started anew.
const before = await readFile(join(dist, "manifest.json"), "utf8").then(JSON.parse, () => ({}));
await mkdir(dist, { recursive: true });
const manifest = { ...(await bundle()), ...(await widget()), ...(await mark()) };
await shapes();
await licences();
await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
await sweep(new Set([...Object.values(before), ...Object.values(manifest)]));

/** Of older builds nothing stays. */
async function sweep(wanted) {
  const hashed = (await readdir(dist)).filter((name) => /-[A-Z0-9]{8}\.\w+$/.test(name));
  await Promise.all(hashed.filter((name) => !wanted.has(name)).map((name) => rm(join(dist, name))));
}

async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["src/desk.ts", "src/first.ts", "src/beat.ts", "src/app.css", "src/shop/shop.ts", "src/shop/shop.css"],
    outdir: dist,
    bundle: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".shadow.css": "text" },
    legalComments: "none", // licences.txt has them whole
    logLevel: "warning",
  });
  return byWord(result);
}

/** One file for other people's pages: no module, no names in their scope, and for browsers older than our agents'. */
async function widget() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["src/widget.ts"],
    outdir: dist,
    bundle: true,
    minify: true,
    metafile: true,
    format: "iife",
    target: ["es2022", "chrome111", "firefox113", "safari16.4"],
    entryNames: "[name]-[hash]",
    plugins: [widgetParts],
    legalComments: "none",
    logLevel: "warning",
  });
  return byWord(result);
}

function byWord({ metafile }) {
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  return Object.fromEntries(names.map((name) => [name.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1"), name]));
}

/** The shapes of the icons in use, which the templates write where they stand: a browser that must look them up in a
 * file of their own lays out and paints twice. `icons.json` says which Lucide icon stands for which of our words. */
async function shapes() {
  const icons = JSON.parse(await readFile(join(here, "src", "icons.json"), "utf8"));
  const drawn = await Promise.all(Object.values(icons).map(shape));
  const byWord = Object.fromEntries(Object.keys(icons).map((word, at) => [word, drawn[at]]));
  await writeFile(join(dist, "icons.json"), JSON.stringify(byWord, null, 1) + "\n");
}

async function mark() {
  return keep("mark", await readFile(join(here, "src", "mark.svg"), "utf8"));
}

async function keep(word, svg) {
  const name = `${word}-${hash(svg)}.svg`;
  await writeFile(join(dist, name), svg);
  return { [`${word}.svg`]: name };
}

async function shape(icon) {
  const svg = await readFile(join(modules, "lucide-static", "icons", `${icon}.svg`), "utf8");
  return svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s*\n\s*/g, "").replaceAll(" />", "/>").trim();
}

async function licences() {
  const { dependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  const texts = await Promise.all(Object.keys(dependencies).map(licence));
  await writeFile(join(dist, "licences.txt"), texts.join("\n\n"));
}

async function licence(name) {
  const folder = join(modules, name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name}\n\n${file ? await readFile(join(folder, file), "utf8") : ""}`;
}

/** Eight characters of base 32, as esbuild's own. */
function hash(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return [...createHash("sha256").update(text).digest().subarray(0, 8)].map((byte) => alphabet[byte % 32]).join("");
}
