// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	lead: "A bid or nonce is restored only when as many holders as the threshold says have given their shares.",
	empty: "Nothing is asked of you.",
	what: "What",
	bid: "Bid: {lot}",
	draw: "Nonce of {party}",
	since: "Asked",
	header: "Material",
	header_get: "Download",
	give: "Give the share",
	give_sure: "The share takes part in restoring the key and is recorded in public.",
	given: "The share was given",
	file_bad: "This file does not fit: a JSON file made by bidroom-seal for this task and holder is expected.",
	how: "How it is done",
	how_text: "Download the material, run one of these on the computer that keeps your private key, and hand in the resulting file here. Never upload the private key.",
	how_hold: "That computer can also hand in the share of a bid itself; without --key and --bid it lists the bids you are asked to open.",
};
