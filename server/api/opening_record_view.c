/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The public record of an opening, for bidroom-verify bid: the digests fixed at the close and every
 * public event of the lot and its bids, each with its proof.
 */
#include "server/api/views.h"

#include "server/act/opening_signing.h"
#include "server/api/ledger_head.h"
#include "server/store/event_store.h"
#include "server/store/opening_file_store.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static int add_events(struct act *a, const struct ledger_head *head, const char *type,
	const char *id, json_t *list)
{
	g_autofree char *subject = g_strdup_printf("%s:%s", type, id);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_all_of_subject(a->txn, subject, NULL, &events);

	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		json_t *row = NULL;
		if (e->kind->visibility != EVENT_PUBLIC)
			continue;
		r = ledger_head_receipt(a, head, e, true, &row);
		json_array_append_new(list, row);
	}
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	LEDGER_HEAD_AUTO struct ledger_head head = {0};
	g_autoptr(GPtrArray) bids = NULL;
	json_t *events = json_array();
	int r = bid_case_lot(a, in_text(in, "lot_id"), false, &c);

	out_text(out, "form", "bidroom.opening.v1");
	json_object_set_new(out, "events", events);
	if (!r && c.lot->state == LOT_DRAFT)
		r = act_found(a, STORE_E_NONE, "lot_id");
	if (!r)
		r = bid_store_of_lot(a->txn, c.lot->lot_id, &bids);
	if (r)
		return r;
	r = ledger_head_read(a, &head); /* as long as there is none, promises are given */
	if (r && r != STORE_E_NONE)
		return r;
	out_text(out, "lot_id", c.lot->lot_id);
	json_object_set_new(out, "digests", bid_digests(bids, NULL));
	r = add_events(a, &head, "lot", c.lot->lot_id, events);
	for (guint i = 0; !r && i < bids->len; i++)
		r = add_events(
			a, &head, "bid", ((const struct bid_row *)bids->pdata[i])->bid_id, events);
	return r;
}

const struct act_kind opening_record_view = {
	.name = "lot.opening_record", .fields = fields, .run = run, .flags = ACT_READ};

/* The record on paper with the signatures so far: everything in it was said in public. */
static int run_pdf(struct act *a, const json_t *in, json_t *out)
{
	const char *lot_id = in_text(in, "lot_id");
	g_autofree char *name = g_strdup_printf("opening-record-%s", lot_id);
	g_autoptr(GBytes) file = NULL;
	int n, r = opening_file_store_get(a->txn, lot_id, &file, &n);

	if (r)
		return r == STORE_E_NONE ? refuse(a->refusal, "opening.not_recorded", NULL, NULL)
					 : r;
	out_text(out, "name", name);
	out_base64(out, "pdf", file);
	return 0;
}

const struct act_kind opening_pdf_view = {
	.name = "lot.opening_pdf", .fields = fields, .run = run_pdf, .flags = ACT_READ};

static const struct field to_sign_fields[] = {
	{"lot_id", FIELD_ID, true},
	{"certificate", FIELD_HEX, true, 32, 32},
	{NULL},
};

/* The same with room for the signature of one's own certificate. */
static int run_to_sign(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GBytes) sha256 = in_hex(in, "certificate");
	OPENING_CERTIFICATE_AUTO struct opening_certificate *c = NULL;
	OPENING_SIGNING_AUTO struct opening_signing signing = {0};
	OPENING_SIGNER_AUTO struct opening_signer s = {0};
	const char *lot_id = in_text(in, "lot_id");
	int r = opening_signer_load(a, lot_id, false, &s);

	if (!r)
		r = opening_signing_certificate(a, &s, sha256, &c);
	if (!r)
		r = opening_signing_prepare(a, lot_id, c, &signing);
	if (!r)
		out_base64(out, "pdf", signing.prepared);
	return r;
}

const struct act_kind opening_to_sign_view = {
	.name = "opening.certify", .fields = to_sign_fields, .run = run_to_sign, .flags = ACT_READ};
