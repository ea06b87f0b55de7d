/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/account_json.h"
#include "server/act/session_act.h"
#include "server/auth/token.h"
#include "server/store/account_store.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

/* A long day of evaluation. */
#define SIGN_IN_US (16 * INT64_C(3600) * CLOCK_SECOND_US)

/*
 * At the seat: the pass of the gate becomes a sign-in that is good for this session and seat alone.
 * The device that used the pass may show it again while it lasts, for its answer may have got lost.
 */
static const struct field fields[] = {
	{"pass", FIELD_TEXT, true, 1, 64},
	{"device_key", FIELD_BASE64, true, 32, 32},
	{NULL},
};

static int take_pass(struct act *a, const char *text, const void *device_key, struct gate_pass *ret)
{
	uint8_t hash[32];
	int r;

	token_hash(text, hash);
	r = member_store_lock_pass(a->txn, hash, ret);
	if (r == STORE_E_NONE || (!r && ret->used && memcmp(ret->device_key, device_key, 32) != 0))
		return refuse(a->refusal, "gate.pass_bad", "pass", "get a new one at the gate");
	if (!r && a->real_us >= ret->expires_us)
		return refuse(a->refusal, "gate.pass_expired", "pass", "get a new one at the gate");
	if (!r)
		r = member_store_use_pass(a->txn, hash, device_key, a->real_us);
	return r <= 0 ? r : -EIO;
}

/* One seat has one device: the sign-in of another one ends. */
static int sign_in(struct act *a, const struct gate_pass *pass, json_t *out)
{
	struct sign_in s = {.expires_us = a->real_us + SIGN_IN_US};
	char token[TOKEN_SIZE];
	uint8_t hash[32];
	int r = account_store_end_seat_sign_ins(a->txn, pass->account_id);

	token_new(token);
	token_hash(token, hash);
	token_new(s.csrf);
	g_strlcpy(s.account_id, pass->account_id, sizeof(s.account_id));
	g_strlcpy(s.session_id, pass->session_id, sizeof(s.session_id));
	g_strlcpy(s.seat_id, pass->seat_id, sizeof(s.seat_id));
	if (!r)
		r = account_store_add_sign_in(a->txn, hash, &s, a->real_us);
	if (r)
		return r < 0 ? r : -EIO;
	out_text(out, "token", token);
	out_text(out, "csrf", s.csrf);
	out_time(out, "expires_at", s.expires_us);
	return 0;
}

/* The pass says who it is; the caller had not signed in. */
static int record(struct act *a, const json_t *in, const struct gate_pass *pass, int member_no)
{
	const struct actor *caller = a->actor;
	struct actor person = *caller;
	int r;

	g_strlcpy(person.account_id, pass->account_id, sizeof(person.account_id));
	a->actor = &person;
	r = act_event(a, "seat.signed_in", "session", pass->session_id,
		json_pack("{s:i, s:s, s:s}", "member_no", member_no, "seat", pass->seat_id,
			"device_key", in_text(in, "device_key")));
	a->actor = caller;
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GBytes) device_key = in_base64(in, "device_key");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	ACCOUNT_AUTO struct account *account = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	struct gate_pass pass;
	int r = take_pass(a, in_text(in, "pass"), g_bytes_get_data(device_key, NULL), &pass);

	if (!r)
		r = session_for_act(a, pass.session_id, "seat.sign_in", false, &s);
	if (!r)
		r = act_found(
			a, account_store_get(a->txn, pass.account_id, &account), "account_id");
	if (!r)
		r = member_store_by_account(a->txn, pass.session_id, pass.account_id, &m);
	if (r == STORE_E_NONE || (!r && !member_counts(m->state)))
		return act_denied(a, "this account does not sit on the panel");
	if (!r)
		r = sign_in(a, &pass, out);
	if (!r)
		r = record(a, in, &pass, m->no);
	if (r)
		return r;
	out_text(out, "session_id", pass.session_id);
	out_text(out, "seat_id", pass.seat_id);
	json_object_set_new(out, "account", account_to_json(account));
	return 0;
}

const struct act_kind seat_sign_in_act = {
	.name = "seat.sign_in", .fields = fields, .run = run, .flags = ACT_SECRET};
