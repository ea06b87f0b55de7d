/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The expert's workplace (评审工作台): what there is to do in this step, beside documents and
 * pictures. Signal: "wanted" when something new is to be done.
 */

#include <gtk/gtk.h>

#include "room-client/ui/work.h"

#define UI_TYPE_WORK_PAGE (ui_work_page_get_type())
G_DECLARE_FINAL_TYPE(UiWorkPage, ui_work_page, UI, WORK_PAGE, GtkBox)

GtkWidget *ui_work_page_new(UiWork *work);
