/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/link/link.h"

#include <curl/curl.h>
#include <glib.h>
#include <libwebsockets.h>

static void lws_said(int level, const char *line)
{
	g_debug("libwebsockets: %s", line);
}

void link_init(void)
{
	/* libwebsockets reads this one by itself and has no setting against it. */
	g_unsetenv("http_proxy");
	lws_set_log_level(LLL_ERR | LLL_WARN, lws_said);
	curl_global_init(CURL_GLOBAL_DEFAULT);
}
