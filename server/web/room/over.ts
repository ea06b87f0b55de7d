// SPDX-License-Identifier: GPL-3.0-or-later
/** How a stay in a room may end, each with its own sentence (room.over_…); coming back would only trouble others. */
export const OVER = ["admitted", "left", "left_panel", "other_booth", "released", "removed", "replaced", "session_closed", "taken_over"];
