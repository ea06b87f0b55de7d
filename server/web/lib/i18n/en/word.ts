// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	role: {
		bidder: "Bidder", buyer: "Buyer", agency: "Agency", staff: "Centre staff", host: "Host", witness: "Witness",
		venue: "Venue duty", expert: "Expert", supervisor: "Supervisor", holder: "Key holder", sysadmin: "System administrator",
		secadmin: "Security administrator", auditor: "Auditor",
	},
	key_purpose: { bidder: "Bidder", holder: "Key holder", expert: "Expert's signature", seat: "Seat in a room" },
	regime: { ztb: "Tendering law (ZTB)", gp: "Government procurement", asset: "Assets" },
	category: { works: "Works", goods: "Goods", services: "Services", land: "Land", mining: "Mining rights", property: "Property" },
	price_form: { amount: "Sum of money", other: "Rate or other form" },
	price_method: { gp_lowest: "Lowest valid price gets full points", in_total: "The sheet already holds the price score", base_mean: "Points lost by distance from a base price", lowest_evaluated: "Lowest evaluated price", nearest_above: "Lowest price not under the base price", band: "Lowest price within a band around the base price", balls: "Shortlist and candidates drawn in public" },
	project_state: { draft: "Draft", announced: "Announced", closed: "Closed" },
	lot_state: { draft: "Not announced", bidding: "Bidding", closed: "Decrypting", opened: "Opened", ranked: "Ranked", failed: "Failed" },
	notice_kind: { ztb_prequalification: "Prequalification notice (ZTB)", ztb_tender: "Tender notice (ZTB)", ztb_change: "Change notice (ZTB)", ztb_clarification: "Clarification (ZTB)", ztb_candidates: "Publicity of candidates (ZTB)", ztb_result: "Result notice (ZTB)", ztb_termination: "Termination notice (ZTB)", ztb_failure: "Notice of a failed tender (ZTB)", gp_tender: "Open tender notice (GP)", gp_change: "Correction notice (GP)", gp_clarification: "Clarification (GP)", gp_result: "Result notice (GP)", gp_contract: "Contract notice (GP)", gp_failure: "Notice of a failed purchase (GP)", gp_termination: "Termination notice (GP)", land_listing: "Land use right offered", land_result: "Land use right sold", mining_listing: "Mining right offered", mining_result: "Mining right sold", property_listing: "Property offered", property_result: "Property sold", asset_change: "Change notice", asset_termination: "Termination notice" },
	notice_state: { draft: "Draft", submitted: "To approve", returned: "Returned", approved: "To publish", published: "Published", withdrawn: "Withdrawn" },
	bid_state: {
		uploading: "Uploading", finalised: "Handed in", withdrawn: "Withdrawn", sealed: "To be opened", opened: "Opened",
		revoked: "Counts as revoked", recalled: "Counts as withdrawn", invalid: "Could not be opened",
	},
	draw_party: { staff: "Centre staff", supervisor: "Supervisor", host: "Host" },
	draw_state: { committing: "Commitments", revealing: "Revealing", drawn: "Drawn" },
	standing: { active: "Active", suspended: "Suspended" },
	member_state: { drawn: "Drawn", arrived: "Arrived", promised: "Promised", recused: "Recused", replaced: "Replaced" },
	step: {
		created: "Planned", checkin: "Check-in", promise: "Promise", leader: "Leader election", scoring: "Scoring", summary: "Summary",
		signing: "Signing", closed: "Closed",
	},
	ground: {
		relative: "Close relative of a bidder's person in charge", employed: "Employed by a bidder within three years",
		director: "Director or supervisor of a bidder within three years", shareholder: "Shareholder or controller within three years",
		regulator: "Works for the regulator of the project", interest: "Economic interest with a bidder", punished: "Punished before for conduct in bidding",
	},
	rule_kind: { refuse: "Refuses", clock: "Clock", warn: "Warns", note: "Note" },
	moderate: { mute: "Mute", unmute: "Unmute", stop_video: "Stop video", start_video: "Start video", remove: "Remove", restore: "Restore", release: "Release device", admit: "Admit the other device" },
	opened_by: { bidder: "bidder", holders: "holders" },
	unit: { day: "d", working_day: "working days", hour: "h", minute: "min", year: "years", percent: "%", count: "times" },
	item_kind: { technical: "Technical", commercial: "Commercial", score: "Other", total: "The whole" },
};
