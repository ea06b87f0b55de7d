/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A firm registers itself as a bidder (投标人注册), and the centre agrees or not. Until then there
 * is no account, so nothing can be done with it; what the centre can give this way is the one role
 * of a bidder. Whoever registers is not known: he is not told which logins there are, keeps nobody
 * else with his credit code out, and what nobody decides lapses.
 */
#include "server/act/acts.h"

#include <string.h>

#include "db/fault.h"
#include "server/auth/password.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/registration_store.h"
#include "server/trade/code.h"

/* So many wait at most: whoever floods the house fills no more than that. */
#define PENDING_MAX 500
#define REASON_MAX 500
#define LAPSE_AT_ONCE 50

static const struct field make_fields[] = {
	{"login", FIELD_TEXT, true, 2, 64},
	{"password", FIELD_TEXT, true, 1, 256},
	{"org_name", FIELD_TEXT, true, 1, 200},
	{"credit_code", FIELD_TEXT, true, 18, 18},
	{"name", FIELD_TEXT, true, 1, 100},
	{"phone", FIELD_TEXT, true, 5, 40},
	{NULL},
};

static int check(struct act *a, const json_t *in)
{
	const char *weak = password_weakness(in_text(in, "password"));
	int64_t pending = 0;
	int r;

	if (weak)
		return refuse(a->refusal, "account.password_weak", "password", "%s", weak);
	if (code_check_credit(in_text(in, "credit_code")))
		return refuse(a->refusal, "input.invalid", "credit_code",
			"the check character of the unified credit code is wrong");
	r = registration_store_count(a->txn, &pending);
	return r || pending < PENDING_MAX ? r : refuse(a->refusal, "registration.full", NULL, NULL);
}

static int run_make(struct act *a, const json_t *in, json_t *out)
{
	struct registration row = {
		.login = (char *)in_text(in, "login"),
		.org_name = (char *)in_text(in, "org_name"),
		.credit_code = (char *)in_text(in, "credit_code"),
		.name = (char *)in_text(in, "name"),
		.phone = (char *)in_text(in, "phone"),
		.created_us = a->real_us,
	};
	int r = check(a, in);

	if (!r)
		r = password_hash(
			in_text(in, "password"), &a->env->password_cost, &row.password_hash);
	if (r)
		return r;
	/* One id for all tries of this call: after a commit whose answer was lost it is there. */
	memcpy(row.registration_id, a->file_id, sizeof(row.registration_id));
	r = registration_store_insert(a->txn, &row);
	g_free(row.password_hash);
	out_text(out, "registration_id", row.registration_id);
	return r == DB_E_DUPLICATE ? 0 : r;
}

/* Nothing of it is in the ledger before somebody of the house has looked at it. */
const struct act_kind registration_make_act = {.name = "registration.make",
	.fields = make_fields,
	.run = run_make,
	.flags = ACT_SECRET | ACT_CREATES};

static const struct field id_fields[] = {
	{"registration_id", FIELD_ID, true},
	{NULL},
};

static int lock(struct act *a, const json_t *in, struct registration **ret)
{
	int r = act_found(a, registration_store_lock(a->txn, in_text(in, "registration_id"), ret),
		"registration_id");

	return r || (*ret)->state == REGISTRATION_PENDING
		       ? r
		       : refuse(a->refusal, "registration.state", NULL, "it is %s",
				 registration_state_name((*ret)->state));
}

static int decide(
	struct act *a, struct registration *reg, const char *kind, const char *type, const char *id)
{
	json_t *body = json_pack("{s:s, s:s}", "registration", reg->registration_id, "credit_code",
		reg->credit_code);
	int r;

	/* Nobody's name of those who got no account. */
	if (reg->state == REGISTRATION_APPROVED)
		out_text(body, "login", reg->login);
	else if (reg->reason)
		out_text(body, "reason", reg->reason);
	r = act_event(a, kind, type, id, body);
	return r ? r
		 : registration_store_decide(a->txn, reg,
			   a->actor->account_id[0] ? a->actor->account_id : NULL, a->real_us);
}

static int decide_against(struct act *a, struct registration *reg, enum registration_state state,
	const char *kind, const char *reason)
{
	reg->state = state;
	reg->reason = g_strdup(reason);
	return decide(a, reg, kind, "registration", reg->registration_id);
}

/* Whoever else waits with the credit code of one that was approved. */
static int refuse_others(struct act *a, const struct registration *approved)
{
	g_autoptr(GPtrArray) others = NULL;
	int r = registration_store_lock_code(a->txn, approved->credit_code, &others);

	for (guint i = 0; !r && i < others->len; i++)
		r = decide_against(a, others->pdata[i], REGISTRATION_REFUSED,
			"registration.refused", "同一统一社会信用代码的另一注册已获批准");
	return r;
}

static int run_approve(struct act *a, const json_t *in, json_t *out)
{
	REGISTRATION_AUTO struct registration *reg = NULL;
	int r = lock(a, in, &reg);

	if (r)
		return r;
	struct account account = {.login = reg->login,
		.name = reg->name,
		.org_name = reg->org_name,
		.credit_code = reg->credit_code,
		.password_hash = reg->password_hash,
		.roles = ROLE_BIDDER};
	id_new(account.account_id);
	r = account_store_insert(a->txn, &account, a->real_us);
	if (r > 0)
		return refuse(a->refusal, "account.login_taken", "login", "choose another login");
	reg->state = REGISTRATION_APPROVED;
	if (!r)
		r = decide(a, reg, "registration.approved", "account", account.account_id);
	if (!r)
		r = refuse_others(a, reg);
	out_text(out, "account_id", account.account_id);
	return r;
}

const struct act_kind registration_approve_act = {
	.name = "registration.approve", .fields = id_fields, .run = run_approve};

static const struct field refuse_fields[] = {
	{"registration_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, REASON_MAX},
	{NULL},
};

static int run_refuse(struct act *a, const json_t *in, json_t *out)
{
	REGISTRATION_AUTO struct registration *reg = NULL;
	int r = lock(a, in, &reg);

	(void)out;
	return r ? r
		 : decide_against(a, reg, REGISTRATION_REFUSED, "registration.refused",
			   in_text(in, "reason"));
}

const struct act_kind registration_refuse_act = {
	.name = "registration.refuse", .fields = refuse_fields, .run = run_refuse};

static const struct field lapse_fields[] = {
	{"days", FIELD_INT, true, 1, 3650},
	{NULL},
};

/* Real time: the days of a demonstration, which pass at will, are not those of a clerk. */
static int run_lapse(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) old = NULL;
	int r = registration_store_older(
		a->txn, a->real_us - in_int(in, "days", 0) * CLOCK_DAY_US, LAPSE_AT_ONCE, &old);

	(void)out;
	for (guint i = 0; !r && i < old->len; i++) {
		const struct registration *seen = old->pdata[i];
		REGISTRATION_AUTO struct registration *reg = NULL;
		r = registration_store_lock(a->txn, seen->registration_id, &reg);
		if (!r && reg->state == REGISTRATION_PENDING)
			r = decide_against(
				a, reg, REGISTRATION_LAPSED, "registration.lapsed", NULL);
	}
	return r;
}

const struct act_kind registration_lapse_act = {
	.name = "registration.lapse", .fields = lapse_fields, .run = run_lapse};
