/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/fee.h"

#include <string.h>

#define MINUTE_US (INT64_C(60) * 1000000)

struct fee_time fee_time(const struct fee_mark *marks, size_t n, int member_no)
{
	struct fee_time t = {0};
	int64_t since_us = 0;
	bool present = false, adjourned = false;

	for (size_t i = 0; i < n; i++) {
		const struct fee_mark *m = &marks[i];
		bool mine = m->member_no == member_no;
		bool goes = (m->kind == FEE_LEFT && mine) || m->kind == FEE_SUSPENDED ||
			    m->kind == FEE_CLOSED;
		/* Who stayed in the house and is reconvened did not pass the gate again. */
		bool comes = (m->kind == FEE_ARRIVED && mine) ||
			     (m->kind == FEE_RECONVENED && adjourned);

		if (goes && present) {
			t.us += m->at_us - since_us;
			t.to_us = m->at_us;
			adjourned = m->kind == FEE_SUSPENDED;
			present = false;
		} else if (comes && !present) {
			since_us = m->at_us;
			t.from_us = t.from_us ? t.from_us : m->at_us;
			present = true;
			adjourned = false;
		} else if (goes && m->kind != FEE_SUSPENDED) {
			adjourned = false;
		}
	}
	return t;
}

static int64_t begun(int64_t us, int64_t unit_us)
{
	return us > 0 ? (us + unit_us - 1) / unit_us : 0;
}

int64_t fee_minutes(int64_t us)
{
	return begun(us, MINUTE_US);
}

int64_t fee_amount(const struct fee_rate *rate, int64_t us)
{
	int64_t amount = begun(us, rate->unit_minutes * MINUTE_US) * rate->unit_fen;

	if (us <= 0)
		return 0;
	return amount > rate->min_fen ? amount : rate->min_fen;
}

const struct fee_rate *fee_rate_of(const struct fee_rate *rates, size_t n, const char *region)
{
	static const size_t digits[] = {6, 4, 2, 0};

	for (size_t d = 0; d < sizeof(digits) / sizeof(digits[0]); d++) {
		char wanted[7] = "";

		if (digits[d]) {
			memset(wanted, '0', 6);
			memcpy(wanted, region, digits[d]);
		}
		for (size_t i = 0; strlen(region) == 6 && i < n; i++)
			if (strcmp(rates[i].region, wanted) == 0)
				return &rates[i];
	}
	return NULL;
}
