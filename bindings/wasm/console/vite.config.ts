import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 1200 },
  worker: { format: "es" },
  optimizeDeps: { exclude: ["shenfang"] },
  preview: { port: 4173, headers: { "Cache-Control": "no-cache" } },
});
