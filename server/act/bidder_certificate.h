/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_BIDDER_CERTIFICATE_H
#define SERVER_ACT_BIDDER_CERTIFICATE_H

/* Whether a bidder has a certificate (数字证书) that holds long enough. */
#include "server/act/act.h"

/* Until when the one that holds longest does, of those whose chain leads to an authority trusted
 * today, where any is configured; 0: there is none. 0 or negative errno. */
int bidder_certificate_until(struct act *a, const char *account_id, int64_t *ret_us);

/*
 * Where the centre asks for one: 0, or REFUSED when none holds until then. Elsewhere 0.
 */
int bidder_certificate_require(struct act *a, int64_t until_us);

#endif
