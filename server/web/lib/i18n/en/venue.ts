// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	lead: "The expert types login, password and code; then the telephone is handed in and the pass opens the seat.",
	session: "Session",
	venue: "Venue",
	expert: "Expert",
	admit: "Sign in",
	welcome: "{name}, you are signed in",
	seat: "Seat",
	pass: "Pass (for one use)",
	pass_left: "valid for {n} s",
	next: "Next",
};
