/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/bid_case.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/sealed_manifest.h"
#include "server/act/clock_sure.h"
#include "server/core/log.h"
#include "server/store/bid_file.h"
#include "server/trade/offer_terms.h"

void bid_case_clear(struct bid_case *c)
{
	bid_row_free(c->bid);
	lot_free(c->lot);
	project_free(c->project);
	*c = (struct bid_case){0};
}

int store_fault(int r)
{
	return r <= 0 ? r : -EIO;
}

int bid_case_lot(struct act *a, const char *lot_id, bool lock, struct bid_case *ret)
{
	int r = lock ? project_store_lock_lot(a->txn, lot_id, &ret->lot)
		     : project_store_lot(a->txn, lot_id, &ret->lot);

	r = act_found(a, r, "lot_id");
	if (!r)
		r = store_fault(project_store_get(a->txn, ret->lot->project_id, &ret->project));
	if (r)
		return r;
	ret->book = rulebook_by_version(ret->project->rulebook_version);
	return ret->book ? 0 : -EBADMSG;
}

int bid_case_lock_project(struct act *a, const char *lot_id)
{
	BID_CASE_AUTO struct bid_case c = {0};
	PROJECT_AUTO struct project *locked = NULL;
	int r = bid_case_lot(a, lot_id, false, &c);

	return r ? r : store_fault(project_store_lock(a->txn, c.project->project_id, &locked));
}

static int load(struct act *a, const json_t *in, bool lock, struct bid_case *ret)
{
	const char *bid_id = in_text(in, "bid_id");
	int r = lock ? bid_store_lock(a->txn, bid_id, &ret->bid)
		     : bid_store_get(a->txn, bid_id, &ret->bid);

	r = act_found(a, r, "bid_id");
	return r ? r : bid_case_lot(a, ret->bid->lot_id, false, ret);
}

int bid_case_lock(struct act *a, const json_t *in, struct bid_case *ret)
{
	return load(a, in, true, ret);
}

int bid_case_get(struct act *a, const json_t *in, struct bid_case *ret)
{
	return load(a, in, false, ret);
}

int bid_case_own(struct act *a, const struct bid_case *c)
{
	return strcmp(c->bid->account_id, a->actor->account_id) == 0
		       ? 0
		       : act_denied(a, "this is another bidder's bid");
}

struct opening_window bid_case_window(const struct bid_case *c)
{
	return (struct opening_window){c->lot->closed_us, c->lot->window_ends_us};
}

int bid_case_may_rescue(const struct act *a, const struct bid_case *c)
{
	struct opening_window window = bid_case_window(c);
	int r = opening_may_rescue(c->project->rescue, c->bid->state, c->bid->rescue_us != 0,
		c->bid->others_fault ? OPENING_FAULT_OTHER : OPENING_FAULT_BIDDER, &window,
		a->legal_us);

	return r || c->lot->state == LOT_CLOSED ? r : OPENING_E_STATE;
}

const char *bid_case_rule(const struct bid_case *c, const char *rule)
{
	const struct rule *row = rulebook_find(c->book, rule);

	return row && row->regimes & REGIME_BIT(c->project->regime) ? row->id : NULL;
}

json_t *bid_case_body(const struct bid_case *c)
{
	json_t *body = json_pack("{s:s}", "lot_code", c->lot->code);

	if (c->bid && c->bid->no)
		out_int(body, "bid_no", c->bid->no);
	return body;
}

int64_t bid_case_now(const struct act *a, const struct bid_case *c)
{
	return MAX(a->legal_us, c->lot->late_us);
}

int bid_record_refusal(
	struct act *a, const struct bid_case *c, const char *bid_id, const struct refusal *refusal)
{
	json_t *body = bid_case_body(c);

	out_text(body, "lot", c->lot->lot_id);
	out_text(body, "code", refusal->code);
	if (refusal->rule)
		out_text(body, "rule", refusal->rule);
	out_text(body, "detail", refusal->detail);
	out_time(body, "deadline", c->lot->deadline_us);
	return store_fault(act_event(a, "bid.refused", "bid", bid_id, body));
}

int bid_refuse_on_record(struct act *a, const struct bid_case *c, const char *bid_id)
{
	int r = bid_record_refusal(a, c, bid_id, a->refusal);

	a->refused_on_record = r == 0;
	return r ? r : REFUSED;
}

int bid_turn_away_late(struct act *a, const struct bid_case *c, const char *bid_id)
{
	char deadline[CLOCK_TEXT_SIZE];
	int r = clock_require_sure(a); /* nobody is late by a clock that may be wrong */

	if (!r)
		r = store_fault(project_store_mark_late(a->txn, c->lot->lot_id, a->legal_us));
	if (r)
		return r;
	refuse_rule(a->refusal, bid_refusal_code(BID_E_LATE), bid_case_rule(c, "T07"), NULL,
		"the deadline was %s", clock_format_beijing(c->lot->deadline_us, deadline));
	if (bid_id)
		return bid_refuse_on_record(a, c, bid_id);
	a->refused_on_record = true; /* by the mark */
	return REFUSED;
}

int bid_case_not_ended(struct act *a, const struct lot *lot)
{
	return lot->state == LOT_FAILED ? refuse(a->refusal, lot_refusal_code(LOT_E_STATE), NULL,
						  "the lot has ended")
					: 0;
}

static int compare_digests(gconstpointer a, gconstpointer b)
{
	const uint8_t *const *x = a, *const *y = b;

	return memcmp(*x, *y, SEALED_DIGEST_LEN);
}

json_t *bid_digests(GPtrArray *bids, uint8_t *ret_set)
{
	g_autoptr(GPtrArray) digests = g_ptr_array_new();
	g_autoptr(GByteArray) all = g_byte_array_new();
	json_t *list = json_array();

	for (guint i = 0; i < bids->len; i++)
		g_ptr_array_add(
			digests, ((struct bid_row *)g_ptr_array_index(bids, i))->receipt_digest);
	g_ptr_array_sort(digests, compare_digests);
	for (guint i = 0; i < digests->len; i++) {
		const uint8_t *digest = g_ptr_array_index(digests, i);
		g_autofree char *hex = hex_encode(digest, SEALED_DIGEST_LEN);
		g_byte_array_append(all, digest, SEALED_DIGEST_LEN);
		json_array_append_new(list, json_string(hex));
	}
	if (ret_set)
		SHA256(all->data, all->len, ret_set);
	return list;
}

int bid_files(const struct bid_row *bid, json_t **ret_files)
{
	struct sealed_manifest *m;
	int r = sealed_manifest_parse(bid->manifest, strlen(bid->manifest), &m);

	if (r)
		return r < 0 ? r : -EBADMSG;
	json_t *files = json_array();
	for (size_t i = 0; i < m->n_files; i++) {
		json_t *file = json_pack("{s:I, s:s, s:I}", "file_no", (json_int_t)i + 1, "name",
			m->files[i].name, "size", (json_int_t)m->files[i].size);

		out_hex(file, "sha256", m->files[i].sha256, sizeof(m->files[i].sha256));
		json_array_append_new(files, file);
	}
	sealed_manifest_free(m);
	*ret_files = files;
	return 0;
}

int bid_is_sme(const struct bid_row *bid, bool *ret)
{
	struct sealed_manifest *m;
	int r = sealed_manifest_parse(bid->manifest, strlen(bid->manifest), &m);

	if (r)
		return r < 0 ? r : -EBADMSG;
	*ret = json_is_true(json_object_get(m->offer, "sme"));
	sealed_manifest_free(m);
	return 0;
}

void bid_told_clear(struct bid_told *t)
{
	json_decref(t->consortium);
	json_decref(t->terms);
	g_free(t->code);
	*t = (struct bid_told){0};
}

int bid_tell(const struct bid_row *bid, struct bid_told *ret)
{
	struct sealed_manifest *m;
	int r = sealed_manifest_parse(bid->manifest, strlen(bid->manifest), &m);

	if (r)
		return r < 0 ? r : -EBADMSG;
	json_t *found = json_object_get(m->offer, "consortium");
	ret->consortium = found ? json_deep_copy(found) : NULL;
	ret->terms = offer_terms(m->offer);
	ret->code = g_strdup(m->credit_code);
	sealed_manifest_free(m);
	return 0;
}

int bid_consortium(const struct bid_row *bid, json_t **ret, char **ret_code)
{
	BID_TOLD_AUTO struct bid_told told = {0};
	int r = bid_tell(bid, &told);

	if (r)
		return r;
	*ret = g_steal_pointer(&told.consortium);
	if (ret_code)
		*ret_code = g_steal_pointer(&told.code);
	return 0;
}

struct forgotten {
	const char *data_dir;
	char bid_id[ID_SIZE];
};

static void remove_file(void *data)
{
	const struct forgotten *f = data;
	int r = bid_file_remove(f->data_dir, f->bid_id);

	if (r)
		log_fault("bid.file_left", r, f->bid_id);
}

void bid_forget_file(struct act *a, const char *bid_id)
{
	struct forgotten *f = g_new(struct forgotten, 1);

	f->data_dir = a->env->data_dir;
	g_strlcpy(f->bid_id, bid_id, sizeof(f->bid_id));
	db_txn_on_commit(a->txn, remove_file, f, g_free);
}
