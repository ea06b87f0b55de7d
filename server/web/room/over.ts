// SPDX-License-Identifier: GPL-3.0-or-later
/** How a stay in a room may end, each with its own sentence (room.over_…); coming back would only trouble others. */
export const OVER = ["admitted", "left", "left_panel", "other_booth", "released", "removed", "replaced", "session_closed", "taken_over"];

/** The page is of another version than the server: coming again changes nothing, loading the page anew does. */
export const OTHER_VERSION = "room.version";

/** The end of the name of the sentence; "" when there is none of its own. */
export const overWord = (why: string): string => (OVER.includes(why) ? why : why === OTHER_VERSION ? "version" : "");
