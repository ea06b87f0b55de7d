// SPDX-License-Identifier: GPL-3.0-or-later
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// BIDROOM_WEB_OUT names the directory the console is built into; bidroomd serves it at /console/.
export default defineConfig({
	base: "/console/",
	plugins: [vue()],
	resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
	define: {
		__VUE_I18N_FULL_INSTALL__: false,
		__VUE_I18N_LEGACY_API__: false,
		__INTLIFY_PROD_DEVTOOLS__: false,
	},
	build: {
		outDir: process.env.BIDROOM_WEB_OUT || "dist",
		emptyOutDir: true,
		target: "chrome120",
		// An inlined module would need script-src 'unsafe-inline'.
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0,
		chunkSizeWarningLimit: 900,
	},
	server: { proxy: { "/api": { target: process.env.BIDROOM_SERVER, secure: false, changeOrigin: true } } },
});
