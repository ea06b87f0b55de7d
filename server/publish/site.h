/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_SITE_H
#define SERVER_PUBLISH_SITE_H

/* What all public pages of a house share. */
#include <glib.h>

struct calendar;
struct regions;

struct site {
	const char *centre;     /* name of the trading centre */
	const char *public_url; /* without a trailing slash */
	gboolean demo;
	const struct calendar *calendar; /* NULL: none whose source is to be told */
	const struct regions *regions;   /* NULL: codes have no names */
};

#endif
