/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The window: join, device check, room, end. */

#include <adwaita.h>

#include "room-client/ui/ui.h"

#define UI_TYPE_WINDOW (ui_window_get_type())
G_DECLARE_FINAL_TYPE(UiWindow, ui_window, UI, WINDOW, AdwApplicationWindow)

/* Copies out and defaults. The caller shows it. */
UiWindow *ui_window_new(
	GtkApplication *app, const struct ui_out *out, const struct ui_defaults *defaults);
/* Call once, before the application runs: resources and accelerators. */
void ui_window_prepare_application(GtkApplication *app);

/* ---- answers to ui_out.prepare ---- */

void ui_window_prepared(UiWindow *w);
void ui_window_refused(UiWindow *w, const char *code, const char *title);
void ui_window_choose(UiWindow *w, const json_t *sessions);

/* ---- from the client ---- */

/* As struct app_out tells them; state is what app_state gives after the notice. */
void ui_window_notice(UiWindow *w, const char *name, const json_t *fields, const json_t *state);
/* BGRA; takes a reference. seat "" is the own one. */
void ui_window_picture(UiWindow *w, const char *seat, enum mute_source source, int width,
	int height, size_t stride, GBytes *pixels);
void ui_window_level(UiWindow *w, const char *seat, double level);

/* A passing word. */
void ui_window_toast(UiWindow *w, const char *text);
/* The viewer of documents, see room_page.h. NULL: none. */
void ui_window_set_documents(UiWindow *w, GtkWidget *viewer);
/* Shows the viewer, because somebody presents. */
void ui_window_show_documents(UiWindow *w);

/* The expert's work, see room_page.h; its button is there while it is offered. */
void ui_window_set_work(UiWindow *w, GtkWidget *page);
void ui_window_offer_work(UiWindow *w, bool on);
void ui_window_show_work(UiWindow *w);
