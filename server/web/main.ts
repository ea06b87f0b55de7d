// SPDX-License-Identifier: GPL-3.0-or-later
import dayjs from "dayjs";
import "dayjs/locale/zh-cn"; // without it Element Plus's weeks begin on Sunday
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "@/App.vue";
import { listen } from "@/lib/api";
import { i18n, setLocale } from "@/lib/i18n";
import { useMe } from "@/lib/me";
import { useReceipts } from "@/lib/receipts";
import "@/lib/theme.css";
import { installUi } from "@/lib/ui";
import { router } from "@/router";

dayjs.locale("zh-cn");
const app = createApp(App);
app.use(createPinia());
app.use(i18n);
setLocale(i18n.global.locale.value as "zh" | "en");
installUi(app);

const receipts = useReceipts();
listen(
	(events) => events.forEach((event) => void receipts.follow(event)),
	() => {
		const me = useMe();
		if (me.account) {
			const seated = !!me.me?.seat;
			me.forget();
			void router.push(seated ? { name: "seat" } : { name: "sign-in", query: { next: router.currentRoute.value.fullPath } });
		}
	},
);
app.use(router);
app.mount("#app");
