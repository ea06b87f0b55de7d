/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/avoidance.h"

#include <string.h>

static const struct recusal_ground grounds[] = {
	{"relative", "与投标人主要负责人有夫妻、直系血亲、三代以内旁系血亲或者近姻亲关系"},
	{"employed", "三年内与投标人存在劳动关系"},
	{"director", "三年内担任投标人的董事、监事"},
	{"shareholder", "三年内是投标人的股东或者实际控制人"},
	{"regulator", "在项目主管部门或者行政监督部门工作"},
	{"interest", "与投标人有其他经济利益关系"},
	{"punished", "曾因招标、评标等活动中的违法行为受过处罚"},
};

char *avoidance_unit_key(const char *unit)
{
	g_autofree char *valid = g_utf8_make_valid(unit, -1);
	g_autofree char *normal = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL_COMPOSE);
	g_autofree char *folded = g_utf8_casefold(normal, -1);
	GString *key = g_string_new(NULL);

	for (const char *p = folded; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_isalnum(c))
			g_string_append_unichar(key, c);
	}
	return g_string_free(key, FALSE);
}

const struct recusal_ground *recusal_grounds(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(grounds);
	return grounds;
}

bool recusal_ground_is_known(const char *name)
{
	for (size_t i = 0; name && i < G_N_ELEMENTS(grounds); i++)
		if (strcmp(grounds[i].name, name) == 0)
			return true;
	return false;
}
