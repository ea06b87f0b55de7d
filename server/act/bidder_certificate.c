/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificates (数字证书) of a bidder: handed in as the file of its certification authority and
 * held against the account's unified credit code and the authorities the centre trusts.
 */
#include "server/act/bidder_certificate.h"

#include <errno.h>
#include <string.h>

#include "server/act/acts.h"
#include "server/sign/bidder_certificate.h"
#include "server/store/account_store.h"
#include "server/store/certificate_store.h"

#define CERTIFICATES_MAX 20

static const struct field add_fields[] = {
	{"certificate", FIELD_TEXT, true, 1, BIDDER_CERTIFICATE_MAX},
	{NULL},
};

static int refuse_as(struct act *a, int refusal)
{
	static const struct {
		const char *code, *why;
	} rows[] = {
		[BIDDER_CERTIFICATE_E_FORM] = {"certificate.form",
			"PEM, the certificate first, and nothing but certificates"},
		[BIDDER_CERTIFICATE_E_TIME] = {"certificate.expired", "it does not hold now"},
		[BIDDER_CERTIFICATE_E_UNTRUSTED] = {"certificate.untrusted",
			"add the certificates between it and the authority"},
		[BIDDER_CERTIFICATE_E_SUBJECT] = {"certificate.other",
			"its subject does not have the account's unified credit code"},
	};

	return refuse(a->refusal, rows[refusal].code, "certificate", "%s", rows[refusal].why);
}

static int read_certificate(struct act *a, const char *pem, struct bidder_certificate **ret)
{
	ACCOUNT_AUTO struct account *account = NULL;
	int r = account_store_get(a->txn, a->actor->account_id, &account);

	if (r)
		return r < 0 ? r : -EIO;
	if (!account->credit_code)
		return refuse(a->refusal, "bid.not_equipped", NULL,
			"the account has no unified social credit code");
	r = bidder_certificate_read(
		pem, a->env->bidder_authorities, account->credit_code, a->legal_us, ret);
	return r ? refuse_as(a, r) : 0;
}

static int check_number(struct act *a)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = certificate_store_list(a->txn, a->actor->account_id, &list);

	if (r || list->len < CERTIFICATES_MAX)
		return r;
	return refuse(a->refusal, "certificate.too_many", "certificate",
		"%d are in use; remove one first", CERTIFICATES_MAX);
}

static int run_add(struct act *a, const json_t *in, json_t *out)
{
	BIDDER_CERTIFICATE_AUTO struct bidder_certificate *c = NULL;
	struct certificate_row row = {.added_us = a->legal_us};
	bool trusted;
	int r = read_certificate(a, in_text(in, "certificate"), &c);

	if (!r)
		r = check_number(a);
	if (r)
		return r;
	id_new(row.certificate_id);
	g_strlcpy(row.account_id, a->actor->account_id, sizeof(row.account_id));
	row.pem = c->pem;
	row.subject = c->subject;
	row.issuer = c->issuer;
	row.serial = c->serial;
	row.from_us = c->from_us;
	row.until_us = c->until_us;
	memcpy(row.sha256, c->sha256, sizeof(row.sha256));
	trusted = a->env->bidder_authorities != NULL;
	r = certificate_store_put(a->txn, &row);
	if (r)
		return r < 0 ? r : -EIO;
	json_t *body = json_object();
	out_hex(body, "sha256", c->sha256, sizeof(c->sha256));
	out_text(body, "issuer", c->issuer);
	out_time(body, "until", c->until_us);
	json_object_set_new(body, "trusted", json_boolean(trusted));
	out_text(out, "subject", c->subject);
	out_time(out, "until", c->until_us);
	json_object_set_new(out, "trusted", json_boolean(trusted));
	return act_event(a, "certificate.added", "account", a->actor->account_id, body);
}

const struct act_kind certificate_add_act = {
	.name = "certificate.add", .fields = add_fields, .run = run_add};

static const struct field remove_fields[] = {
	{"certificate_id", FIELD_ID, true},
	{NULL},
};

static int run_remove(struct act *a, const json_t *in, json_t *out)
{
	const char *id = in_text(in, "certificate_id");
	int r = act_found(a,
		certificate_store_remove(a->txn, id, a->actor->account_id, a->legal_us),
		"certificate_id");

	if (r)
		return r;
	return act_event(a, "certificate.removed", "account", a->actor->account_id,
		json_pack("{s:s}", "certificate", id));
}

const struct act_kind certificate_remove_act = {
	.name = "certificate.remove", .fields = remove_fields, .run = run_remove};

/* Asked of the authorities of today: who was not trusted, or none was, when it was handed in. */
enum bidder_certificate_state bidder_certificate_judge(
	const struct act *a, const struct certificate_row *row, const char *credit_code)
{
	BIDDER_CERTIFICATE_AUTO struct bidder_certificate *c = NULL;

	if (a->legal_us >= row->until_us)
		return CERTIFICATE_EXPIRED;
	if (!credit_code || bidder_certificate_read(row->pem, a->env->bidder_authorities,
				    credit_code, a->legal_us, &c))
		return CERTIFICATE_UNTRUSTED;
	return a->env->bidder_authorities ? CERTIFICATE_TRUSTED : CERTIFICATE_UNCHECKED;
}

const char *bidder_certificate_state_name(enum bidder_certificate_state state)
{
	static const char *const names[] = {
		[CERTIFICATE_NONE] = "none",
		[CERTIFICATE_EXPIRED] = "expired",
		[CERTIFICATE_UNTRUSTED] = "untrusted",
		[CERTIFICATE_UNCHECKED] = "unchecked",
		[CERTIFICATE_TRUSTED] = "trusted",
	};

	return names[state];
}

int bidder_certificate_of(struct act *a, const char *account_id, const char *credit_code,
	enum bidder_certificate_state *ret_state, int64_t *ret_until_us)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = certificate_store_list(a->txn, account_id, &list);

	*ret_state = CERTIFICATE_NONE;
	*ret_until_us = 0;
	for (guint i = 0; !r && i < list->len; i++) {
		const struct certificate_row *row = g_ptr_array_index(list, i);
		enum bidder_certificate_state state = bidder_certificate_judge(a, row, credit_code);

		/* The one that holds longest comes first. */
		if (state > *ret_state) {
			*ret_state = state;
			*ret_until_us = row->until_us;
		}
	}
	return r;
}

int bidder_certificate_until(struct act *a, const char *account_id, int64_t *ret_us)
{
	ACCOUNT_AUTO struct account *account = NULL;
	enum bidder_certificate_state state;
	int r = account_store_get(a->txn, account_id, &account);

	if (r)
		return r < 0 ? r : -EIO;
	r = bidder_certificate_of(a, account_id, account->credit_code, &state, ret_us);
	if (state == CERTIFICATE_UNTRUSTED)
		*ret_us = 0;
	return r;
}

int bidder_certificate_require(struct act *a, int64_t until_us)
{
	char until[CLOCK_TEXT_SIZE];
	int64_t holds_us = 0;
	int r;

	if (!a->env->bidder_certificate_required)
		return 0;
	r = bidder_certificate_until(a, a->actor->account_id, &holds_us);
	if (r || holds_us > until_us)
		return r;
	return refuse(a->refusal, "certificate.needed", NULL, "one that holds beyond %s",
		clock_format_beijing(until_us, until));
}
