/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bidder's own certificates (数字证书), and the openings it takes part in before whose end they
 * run out.
 */
#include "server/api/views.h"

#include "server/act/bidder_certificate.h"
#include "server/store/account_store.h"
#include "server/store/certificate_store.h"

/* Time enough to get another one. */
#define SOON_US (30 * CLOCK_DAY_US)

static const struct field no_fields[] = {{NULL}};

json_t *certificate_json(
	const struct act *a, const struct certificate_row *c, const char *credit_code)
{
	enum bidder_certificate_state state = bidder_certificate_judge(a, c, credit_code);
	json_t *row = json_object();

	out_text(row, "certificate_id", c->certificate_id);
	out_text(row, "subject", c->subject);
	out_text(row, "issuer", c->issuer);
	out_text(row, "serial", c->serial);
	out_time(row, "from", c->from_us);
	out_time(row, "until", c->until_us);
	out_hex(row, "sha256", c->sha256, sizeof(c->sha256));
	out_text(row, "state", bidder_certificate_state_name(state));
	return row;
}

/* Those that no certificate outlasts. */
static int out_warnings(struct act *a, int64_t until_us, json_t *out)
{
	g_autoptr(GPtrArray) lots = NULL;
	json_t *list = json_array();
	int r = certificate_store_lots(a->txn, a->actor->account_id, &lots);

	json_object_set_new(out, "warnings", list);
	for (guint i = 0; !r && i < lots->len; i++) {
		const struct certificate_lot *l = g_ptr_array_index(lots, i);
		if (until_us > l->ends_us)
			continue;
		json_t *row = json_object();
		out_text(row, "lot_id", l->lot_id);
		out_text(row, "lot_name", l->name);
		out_text(row, "project_name", l->project_name);
		out_time(row, "deadline", l->deadline_us);
		out_time(row, "ends", l->ends_us);
		json_array_append_new(list, row);
	}
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	ACCOUNT_AUTO struct account *me = NULL;
	g_autoptr(GPtrArray) list = NULL;
	json_t *items = json_array();
	bool wanted = a->env->bidder_certificate_required;
	int64_t until_us = 0;
	int r = act_found(a, account_store_get(a->txn, a->actor->account_id, &me), NULL);

	json_object_set_new(out, "items", items);
	if (!r)
		r = certificate_store_list(a->txn, a->actor->account_id, &list);
	for (guint i = 0; !r && i < list->len; i++)
		json_array_append_new(
			items, certificate_json(a, g_ptr_array_index(list, i), me->credit_code));
	if (!r)
		r = bidder_certificate_until(a, a->actor->account_id, &until_us);
	if (r)
		return r;
	json_object_set_new(out, "required", json_boolean(wanted));
	json_object_set_new(out, "checked", json_boolean(a->env->bidder_authorities != NULL));
	out_time(out, "until", until_us);
	json_object_set_new(
		out, "soon", json_boolean(until_us && until_us < a->legal_us + SOON_US));
	/* Who never had one is warned where the centre asks for one. */
	if (until_us || wanted)
		return out_warnings(a, until_us, out);
	json_object_set_new(out, "warnings", json_array());
	return 0;
}

const struct act_kind certificate_own_view = {
	.name = "certificate.own", .fields = no_fields, .run = run, .flags = ACT_READ};
