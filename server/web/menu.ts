// SPDX-License-Identifier: GPL-3.0-or-later
// The main menu: one row per entry, shown to the roles named. An entry for nobody in particular is for everybody.
import type { Role } from "@/lib/me";

export interface MenuEntry {
	name: string; // route name; its title is menu.<name> in the messages
	roles: Role[];
}

export const menu: MenuEntry[] = [
	{ name: "home", roles: [] },
	{ name: "projects", roles: ["staff", "agency", "buyer", "host", "supervisor"] },
	{ name: "notices", roles: ["staff", "agency", "buyer", "supervisor"] },
	{ name: "templates", roles: ["staff", "agency"] },
	{ name: "exchange", roles: ["staff", "supervisor"] },
	{ name: "calendar", roles: ["staff", "agency", "buyer", "supervisor"] },
	{ name: "statistics", roles: ["staff", "agency", "buyer", "supervisor", "auditor"] },
	{ name: "experts", roles: ["staff"] },
	{ name: "venues", roles: ["staff"] },
	{ name: "suppliers", roles: ["staff", "supervisor"] },
	{ name: "deposits", roles: ["staff"] },
	{ name: "import", roles: ["staff", "agency", "sysadmin"] },
	{ name: "sessions", roles: ["staff", "host", "supervisor", "venue", "witness", "auditor"] },
	{ name: "wall", roles: ["supervisor"] },
	{ name: "complaints", roles: ["supervisor"] },
	{ name: "archive", roles: ["staff", "supervisor", "auditor"] },
	{ name: "gate", roles: ["venue"] },
	{ name: "bids", roles: ["bidder"] },
	{ name: "tasks", roles: ["holder"] },
	{ name: "accounts", roles: ["sysadmin", "secadmin", "auditor"] },
	{ name: "events", roles: ["auditor"] },
	{ name: "rulebook", roles: [] },
	{ name: "account", roles: [] },
];
