/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The promise (承诺书) an expert makes after seeing who bids, or stepping back (回避). */

#include <gtk/gtk.h>

#include "room-client/ui/work.h"

#define UI_TYPE_PROMISE_PAGE (ui_promise_page_get_type())
G_DECLARE_FINAL_TYPE(UiPromisePage, ui_promise_page, UI, PROMISE_PAGE, GtkBox)

/* Takes a reference. */
void ui_promise_page_set_work(UiPromisePage *p, UiWork *work);
