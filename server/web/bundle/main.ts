// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a bundle, built as one classic script: modules are not loaded from disk.
import { ElInput } from "element-plus";
import "element-plus/es/components/input/style/css";
import { createApp } from "vue";
import { i18n, setLocale } from "@/lib/i18n";
import "@/lib/theme.css";
import Bundle from "./Bundle.vue";
import type { Manifest, View } from "./data";

declare global {
	interface Window {
		bidroomBundle?: { manifest: Manifest; view: View };
	}
}

setLocale(i18n.global.locale.value as "zh" | "en");
if (window.bidroomBundle)
	createApp(Bundle, window.bidroomBundle).use(i18n).component(ElInput.name!, ElInput).mount("#app");
else
	document.getElementById("app")!.textContent = `${i18n.global.t("bundle.no_data")}`;
