/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/time_words.h"

#include <glib.h>
#include <glib/gi18n.h>

char *time_words_span(int64_t us)
{
	int64_t s = us > 0 ? us / G_USEC_PER_SEC : 0;

	if (s < 3600)
		return g_strdup_printf("%d:%02d", (int)(s / 60), (int)(s % 60));
	return g_strdup_printf("%d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

char *time_words_step(int64_t session_us, int64_t step_at_us, int64_t deadline_us, int64_t now_us)
{
	g_autofree char *session = time_words_span(session_us);
	g_autofree char *step = time_words_span(now_us - step_at_us);
	g_autofree char *left = time_words_span(deadline_us - now_us);

	if (deadline_us > 0 && deadline_us <= now_us)
		return g_strdup_printf(_("Session %s · time is up"), session);
	if (deadline_us > 0)
		return g_strdup_printf(_("Session %s · %s left"), session, left);
	if (step_at_us > 0)
		return g_strdup_printf(_("Session %s · this step %s"), session, step);
	return g_strdup_printf(_("Session %s"), session);
}
