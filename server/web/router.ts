// SPDX-License-Identifier: GPL-3.0-or-later
// Every page on one page: path, view, and the roles it is for (none: anybody signed in).
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { useMe, type Role } from "@/lib/me";

declare module "vue-router" {
	interface RouteMeta {
		open?: boolean; // no sign-in needed
		wide?: boolean; // without the menu
		roles?: Role[];
	}
}

const routes: RouteRecordRaw[] = [
	{ path: "/sign-in", name: "sign-in", component: () => import("@/home/SignIn.vue"), meta: { open: true } },
	{ path: "/totp", name: "totp", component: () => import("@/home/TotpEnrol.vue"), meta: { wide: true } },
	{ path: "/", name: "home", component: () => import("@/home/Home.vue") },
	{ path: "/account", name: "account", component: () => import("@/home/Account.vue") },
	{ path: "/:missing(.*)*", name: "missing", component: () => import("@/home/Missing.vue"), meta: { open: true } },
];

export const router = createRouter({ history: createWebHistory("/console/"), routes });

router.beforeEach(async (to) => {
	const me = useMe();
	if (!me.known)
		await me.load().catch(() => {});
	if (to.meta.open)
		return true;
	if (!me.account)
		return { name: "sign-in", query: to.fullPath === "/" ? {} : { next: to.fullPath } };
	if (me.account.must_enrol_totp && to.name !== "totp")
		return { name: "totp" };
	if (to.meta.roles && !me.has(...to.meta.roles))
		return { name: "home" };
	return true;
});
