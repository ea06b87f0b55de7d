/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/offer_terms.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

static const struct term {
	const char *name, *label;
	bool is_date, is_person;
} terms[] = {
	{"duration", "工期", false, false},
	{"delivery_time", "交货时间", true, false},
	{"manager", "项目经理", false, true},
	{"manager_certificates", "项目经理证书", false, true},
};

static bool is_date(const char *text)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_parse(&date, text);
	return g_date_valid(&date) && strlen(text) == 10 && strspn(text, "0123456789-") == 10 &&
	       text[4] == '-' && text[7] == '-';
}

static bool is_line(const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return false;
	return *text && g_utf8_strlen(text, -1) <= OFFER_TERM_MAX;
}

static json_t *pick(const json_t *offer, bool persons)
{
	const json_t *from = json_object_get(offer, "terms");
	json_t *to = json_object();

	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		json_t *value = json_object_get(from, terms[i].name);
		const char *text = json_string_value(value);
		if (text && is_line(text) && (!terms[i].is_date || is_date(text)) &&
			(persons || !terms[i].is_person))
			json_object_set(to, terms[i].name, value);
	}
	if (json_object_size(to))
		return to;
	json_decref(to);
	return NULL;
}

json_t *offer_terms(const json_t *offer)
{
	return pick(offer, true);
}

json_t *offer_terms_impersonal(const json_t *offer)
{
	return pick(offer, false);
}

char *offer_terms_text(const json_t *of)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		const char *value = json_string_value(json_object_get(of, terms[i].name));
		if (value)
			g_string_append_printf(
				text, "%s%s：%s", text->len ? "；" : "", terms[i].label, value);
	}
	return g_string_free(text, FALSE);
}
