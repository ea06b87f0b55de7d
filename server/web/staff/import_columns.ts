// SPDX-License-Identifier: GPL-3.0-or-later
// The tables that can be imported, who may, and the columns of each: members of the creating act in
// proto/openapi.yaml; more of a list follow by its numbers (lots.2.name).
import type { Role } from "@/lib/me";

export type Subject = "projects" | "notices" | "bidders" | "experts" | "payments" | "returns";

export const SUBJECTS: { name: Subject; roles: Role[]; columns: string[] }[] = [
	{
		name: "projects", roles: ["staff", "agency"],
		columns: ["regime", "category", "name", "region", "method", "budget", "buyer_name", "agency_name", "contact", "holder_threshold", "holders",
			"window_minutes", "unified_code", "lots.1.name", "lots.1.ceiling", "lots.1.price_form", "lots.1.scheme"],
	},
	{
		name: "notices", roles: ["staff", "agency"],
		columns: ["project_code", "kind", "title", "body_md", "offer_start", "offer_end", "deadline", "publicity_start", "publicity_end", "follows", "fields.name", "media.1.name", "media.1.address"],
	},
	{ name: "bidders", roles: ["sysadmin"], columns: ["login", "name", "password", "org_name", "credit_code"] },
	{ name: "experts", roles: ["staff"], columns: ["name", "unit", "specialities", "region", "account_login", "account_password"] },
	{ name: "payments", roles: ["staff"], columns: ["bank_serial", "reference", "payer", "payer_account", "payer_bank", "amount", "paid_at"] },
	{ name: "returns", roles: ["staff"], columns: ["return_no", "bank_serial", "amount", "interest", "returned_at", "failure"] },
];

export const columnsOf = (subject: Subject): string[] => SUBJECTS.find((s) => s.name === subject)!.columns;
