/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How to get in: by pass, account or ticket. */

#include <gtk/gtk.h>

#include "room-client/ui/ui.h"

#define UI_TYPE_JOIN_PAGE (ui_join_page_get_type())
G_DECLARE_FINAL_TYPE(UiJoinPage, ui_join_page, UI, JOIN_PAGE, GtkBox)

/* Copies out and defaults. */
void ui_join_page_set_up(
	UiJoinPage *p, const struct ui_out *out, const struct ui_defaults *defaults);

/* The sign-in was refused, or the seat: code and English title as the server gave them. */
void ui_join_page_refused(UiJoinPage *p, const char *code, const char *title);
/* The account may enter several sessions: [{"session_id", "title"}, …]. */
void ui_join_page_choose(UiJoinPage *p, const json_t *sessions);
/* Ready to be filled in again; secrets are forgotten. */
void ui_join_page_reset(UiJoinPage *p);
