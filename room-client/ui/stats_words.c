/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/stats_words.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <string.h>

static int64_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* Per second; 0 before there are two looks. */
static double rate(const json_t *now, const json_t *before, const char *name, int64_t span_us)
{
	if (!before || span_us <= 0)
		return 0;
	return (double)(number(now, name) - number(before, name)) * G_USEC_PER_SEC /
	       (double)span_us;
}

char *stats_words_received(const json_t *now, const json_t *before, int64_t span_us)
{
	return g_strdup_printf(
		_("%.0f a second, %.0f kbit/s, %d lost, shown after %d ms, late at most %d ms, "
		  "%d signatures good, %d bad"),
		rate(now, before, "objects", span_us),
		rate(now, before, "bytes", span_us) * 8 / 1000, (int)number(now, "lost"),
		(int)(number(now, "delay_us") / 1000), (int)(number(now, "late_p95_us") / 1000),
		(int)number(now, "verified"), (int)number(now, "forged"));
}

char *stats_words_sent(const json_t *now, const json_t *before, int64_t span_us)
{
	return g_strdup_printf(_("%.0f a second, %.0f kbit/s, %d held back, %d signatures"),
		rate(now, before, "objects", span_us),
		rate(now, before, "bytes", span_us) * 8 / 1000, (int)number(now, "held_back"),
		(int)number(now, "stamps"));
}

const char *stats_words_kind(const char *kind)
{
	if (strcmp(kind, "cam") == 0)
		return _("picture");
	return strcmp(kind, "mic") == 0 ? _("voice") : _("screen");
}
