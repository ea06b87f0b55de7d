/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A firm registers itself as a bidder (投标人注册), and the centre agrees or not. Until then there
 * is no account, so nothing can be done with it; what the centre can give this way is the one role
 * of a bidder.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/auth/password.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/registration_store.h"
#include "server/trade/code.h"

/* So many wait at most: whoever floods the house fills no more than that. */
#define PENDING_MAX 500
#define REASON_MAX 500

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
	ACCOUNT_AUTO struct account *taken = NULL;
	const char *weak = password_weakness(in_text(in, "password"));
	int64_t pending = 0;
	int r;

	if (weak)
		return refuse(a->refusal, "account.password_weak", "password", "%s", weak);
	if (code_check_credit(in_text(in, "credit_code")))
		return refuse(a->refusal, "input.invalid", "credit_code",
			"the check character of the unified credit code is wrong");
	r = account_store_by_login(a->txn, in_text(in, "login"), &taken);
	if (!r)
		return refuse(a->refusal, "account.login_taken", "login", "choose another login");
	if (r == STORE_E_NONE)
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
	if (r > 0) {
		REGISTRATION_AUTO struct registration *mine = NULL;
		r = registration_store_get(a->txn, row.registration_id, &mine);
		if (r == STORE_E_NONE)
			return refuse(a->refusal, "registration.pending", NULL, NULL);
	}
	out_text(out, "registration_id", row.registration_id);
	return r;
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

	/* Nobody's name of those who were refused. */
	if (reg->state == REGISTRATION_REFUSED)
		out_text(body, "reason", reg->reason);
	else
		out_text(body, "login", reg->login);
	r = act_event(a, kind, type, id, body);
	return r ? r : registration_store_decide(a->txn, reg, a->actor->account_id, a->real_us);
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
	if (r)
		return r;
	reg->state = REGISTRATION_REFUSED;
	reg->reason = g_strdup(in_text(in, "reason"));
	return decide(a, reg, "registration.refused", "registration", reg->registration_id);
}

const struct act_kind registration_refuse_act = {
	.name = "registration.refuse", .fields = refuse_fields, .run = run_refuse};
