// The service worker is one file of its own with a name that never changes: browsers ask for it by that name.
import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  build: {
    target: "es2020",
    outDir: "../src/vungxanh/static/dist",
    emptyOutDir: false,
    modulePreload: false,
    rolldownOptions: {
      input: ["src/worker.ts"],
      output: { format: "iife", entryFileNames: "worker.js" },
    },
  },
});
