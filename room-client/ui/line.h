/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A line of the chat or of the record: what happened, or an own act on its way to become that. The
 * signal "changed" follows a change.
 */

#include <glib-object.h>
#include <stdint.h>

enum line_state {
	LINE_EVENT,   /* an event of the room: committed, told by the server */
	LINE_SENT,    /* an own act without an answer */
	LINE_PENDING, /* the server has it, but could not commit it yet */
	LINE_ACCEPTED,
	LINE_REFUSED,
};

#define UI_TYPE_LINE (ui_line_get_type())
G_DECLARE_FINAL_TYPE(UiLine, ui_line, UI, LINE, GObject)

/* id: of the act, NULL for an event. event_no: 0 while it is not known. at_us: UTC. */
UiLine *ui_line_new(enum line_state state, const char *id, int64_t event_no, int64_t at_us,
	const char *author, const char *text);

enum line_state ui_line_state(UiLine *l);
const char *ui_line_id(UiLine *l); /* NULL for what others did */
int64_t ui_line_event_no(UiLine *l);
int64_t ui_line_at_us(UiLine *l);
const char *ui_line_author(UiLine *l); /* "" for the system */
const char *ui_line_text(UiLine *l);
const char *ui_line_why(UiLine *l); /* of a refusal; "" otherwise */

/* why: for people, only with LINE_REFUSED. */
void ui_line_set_state(UiLine *l, enum line_state state, int64_t event_no, const char *why);

/* "Waiting for the server", … ; "" for LINE_EVENT. */
const char *ui_line_state_words(UiLine *l);
