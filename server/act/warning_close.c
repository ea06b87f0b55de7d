/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A supervisor settles an answered warning by a signature over both texts
 * (proto/warning_statement). */
#include "server/act/acts.h"

#include <errno.h>

#include "proto/warning_statement.h"
#include "server/act/supervision_act.h"
#include "server/store/account_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"warning_id", FIELD_ID, true},
	{"signature", FIELD_BASE64, true, ED25519_SIG_LEN, ED25519_SIG_LEN},
	{NULL},
};

/* The registered key under which the signature holds. */
static int find_key(struct act *a, const GString *statement, GBytes *signature, char ret_key_id[65])
{
	g_autoptr(GPtrArray) keys = NULL;
	int r = account_store_keys(a->txn, a->actor->account_id, "seat", &keys);

	for (guint i = 0; !r && i < keys->len; i++) {
		const struct account_key *key = g_ptr_array_index(keys, i);

		if (g_bytes_get_size(key->public_key) != ED25519_KEY_LEN)
			continue;
		int bad = ed25519_verify(g_bytes_get_data(key->public_key, NULL), statement->str,
			statement->len, g_bytes_get_data(signature, NULL));
		if (bad < 0)
			return bad;
		if (!bad) {
			g_strlcpy(ret_key_id, key->key_id, 65);
			return 0;
		}
	}
	return r ? r
		 : refuse(a->refusal, "warning.signature", "signature",
			   "sign the statement with a key that your account has registered");
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	WARNING_AUTO struct warning w = {0};
	char key_id[65];
	int r = warning_read(a, in, &w);

	if (r)
		return r;
	if (!w.answered || w.closed)
		return refuse(a->refusal, "warning.state", NULL, "%s",
			w.closed ? "it was settled" : "nobody has answered yet");
	g_autoptr(GBytes) signature = in_base64(in, "signature");
	g_autoptr(GString) statement =
		warning_statement(in_text(in, "session_id"), w.issued->event_id,
			in_text(w.issued->body, "text"), in_text(w.answered->body, "text"));
	r = find_key(a, statement, signature, key_id);
	if (r)
		return r;
	return supervision_event(a, in_text(in, "session_id"), "warning.closed",
		warning_body(&w, json_pack("{s:s, s:s}", "key", key_id, "signature",
					 in_text(in, "signature"))));
}

const struct act_kind warning_close_act = {.name = "warning.close", .fields = fields, .run = run};
