/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/retention.h"

#include <string.h>

#include "server/trade/calendar.h"

static const struct retention_class classes[] = {
	{"permanent", 0, 0, false, "DA/T 103-2024"},
	{"years_30", 30, 0, false, "DA/T 103-2024"},
	{"years_15", 15, 0, true, "政府采购法第四十二条"},
	{"years_10", 10, 0, false, "DA/T 103-2024"},
	{"days_90", 0, 90, false, "电子招标投标系统技术规范（自投标有效期届满之日起）"},
};

const struct retention_class *retention_classes(size_t *ret_n)
{
	*ret_n = sizeof(classes) / sizeof(classes[0]);
	return classes;
}

const struct retention_class *retention_class_find(const char *name)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(classes[i].name, name) == 0)
			return &classes[i];
	return NULL;
}

int64_t retention_ends_us(const struct retention_class *c, int64_t from_us)
{
	int year, month, mday;

	if (!c->years && !c->days)
		return 0;
	day_to_date(day_of(from_us), &year, &month, &mday);
	/* The 29th of February of a common year is the 1st of March to day_from_date. */
	return day_end_us(day_from_date(year + c->years, month, mday) + c->days);
}

const struct rule *retention_too_short(
	const struct retention_class *c, enum regime regime, const struct rulebook *book)
{
	const struct rule *rule = rulebook_find(book, "G08");
	bool for_ever = !c->years && !c->days;

	if (!rule || !(rule->regimes & REGIME_BIT(regime)) || for_ever || c->years >= rule->value)
		return NULL;
	return rule;
}
