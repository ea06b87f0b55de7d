/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/seat_act.h"
#include "server/auth/token.h"
#include "server/store/seat_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"resume_token", FIELD_TEXT, true, 1, 512},
	{"device_key", FIELD_BASE64, true, 32, 32},
	{"seat_cert", FIELD_OBJECT, false},
	{NULL},
};

/* The token stays the same: the answer with a new one could get lost with the line. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *token = in_text(in, "resume_token");
	g_autoptr(GBytes) key = in_base64(in, "device_key");
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	uint8_t hash[32];
	int r;

	token_hash(token, hash);
	r = seat_store_by_resume(a->txn, in_text(in, "session_id"), hash, &seat);
	if (r == STORE_E_NONE ||
		(!r && (seat->left ||
			       memcmp(seat->device_key, g_bytes_get_data(key, NULL), 32) != 0)))
		return refuse(a->refusal, "seat.resume_bad", "resume_token", NULL);
	if (r)
		return r;
	r = seat_act_take(a, in, seat, seat->account_id, seat->epoch, true, out);
	if (!r) {
		out_text(out, "resume_token", token);
		json_object_set_new(out, "known", json_true());
	}
	return r;
}

const struct act_kind seat_resume_act = {.name = "seat.resume", .fields = fields, .run = run};
