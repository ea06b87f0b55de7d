// SPDX-License-Identifier: GPL-3.0-or-later
import { copyFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
const outDir = join(process.env.BIDROOM_WEB_OUT || "dist", "bundle");

// The page that `bidroomctl bundle` puts into every bundle, and the texts beside it. From disk a browser loads classic
// scripts only, so it is one; it lies with the console, behind vite.config.ts, which empties the folder.
export default defineConfig({
	base: "./",
	publicDir: "bundle/static",
	plugins: [vue(), {
		name: "formats",
		closeBundle: () => copyFileSync(join(here, "../../proto/README.md"), resolve(here, outDir, "FORMATS.md")),
	}],
	resolve: { alias: { "@": here.replace(/\/$/, "") } },
	define: {
		__VUE_I18N_FULL_INSTALL__: false,
		__VUE_I18N_LEGACY_API__: false,
		__INTLIFY_PROD_DEVTOOLS__: false,
	},
	build: {
		outDir,
		emptyOutDir: true,
		target: "chrome120",
		modulePreload: false,
		cssCodeSplit: false,
		assetsInlineLimit: 0,
		chunkSizeWarningLimit: 1500,
		rollupOptions: {
			input: "bundle/main.ts",
			output: { format: "iife", inlineDynamicImports: true, entryFileNames: "player/player.js", assetFileNames: "player/player[extname]" },
		},
	},
});
