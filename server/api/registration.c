/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Firms that register as bidders over HTTP: whoever comes, so each address is held back before a
 * password is hashed; what became of it, for who has its number; and the list for the centre.
 */
#include "server/api/views.h"

#include "server/api/list_page.h"
#include "server/auth/throttle.h"
#include "server/store/registration_store.h"

#define PAGE 100

int api_registration(struct api_call *call)
{
	g_autofree char *key = throttle_source(call->actor.peer);
	struct refusal r = {0};
	int64_t wait_us = 0;

	if (throttle_try(call->api->registrations, key, clock_mono_us(), &wait_us) == 0)
		return api_act(call);
	g_autofree char *seconds =
		g_strdup_printf("%" G_GINT64_FORMAT, wait_us / CLOCK_SECOND_US + 1);
	refuse(&r, "auth.throttled", NULL, "try again in %s s", seconds);
	api_refuse(call, &r);
	response_header(call->response, "retry-after", seconds);
	return 0;
}

static const struct field id_fields[] = {
	{"registration_id", FIELD_ID, true},
	{NULL},
};

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	REGISTRATION_AUTO struct registration *reg = NULL;
	int r = act_found(a, registration_store_get(a->txn, in_text(in, "registration_id"), &reg),
		"registration_id");

	if (r)
		return r;
	out_text(out, "state", registration_state_name(reg->state));
	if (reg->reason)
		out_text(out, "reason", reg->reason);
	return 0;
}

const struct act_kind registration_view = {
	.name = "registration.get", .fields = id_fields, .run = run_get, .flags = ACT_READ};

static const struct field list_fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static json_t *row_of(const struct act *a, const void *data)
{
	const struct registration *reg = data;
	json_t *row = json_object();

	(void)a;
	out_text(row, "registration_id", reg->registration_id);
	out_text(row, "login", reg->login);
	out_text(row, "org_name", reg->org_name);
	out_text(row, "credit_code", reg->credit_code);
	out_text(row, "name", reg->name);
	out_text(row, "phone", reg->phone);
	out_time(row, "created_at", reg->created_us);
	out_int(row, "accounts", reg->n_accounts);
	out_int(row, "pending", reg->n_pending);
	out_int(row, "same_name", reg->n_name);
	json_object_set_new(row, "login_taken", json_boolean(reg->login_taken));
	return row;
}

static const char *next_of(const void *row)
{
	return ((const struct registration *)row)->registration_id;
}

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) rows = NULL;
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	int r = registration_store_pending(a->txn, after ? after : "", limit, &rows);

	if (!r)
		out_list_page(a, rows, limit, row_of, next_of, out);
	return r;
}

const struct act_kind registration_list_view = {
	.name = "registration.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};
