// The build: one script, one style sheet purged by what templates and modules name, one sprite of the icons in use.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { PurgeCSS } from "purgecss";
import { defineConfig } from "vite";

const product = fileURLToPath(new URL("../src/vungxanh/", import.meta.url));
const read = (pattern) => globSync(pattern, { cwd: product }).map((path) => readFileSync(product + path, "utf8"));
const templates = () => read("**/templates/**/*.html").join("\n");
const quotedInModules = () => (read("**/*.py").join("\n").match(/"[^"\n]*"|'[^'\n]*'/g) ?? []).join("\n");
const words = (content) => content.match(/[\w-]+/g) ?? [];

function onlyWhatIsUsed() {
  return {
    name: "only-what-is-used",
    enforce: "post",
    async generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.fileName.endsWith(".css")) asset.source = await purged(String(asset.source));
      }
    },
  };
}

async function purged(css) {
  const [result] = await new PurgeCSS().purge({
    content: [
      // The types of inputs that Django's widgets write.
      { raw: `${templates()}${quotedInModules()} radio checkbox`, extension: "html" },
      { raw: read("../../frontend/src/**/*.ts").join("\n"), extension: "html" },
    ],
    css: [{ raw: css }],
    defaultExtractor: words,
    variables: true,
    keyframes: true,
    // Composed in templates: vx-tone-{{ tone }} and the like.
    safelist: { greedy: [/^vx-(tone|ink|btn|alert|stat|progress|dash|depth|queue|strip)-/], standard: ["htmx-request", "is-invalid", "pre", "code", "img"] },
    // Kinds of a dark theme and of right-to-left writing, which the product does not have.
    blocklist: [/data-bs-theme/, /rtl/, /\[dir/],
  });
  return result.css;
}

function spriteOfUsedIcons() {
  return {
    name: "sprite-of-used-icons",
    enforce: "post",
    generateBundle(_options, bundle) {
      const used = new Set(words(templates() + quotedInModules()));
      for (const asset of Object.values(bundle)) {
        if (!/icons-[\w-]+\.svg$/.test(asset.fileName)) continue;
        const lines = String(asset.source).split("\n");
        asset.source = lines.filter((line) => !line.startsWith("<symbol") || used.has(/id="([^"]+)"/.exec(line)[1])).join("\n");
      }
    },
  };
}

// WhiteNoise sends name.br or name.gz to a browser that takes it, but does not make them.
function compressedBeside() {
  return {
    name: "compressed-beside",
    writeBundle({ dir }, bundle) {
      for (const { fileName } of Object.values(bundle)) {
        if (!/\.(css|js|svg|wasm)$/.test(fileName)) continue;
        const content = readFileSync(`${dir}/${fileName}`);
        writeFileSync(`${dir}/${fileName}.br`, brotliCompressSync(content));
        writeFileSync(`${dir}/${fileName}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [onlyWhatIsUsed(), spriteOfUsedIcons(), compressedBeside()],
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    target: "es2020",
    outDir: "../src/vungxanh/static/dist",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["src/main.ts", "src/screen.ts"] },
  },
});
