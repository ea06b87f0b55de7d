/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Before entering: the own picture, the level of the microphone, a sound from the loudspeaker, the
 * network's round trip. */

#include <gtk/gtk.h>

#include "room-client/ui/ui.h"

#define UI_TYPE_CHECK_PAGE (ui_check_page_get_type())
G_DECLARE_FINAL_TYPE(UiCheckPage, ui_check_page, UI, CHECK_PAGE, GtkBox)

/* Copies out. */
void ui_check_page_set_up(UiCheckPage *p, const struct ui_out *out, bool kiosk);

/* The page is shown, or not any more: devices open and close. */
void ui_check_page_begin(UiCheckPage *p);
void ui_check_page_end(UiCheckPage *p);

/* BGRA; takes a reference. */
void ui_check_page_picture(UiCheckPage *p, int width, int height, size_t stride, GBytes *pixels);
void ui_check_page_level(UiCheckPage *p, double level);
/* "round_trip" {ms} or {error}; "source_failed" {kind}; "source_recovered" {kind}. */
void ui_check_page_notice(UiCheckPage *p, const char *name, const json_t *fields);
/* The seat could not be taken. */
void ui_check_page_refused(UiCheckPage *p, const char *code, const char *title);
