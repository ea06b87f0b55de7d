/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a year (年度统计): what was published, registered, awarded, and what became of the
 * lots. */
#include "server/api/views.h"

#include "server/store/statistics_store.h"

static const struct field fields[] = {
	{"year", FIELD_INT, false, 2000, 2100}, /* of Beijing time; absent: this year */
	{NULL},
};

static int64_t begin_of(int64_t year)
{
	g_autofree char *text =
		g_strdup_printf("%04" G_GINT64_FORMAT "-01-01T00:00:00+08:00", year);
	int64_t t_us = 0;

	clock_parse(text, &t_us);
	return t_us;
}

static int64_t this_year(const struct act *a)
{
	char date[CLOCK_TEXT_SIZE];

	return g_ascii_strtoll(clock_format_beijing_date(a->legal_us, date), NULL, 10);
}

static void out_sum(json_t *out, const char *name, const char *sum)
{
	if (sum)
		out_text(out, name, sum);
}

static json_t *row_to_json(const struct statistics_row *row)
{
	json_t *out = json_object();

	out_text(out, "group", row->group);
	out_text(out, "part", row->part);
	out_int(out, "n", row->n);
	out_sum(out, "amount", row->amount);
	out_sum(out, "limit", row->limit);
	out_sum(out, "within", row->within);
	return out;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	static const char *const names[] = {
		[STATISTICS_NOTICES] = "notices",
		[STATISTICS_PROJECTS] = "projects",
		[STATISTICS_LOTS] = "lots",
		[STATISTICS_AWARDS] = "awards",
	};
	int64_t year = in_int(in, "year", this_year(a));
	int r = 0;

	out_int(out, "year", year);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GPtrArray) rows = NULL;
		json_t *list = json_array();
		r = statistics_store_get(a->txn, i, begin_of(year), begin_of(year + 1), &rows);
		json_object_set_new(out, names[i], list);
		for (guint k = 0; !r && k < rows->len; k++)
			json_array_append_new(list, row_to_json(g_ptr_array_index(rows, k)));
	}
	return r;
}

const struct act_kind statistics_view = {
	.name = "statistics.get", .fields = fields, .run = run, .flags = ACT_READ};
