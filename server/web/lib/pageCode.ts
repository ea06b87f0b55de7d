// SPDX-License-Identifier: GPL-3.0-or-later
// Pages' code is fetched when a page is first gone to. A tab that was open while the centre installed a new version
// asks for files that are gone, and a broken line may cost any: without this a press on a link would do nothing.
import { ElMessage } from "element-plus";
import type { Router } from "vue-router";
import { i18n } from "@/lib/i18n";

const TRIED = "bidroom.page_tried";

/** Goes on by loading the whole page anew, once for each place; then says that it cannot be had. */
export function loadWholePageInstead(router: Router): void {
	router.onError((error, to) => {
		// What import() throws for a file that does not come; its words differ by browser.
		if (!(error instanceof TypeError))
			return;
		const place = router.resolve(to).href;
		if (sessionStorage.getItem(TRIED) === place) {
			sessionStorage.removeItem(TRIED);
			ElMessage({ type: "error", message: i18n.global.t("common.page_missing"), duration: 0, showClose: true });
			return;
		}
		sessionStorage.setItem(TRIED, place);
		location.assign(place);
	});
	router.afterEach((_to, _from, failure) => {
		if (!failure)
			sessionStorage.removeItem(TRIED);
	});
}
