/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/award_file.h"

#include <glib.h>

static void copy(json_t *to, const json_t *from, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		json_t *value = json_object_get(from, names[i]);

		if (value)
			json_object_set(to, names[i], value);
	}
}

static json_t *row_of(const json_t *row)
{
	static const char *const names[] = {"bidder_name", "price", "sme", "was_valid", "decided",
		"members", "mean", "price_score", "total", "rank", "tied", "low_price"};
	json_t *out = json_object(), *reason = json_object_get(row, "rejected");

	copy(out, row, names, G_N_ELEMENTS(names));
	if (reason) {
		json_object_set_new(out, "rejected", json_true());
		json_object_set(out, "reason", reason);
	}
	return out;
}

/* The result's rows follow the rank. */
static json_t *rows_by_number(const json_t *rows)
{
	size_t n = json_array_size(rows);
	json_t *list = json_array();

	for (size_t no = 1; no <= n; no++)
		for (size_t i = 0; i < n; i++) {
			const json_t *row = json_array_get(rows, i);

			if (json_integer_value(json_object_get(row, "no")) == (json_int_t)no)
				json_array_append_new(list, row_of(row));
		}
	return list;
}

json_t *award_file(const json_t *result, const json_t *scheme, const struct decimal *ceiling)
{
	static const char *const names[] = {"lot_id", "seed", "drawn", "drawn_member", "low_prices"};
	char text[DECIMAL_TEXT_SIZE];
	json_t *out = json_pack("{s:s, s:O, s:o}", "format", AWARD_FORMAT, "scheme",
		(json_t *)scheme, "rows", rows_by_number(json_object_get(result, "rows")));

	copy(out, result, names, G_N_ELEMENTS(names));
	if (ceiling)
		json_object_set_new(
			out, "ceiling", json_string(decimal_format_exact(*ceiling, text)));
	return out;
}
