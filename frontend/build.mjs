// Builds the assets of the portal: `node build.mjs`. `node build.mjs --tests` compiles the unit tests instead.

import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "..", "src", "terril", "web", "static", "built");
const TARGET = ["chrome111", "edge111", "firefox114", "safari16.4"];

/** Alphabets a French page may need. « latin » is enough but for names such as « Iași »; the rest is not carried. */
// The last face declared wins where two claim a letter (« œ »): the smaller file must be the last.
const ALPHABETS = ["latin-ext", "latin"];
const FONT = join(modules, "@fontsource-variable", "source-sans-3");

async function buildTests() {
  const folder = join(modules, ".cache", "terril-tests");
  await rm(folder, { recursive: true, force: true });
  const entries = (await readdir(join(here, "tests"))).filter((name) => name.endsWith(".test.mjs"));
  await build({
    entryPoints: entries.map((name) => join(here, "tests", name)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
}

const common = {
  bundle: true,
  minify: true,
  target: TARGET,
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
};

async function buildScripts() {
  const src = (name) => join(here, "src", name);
  const worker = join(modules, "maplibre-gl", "dist", "maplibre-gl-worker.mjs");
  await Promise.all([
    build({ ...common, entryPoints: [src("portal.ts")], outdir: out, format: "esm" }),
    // Read before the first paint: a plain script, not a module.
    build({ ...common, entryPoints: [src("scheme.ts")], outdir: out, format: "iife" }),
    build({ ...common, entryPoints: [src("portal.css"), src("map.css")], outdir: out }),
    build({ ...common, entryPoints: { "map-worker": worker }, outdir: out, format: "esm" }),
  ]);
  // A browser that kept an older worker or style sheet must not join it to this map.
  const define = { WORKER: await fingerprinted("map-worker.js"), STYLE: await fingerprinted("map.css") };
  await build({ ...common, entryPoints: [src("map.ts")], outdir: out, format: "esm", define });
  await copyFile(join(modules, "maplibre-gl", "LICENSE.txt"), join(out, "map-LICENSE.txt"));
}

async function fingerprinted(name) {
  const content = await readFile(join(out, name));
  return JSON.stringify(`${name}?v=${createHash("sha256").update(content).digest("hex").slice(0, 12)}`);
}

/** The font, under the name the style sheet uses. Upright only: browsers slant it where italics are wanted. */
async function buildFonts() {
  await mkdir(join(out, "fonts"), { recursive: true });
  const ranges = JSON.parse(await readFile(join(FONT, "unicode.json"), "utf8"));
  const faces = [];
  for (const alphabet of ALPHABETS) {
    const file = `source-sans-3-${alphabet}.woff2`;
    await copyFile(join(FONT, "files", `source-sans-3-${alphabet}-wght-normal.woff2`), join(out, "fonts", file));
    faces.push(
      `@font-face{font-family:"Source Sans 3";font-style:normal;font-weight:200 900;font-display:swap;` +
        `src:url(fonts/${file}) format("woff2");unicode-range:${ranges[alphabet]}}`,
    );
  }
  await writeFile(join(out, "fonts.css"), `${faces.join("\n")}\n`);
  await copyFile(join(FONT, "LICENSE"), join(out, "fonts", "OFL.txt"));
}

/** Built assets are never older than what they are built from: the folder is made anew. */
async function buildAll() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await Promise.all([buildScripts(), buildFonts()]);
}

await (process.argv.includes("--tests") ? buildTests() : buildAll());
