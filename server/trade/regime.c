/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/regime.h"

#include <string.h>

#include <glib.h>

struct name {
	int value;
	const char *word;
};

static const struct name regimes[] = {
	{REGIME_ZTB, "ztb"},
	{REGIME_GP, "gp"},
	{REGIME_ASSET, "asset"},
};

static const struct name categories[] = {
	{LOT_WORKS, "works"},
	{LOT_GOODS, "goods"},
	{LOT_SERVICES, "services"},
	{LOT_LAND, "land"},
	{LOT_MINING, "mining"},
	{LOT_PROPERTY, "property"},
};

static const char *word_of(const struct name *names, size_t n, int value)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].value == value)
			return names[i].word;
	return NULL;
}

static int value_of(const struct name *names, size_t n, const char *word)
{
	for (size_t i = 0; word && i < n; i++)
		if (strcmp(names[i].word, word) == 0)
			return names[i].value;
	return 0;
}

const char *regime_name(enum regime r)
{
	return word_of(regimes, G_N_ELEMENTS(regimes), (int)r);
}

const char *lot_category_name(enum lot_category c)
{
	return word_of(categories, G_N_ELEMENTS(categories), (int)c);
}

enum regime regime_from_name(const char *name)
{
	return (enum regime)value_of(regimes, G_N_ELEMENTS(regimes), name);
}

enum lot_category lot_category_from_name(const char *name)
{
	return (enum lot_category)value_of(categories, G_N_ELEMENTS(categories), name);
}

bool regime_has_category(enum regime r, enum lot_category c)
{
	if (!regime_name(r) || !lot_category_name(c))
		return false;
	return (r == REGIME_ASSET) == (c >= LOT_LAND);
}
