// SPDX-License-Identifier: GPL-3.0-or-later
// Every page on one page: path, view, and the roles it is for (none: anybody signed in).
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { useMe, type Role } from "@/lib/me";
import { loadWholePageInstead } from "@/lib/pageCode";

declare module "vue-router" {
	interface RouteMeta {
		open?: boolean; // no sign-in needed
		wide?: boolean; // without the menu
		menu?: string; // the entry of the menu it belongs to
		roles?: Role[];
	}
}

const OFFICE: Role[] = ["staff", "agency", "buyer", "host", "supervisor"];
const NOTICE: Role[] = ["staff", "agency", "buyer", "supervisor"];
const KEEPING: Role[] = ["staff", "supervisor", "auditor"];
const ROOM: Role[] = ["staff", "host", "supervisor", "venue", "witness", "auditor"];

/** A page made for one thing named in the query: /notices/new?project=… */
function query(name: string): (to: { query: Record<string, unknown> }) => Record<string, string> {
	return (to) => ({ [name]: String(to.query[name] ?? "") });
}

const routes: RouteRecordRaw[] = [
	{ path: "/sign-in", name: "sign-in", component: () => import("@/home/SignIn.vue"), meta: { open: true } },
	{ path: "/register", name: "register", component: () => import("@/home/Register.vue"), meta: { open: true } },
	{ path: "/seat", name: "seat", component: () => import("@/expert/SeatSignIn.vue"), meta: { open: true } },
	{ path: "/totp", name: "totp", component: () => import("@/home/TotpEnrol.vue"), meta: { wide: true } },
	{ path: "/", name: "home", component: () => import("@/home/Home.vue") },
	{ path: "/account", name: "account", component: () => import("@/home/Account.vue") },
	{ path: "/rulebook", name: "rulebook", component: () => import("@/home/Rulebook.vue"), meta: { open: true } },

	{ path: "/projects", name: "projects", component: () => import("@/staff/ProjectList.vue"), meta: { roles: OFFICE } },
	{ path: "/projects/new", name: "project-new", component: () => import("@/staff/ProjectEdit.vue"), meta: { menu: "projects", roles: ["staff", "agency"] } },
	{ path: "/project-drafts/:id", name: "project-draft", component: () => import("@/staff/ProjectDraft.vue"), props: true, meta: { menu: "projects", roles: NOTICE } },
	{ path: "/project-drafts/:id/edit", name: "project-draft-edit", component: () => import("@/staff/ProjectEdit.vue"), props: true, meta: { menu: "projects", roles: ["staff", "agency"] } },
	{ path: "/projects/:id", name: "project", component: () => import("@/staff/ProjectDetail.vue"), props: true, meta: { menu: "projects", roles: OFFICE } },
	{ path: "/templates", name: "templates", component: () => import("@/staff/Templates.vue"), meta: { roles: ["staff", "agency"] } },
	{ path: "/exchange", name: "exchange", component: () => import("@/staff/Exchange.vue"), meta: { roles: ["staff", "supervisor"] } },
	{ path: "/calendar", name: "calendar", component: () => import("@/staff/Calendar.vue"), meta: { roles: NOTICE } },
	{ path: "/notices", name: "notices", component: () => import("@/staff/NoticeList.vue"), meta: { roles: NOTICE } },
	{ path: "/notices/new", name: "notice-new", component: () => import("@/staff/NoticeEdit.vue"), props: query("project"), meta: { menu: "notices", roles: ["staff", "agency"] } },
	{ path: "/notices/:id", name: "notice", component: () => import("@/staff/NoticeView.vue"), props: true, meta: { menu: "notices", roles: NOTICE } },
	{ path: "/notices/:id/edit", name: "notice-edit", component: () => import("@/staff/NoticeEdit.vue"), props: true, meta: { menu: "notices", roles: ["staff", "agency"] } },
	{ path: "/lots/:id/opening", name: "opening", component: () => import("@/staff/Opening.vue"), props: true, meta: { menu: "projects" } },
	{ path: "/suppliers", name: "suppliers", component: () => import("@/staff/Suppliers.vue"), meta: { roles: ["staff", "supervisor"] } },
	{ path: "/suppliers/:id", name: "supplier", component: () => import("@/staff/SupplierView.vue"), props: true, meta: { menu: "suppliers", roles: ["staff", "supervisor"] } },
	{ path: "/deposits", name: "deposits", component: () => import("@/staff/Deposits.vue"), meta: { roles: ["staff"] } },
	{ path: "/lots/:id/deposits", name: "lot-deposits", component: () => import("@/staff/LotDeposits.vue"), props: true, meta: { menu: "projects", roles: ["staff", "supervisor"] } },
	{ path: "/statistics", name: "statistics", component: () => import("@/staff/Statistics.vue"), meta: { roles: ["staff", "agency", "buyer", "supervisor", "auditor"] } },
	{ path: "/experts", name: "experts", component: () => import("@/staff/Experts.vue"), meta: { roles: ["staff"] } },
	{ path: "/import", name: "import", component: () => import("@/staff/ImportPage.vue"), meta: { roles: ["staff", "agency", "sysadmin"] } },
	{ path: "/venues", name: "venues", component: () => import("@/staff/Venues.vue"), meta: { roles: ["staff"] } },
	{ path: "/venues/:id/booths", name: "booths", component: () => import("@/staff/Booths.vue"), props: true, meta: { menu: "venues", roles: ["staff", "host", "supervisor", "venue"] } },
	{ path: "/sessions/new", name: "session-new", component: () => import("@/staff/SessionNew.vue"), props: query("project"), meta: { menu: "sessions", roles: ["staff"] } },
	{ path: "/draws/:id", name: "draw", component: () => import("@/staff/Draw.vue"), props: true, meta: { menu: "sessions" } },

	{ path: "/bids", name: "bids", component: () => import("@/bidder/BidList.vue"), meta: { roles: ["bidder"] } },
	{ path: "/bids/new/:project", name: "tender", component: () => import("@/bidder/Tender.vue"), props: true, meta: { menu: "bids", roles: ["bidder"] } },
	{ path: "/bids/new/:project/:lot", name: "bid-new", component: () => import("@/bidder/BidNew.vue"), props: true, meta: { menu: "bids", roles: ["bidder"] } },
	{ path: "/bids/new/:project/:lot/seal", name: "bid-seal", component: () => import("@/bidder/BidSeal.vue"), props: true, meta: { menu: "bids", roles: ["bidder"] } },
	{ path: "/lots/:lot/deposit", name: "deposit", component: () => import("@/bidder/Deposit.vue"), props: true, meta: { menu: "bids", roles: ["bidder"] } },
	{ path: "/lots/:lot/calculator", name: "calculator", component: () => import("@/bidder/PriceCalculator.vue"), props: true, meta: { menu: "bids", open: true } },
	{ path: "/bids/:id", name: "bid", component: () => import("@/bidder/BidView.vue"), props: true, meta: { menu: "bids", roles: ["bidder"] } },
	{ path: "/receipts/check", name: "receipt-check", component: () => import("@/bidder/ReceiptCheck.vue"), meta: { menu: "bids", open: true } },
	{ path: "/recompute", name: "recompute", component: () => import("@/recompute/Recompute.vue"), props: query("notice"), meta: { open: true } },
	{ path: "/tasks", name: "tasks", component: () => import("@/holder/Tasks.vue"), meta: { roles: ["holder"] } },
	{ path: "/gate/:id?", name: "gate", component: () => import("@/venue/Gate.vue"), props: true, meta: { roles: ["venue"] } },

	{ path: "/sessions", name: "sessions", component: () => import("@/host/SessionList.vue"), meta: { roles: ROOM } },
	{ path: "/sessions/:id", name: "session", component: () => import("@/host/SessionBoard.vue"), props: true, meta: { menu: "sessions", roles: ROOM } },
	{ path: "/sessions/:id/faults", name: "faults", component: () => import("@/staff/SessionFaults.vue"), props: true, meta: { roles: ["agency", "buyer"] } },
	{ path: "/wall", name: "wall", component: () => import("@/supervisor/Wall.vue"), meta: { roles: ["supervisor"] } },
	{ path: "/complaints", name: "complaints", component: () => import("@/supervisor/Complaints.vue"), meta: { roles: ["supervisor"] } },
	{ path: "/complaints/:id", name: "complaint", component: () => import("@/supervisor/Complaint.vue"), props: true, meta: { menu: "complaints", roles: ["supervisor"] } },
	{ path: "/sessions/:id/lots/:lot/result", name: "result", component: () => import("@/host/LotResult.vue"), props: true, meta: { menu: "sessions" } },
	{ path: "/sessions/:id/seat", name: "seat-room", component: () => import("@/expert/Seat.vue"), props: true, meta: { roles: ["expert"], wide: true } },
	{ path: "/sessions/:id/room", name: "room", component: () => import("@/room/Room.vue"), props: true, meta: { roles: ["host", "supervisor", "witness"], wide: true } },
	{ path: "/lots/:lot/hall/:id", name: "hall", component: () => import("@/room/Room.vue"), props: true, meta: { roles: ["host", "supervisor", "witness", "agency", "bidder"], wide: true } },
	{ path: "/sessions/:id/camera", name: "room-camera", component: () => import("@/venue/RoomCamera.vue"), props: true, meta: { menu: "sessions", roles: ["venue"] } },
	{ path: "/sessions/:id/replay", name: "replay", component: () => import("@/player/Replay.vue"), props: true, meta: { roles: ["host", "supervisor", "auditor"], wide: true } },

	{ path: "/archive", name: "archive", component: () => import("@/archive/ArchiveList.vue"), meta: { roles: KEEPING } },
	{ path: "/archive/:id", name: "archive-session", component: () => import("@/archive/ArchiveSession.vue"), props: true, meta: { menu: "archive", roles: KEEPING } },

	{ path: "/accounts", name: "accounts", component: () => import("@/admin/Accounts.vue"), meta: { roles: ["sysadmin", "secadmin", "auditor"] } },
	{ path: "/events", name: "events", component: () => import("@/admin/Events.vue"), meta: { roles: ["auditor"] } },
	{ path: "/:missing(.*)*", name: "missing", component: () => import("@/home/Missing.vue"), meta: { open: true } },
];

export const router = createRouter({ history: createWebHistory("/console/"), routes });
loadWholePageInstead(router);

router.beforeEach(async (to) => {
	const me = useMe();
	if (!me.known)
		await me.load().catch(() => {});
	if (to.meta.open)
		return true;
	if (!me.account)
		return { name: "sign-in", query: to.fullPath === "/" ? {} : { next: to.fullPath } };
	if (me.account.must_enrol_totp && !me.me?.seat && !me.totpLater && to.name !== "totp")
		return { name: "totp", query: { next: to.fullPath } };
	// A sign-in from the gate is bound to one seat: everything else is closed to it.
	if (me.me?.seat && to.name !== "seat-room")
		return { name: "seat-room", params: { id: me.me.seat.session_id } };
	if (to.meta.roles && !me.has(...to.meta.roles))
		return { name: "home" };
	return true;
});
