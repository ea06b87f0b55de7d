/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_OCDS_MONTH_H
#define SERVER_PUBLISH_OCDS_MONTH_H

/*
 * All releases of a month in one compressed file, a release a line (JSON Lines), put together from
 * the files of the releases; and the page that tells of them.
 */
#include <glib.h>

#include "server/publish/site.h"

struct ocds_month;

/* dir: where the public files lie. The file comes into being when it is closed well. */
int ocds_month_open(const char *dir, const char *month, struct ocds_month **ret);
/* Adds the release of this notice; one that is not written yet is left out. 0 or negative errno. */
int ocds_month_add(struct ocds_month *m, const char *notice_id);
/* Frees m. r: what happened so far; not 0: the file of before stays. Returns r or a failure. */
int ocds_month_close(struct ocds_month *m, int r);

/* months: texts "2026-03", earliest first. To be freed with g_string_free. */
GString *open_data_page(const struct site *site, const GList *months);

#endif
