/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_BIDDER_CERTIFICATE_H
#define SERVER_ACT_BIDDER_CERTIFICATE_H

/* Whether a bidder has a certificate (数字证书) that holds long enough. */
#include "server/act/act.h"

struct certificate_row;

/* What a certificate is worth today, the worst first. */
enum bidder_certificate_state {
	CERTIFICATE_NONE,
	CERTIFICATE_EXPIRED,
	CERTIFICATE_UNTRUSTED, /* no chain to an authority trusted today, or not the account's */
	CERTIFICATE_UNCHECKED, /* no authority is configured */
	CERTIFICATE_TRUSTED,
};

const char *bidder_certificate_state_name(enum bidder_certificate_state state);

/* Of one that an account with this code handed in; credit_code NULL: it has none. */
enum bidder_certificate_state bidder_certificate_judge(
	const struct act *a, const struct certificate_row *row, const char *credit_code);

/* The best an account has, and until when that holds. 0 or negative errno. */
int bidder_certificate_of(struct act *a, const char *account_id, const char *credit_code,
	enum bidder_certificate_state *ret_state, int64_t *ret_until_us);

/* Until when the one that holds longest does, of those whose chain leads to an authority trusted
 * today, where any is configured; 0: there is none. 0 or negative errno. */
int bidder_certificate_until(struct act *a, const char *account_id, int64_t *ret_us);

/*
 * Where the centre asks for one: 0, or REFUSED when none holds until then. Elsewhere 0.
 */
int bidder_certificate_require(struct act *a, int64_t until_us);

#endif
