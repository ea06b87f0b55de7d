/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <openssl/crypto.h>
#include <string.h>

#include "server/act/bid_open.h"

static const struct field fields[] = {
	{"bid_id", FIELD_ID, true},
	{"content_key", FIELD_BASE64, true, BID_KEY_LEN, BID_KEY_LEN},
	{NULL},
};

static int check_window(struct act *a, const struct bid_case *c)
{
	struct opening_window window = bid_case_window(c);
	char when[CLOCK_TEXT_SIZE];
	int r = opening_may_decrypt(c->bid->state, &window, a->legal_us);

	if (r == OPENING_E_WINDOW_OVER)
		return refuse_rule(a->refusal, opening_refusal_code(r), "E06", NULL,
			"it ended at %s", clock_format_beijing(window.end_us, when));
	return r ? refuse(a->refusal, opening_refusal_code(r), NULL, "the bid is %s",
			   bid_state_name(c->bid->state))
		 : 0;
}

/* A copy of the key that can be wiped. */
static void take_key(const json_t *in, uint8_t ret[static BID_KEY_LEN])
{
	g_autoptr(GBytes) key = in_base64(in, "content_key");

	memcpy(ret, g_bytes_get_data(key, NULL), BID_KEY_LEN);
}

/* The bidder decrypts (解密) by handing over the content key in the window. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	uint8_t key[BID_KEY_LEN];
	const char *reason = NULL;
	int r = bid_case_lock(a, in, &c);

	if (!r)
		r = bid_case_own(a, &c);
	if (!r)
		r = check_window(a, &c);
	if (r)
		return r;
	take_key(in, key);
	r = bid_open(a, &c, &(struct bid_opening){key, "bidder", true}, &reason);
	OPENSSL_cleanse(key, sizeof(key));
	out_text(out, "state", bid_state_name(c.bid->state));
	if (r || !reason)
		return r;
	a->refused_on_record = true;
	return refuse(a->refusal, "bid.content_bad",
		g_str_has_prefix(reason, "bid.consortium") ? "consortium" : NULL, "%s", reason);
}

const struct act_kind bid_release_act = {.name = "bid.release", .fields = fields, .run = run};
