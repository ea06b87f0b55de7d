/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_SITE_H
#define SERVER_PUBLISH_SITE_H

/* What all public pages of a house share. */
#include <glib.h>

struct site {
	const char *centre;     /* name of the trading centre */
	const char *public_url; /* without a trailing slash */
	gboolean demo;
};

#endif
