// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	title: "Evaluation bundle",
	about: "About, files",
	is: "This page plays the recording of session {id} from disk, without any server. How to verify it, and the formats:",
	report: "Evaluation report (report.pdf)",
	bid: "Bid",
	running: "The session was still running when this bundle was made; it ends at the last signed checkpoint of that moment.",
	missing: "Reels that were missing when the bundle was made: ",
	withheld: "Originals of masked tracks, not included (opening them takes two roles): ",
	reel: "{no} ({who} {kind})",
	no_data: "player/data.js is missing or not whole.",
};
