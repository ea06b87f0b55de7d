/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The report (评标报告), read page by page, and the signature under it. */

#include <gtk/gtk.h>

#include "room-client/ui/work.h"

#define UI_TYPE_SIGN_PAGE (ui_sign_page_get_type())
G_DECLARE_FINAL_TYPE(UiSignPage, ui_sign_page, UI, SIGN_PAGE, GtkBox)

/* Takes a reference. */
void ui_sign_page_set_work(UiSignPage *p, UiWork *work);
