/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/ledger_leaf.h"
#include "server/act/complaint_act.h"
#include "server/act/notice_attachment.h"
#include "server/act/notice_draft.h"
#include "server/act/notice_facts.h"
#include "server/act/notice_publish.h"
#include "server/act/notice_withheld.h"
#include "server/act/objection_act.h"
#include "server/act/project_holder.h"
#include "server/act/project_key.h"
#include "server/sign/cms.h"
#include "server/store/project_key_store.h"
#include "server/store/project_store.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{NULL},
};

/* What is published, whole: the event's body is the record of publication. */
static json_t *published_text(const struct act *a, const struct notice_row *row)
{
	json_t *body = json_pack("{s:s*, s:s*, s:s, s:s*, s:s*, s:O}", "project_code",
		row->project_code, "project_name", row->project_name, "kind",
		notice_kind_name(row->notice.kind), "title", row->title, "body_md", row->body_md,
		"fields", row->fields);

	out_time(body, "published_at", a->legal_us);
	out_time(body, "offer_start", row->notice.offer_start_us);
	out_time(body, "offer_end", row->notice.offer_end_us);
	out_time(body, "deadline", row->notice.bid_deadline_us);
	out_time(body, "publicity_start", row->notice.publicity_start_us);
	out_time(body, "publicity_end", row->notice.publicity_end_us);
	if (*row->follows)
		out_text(body, "follows", row->follows);
	if (json_array_size(row->lot_nos))
		json_object_set(body, "lot_nos", row->lot_nos);
	if (json_array_size(row->media))
		json_object_set(body, "media", row->media);
	if (row->notice.affects_bids)
		json_object_set_new(body, "affects_bids", json_true());
	return body;
}

/* A leaf of the ledger has an end; what stands around the body takes less than this. */
#define EVENT_BODY_MAX (LEDGER_LEAF_MAX - 1024)
#define BODY_IN_EVENT_MAX 32768

static size_t canonical_size(const json_t *value)
{
	GString *text = NULL;
	size_t len = SIZE_MAX;

	if (canon_dump(value, &text) == 0) {
		len = text->len;
		g_string_free(text, TRUE);
	}
	return len;
}

/*
 * The event of a long notice carries the digest of the whole, and its long parts stand beside its
 * page alone, in the text that is signed: first the body, then the lots, then the fields.
 */
static json_t *event_body(json_t *text, const uint8_t sha[static 32])
{
	g_autofree char *hex = hex_encode(sha, 32);
	const char *body_md = in_text(text, "body_md");
	json_t *body = json_copy(text);

	json_object_set_new(body, "text_sha256", json_string(hex));
	if (body_md && strlen(body_md) > BODY_IN_EVENT_MAX)
		json_object_del(body, "body_md");
	if (canonical_size(body) > EVENT_BODY_MAX)
		json_object_del(body, "body_md");
	if (canonical_size(body) > EVENT_BODY_MAX)
		json_object_del(body, "lots");
	if (canonical_size(body) > EVENT_BODY_MAX)
		json_object_del(body, "fields");
	return body;
}

/* Another announcement in force that means a lot, too: its deadline is moved by a change alone. */
static bool is_announced(const struct notice_row *row, const GPtrArray *notices, int64_t lot_no)
{
	for (guint i = 0; i < notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(notices, i);

		if (n->state == NOTICE_PUBLISHED && strcmp(n->notice_id, row->notice_id) != 0 &&
			notice_kind_row(n->notice.kind)->effect == EFFECT_ANNOUNCE &&
			notice_means_lot(n->lot_nos, lot_no))
			return true;
	}
	return false;
}

static void find_lot(
	GArray *verdicts, int refusal, const char *field, const char *why, const struct lot *lot)
{
	struct rule_verdict v = {.kind = VERDICT_REFUSE,
		.refusal = refusal,
		.code = notice_refusal_code(refusal),
		.field = field};

	g_snprintf(v.detail, sizeof(v.detail), "lot %s: %s", lot->code, why);
	verdicts_add(verdicts, &v);
}

int notice_publish_find_lots(struct act *a, const struct notice_row *row, GArray *verdicts)
{
	g_autoptr(GPtrArray) lots = NULL, notices = NULL;
	int r;

	if (notice_kind_row(row->notice.kind)->effect != EFFECT_ANNOUNCE ||
		notice_kind_regime(row->notice.kind) == REGIME_ASSET)
		return 0;
	r = project_store_lots(a->txn, row->project_id, &lots);
	if (!r)
		r = notice_store_published_of(
			a->txn, row->project_id, NOTICES_OF_PROJECT_MAX, &notices);
	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *l = g_ptr_array_index(lots, i);

		if (l->state != LOT_BIDDING || !notice_means_lot(row->lot_nos, l->no))
			continue;
		if (l->deadline_us <= a->legal_us)
			find_lot(verdicts, NOTICE_E_OVER, "deadline",
				"its deadline is over; a change moves it", l);
		else if (is_announced(row, notices, l->no))
			find_lot(verdicts, NOTICE_E_ANNOUNCED, "lot_nos",
				"it is announced: change or withdraw that notice", l);
	}
	return r;
}

static int check_lots(struct act *a, const struct notice_row *row)
{
	g_autoptr(GArray) verdicts = verdicts_new();
	int r = notice_publish_find_lots(a, row, verdicts);
	const struct rule_verdict *first = verdicts_first_refusal(verdicts);

	return r || !first ? r : verdict_refuse(first, a->refusal);
}

/* A tender notice opens the lots for bids; assets are sold elsewhere. */
static int announce(struct act *a, const struct notice_row *row)
{
	int r = check_lots(a, row);

	if (!r)
		r = project_store_set_state(a->txn, row->project_id, "announced");
	if (r || notice_kind_regime(row->notice.kind) == REGIME_ASSET)
		return r;
	return project_store_announce_lots(
		a->txn, row->project_id, row->lot_nos, row->notice.bid_deadline_us, a->legal_us);
}

/* What the publication does to the project (enum notice_effect). */
static int take_effect(struct act *a, const struct notice_row *row)
{
	switch (notice_kind_row(row->notice.kind)->effect) {
	case EFFECT_NONE:
		return 0;
	case EFFECT_ANNOUNCE:
		return announce(a, row);
	case EFFECT_CHANGE:
		return row->notice.bid_deadline_us
			       ? project_store_move_deadline(a->txn, row->project_id, row->lot_nos,
					 row->notice.bid_deadline_us)
			       : 0;
	case EFFECT_END:
		return project_store_end_lots(a->txn, row->project_id, row->lot_nos, NULL);
	}
	return 0;
}

/* Field, reason, date and salted digest of what is held back, never the value. */
static int add_withheld(struct act *a, const struct notice_row *row, json_t *text)
{
	json_t *list;
	int r = notice_withheld_json(a->env, a->txn, row->notice_id, WITHHELD_NONE, &list);

	if (r)
		return r;
	if (json_array_size(list))
		json_object_set(text, "withheld", list);
	json_decref(list);
	return 0;
}

/* With the tender its keys are published, before the first bid. */
static int add_sealing(struct act *a, const struct notice_row *row, json_t *text)
{
	json_t *sealing;
	int r;

	if (notice_kind_row(row->notice.kind)->effect != EFFECT_ANNOUNCE ||
		notice_kind_regime(row->notice.kind) == REGIME_ASSET)
		return 0;
	r = project_sealing_json(a, row->project_id, &sealing);
	if (!r)
		json_object_set_new(text, "sealing", sealing);
	return r > 0 ? -EIO : r;
}

/* Name, size and digest of its files: whoever has the text can check them. */
static int add_attachments(struct act *a, const struct notice_row *row, json_t *text)
{
	json_t *list = NULL;
	int r = row->has_attachments ? notice_attachments_json(a->txn, row->notice_id, &list) : 0;

	if (list)
		json_object_set_new(text, "attachments", list);
	return r;
}

/* By its title, which people know it by; an id says nothing in print. */
static int add_predecessor(struct act *a, const struct notice_row *row, json_t *text)
{
	NOTICE_AUTO struct notice_row *before = NULL;
	int r = *row->follows ? notice_store_get(a->txn, row->follows, &before) : STORE_E_NONE;

	if (!r && before->published_us)
		out_text(text, "follows_title", before->title);
	return r == STORE_E_NONE ? 0 : r;
}

/* What a lot is judged by: its ceiling (最高限价) and its scoring scheme, bound with the tender. */
static json_t *lot_terms(const struct lot *l)
{
	char ceiling[DECIMAL_TEXT_SIZE];
	json_t *terms = json_pack("{s:I, s:s, s:s, s:s}", "no", (json_int_t)l->no, "code", l->code,
		"name", l->name, "price_form", l->price_form);

	if (l->has_ceiling)
		out_text(terms, "ceiling", decimal_format_exact(l->ceiling, ceiling));
	if (l->scheme)
		json_object_set(terms, "scheme", l->scheme);
	return terms;
}

static int add_lots(struct act *a, const struct notice_row *row, json_t *text)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r;

	if (notice_kind_row(row->notice.kind)->effect != EFFECT_ANNOUNCE ||
		notice_kind_regime(row->notice.kind) == REGIME_ASSET)
		return 0;
	r = project_store_lots(a->txn, row->project_id, &lots);
	if (r)
		return r > 0 ? -EIO : r;
	json_t *list = json_array();
	for (guint i = 0; i < lots->len; i++) {
		const struct lot *l = g_ptr_array_index(lots, i);

		if (notice_means_lot(row->lot_nos, l->no))
			json_array_append_new(list, lot_terms(l));
	}
	json_object_set_new(text, "lots", list);
	return 0;
}

static int whole_text(struct act *a, const struct notice_row *row, json_t **ret)
{
	json_t *text = published_text(a, row);
	int r = add_withheld(a, row, text);

	if (!r)
		r = add_predecessor(a, row, text);
	if (!r)
		r = add_attachments(a, row, text);
	if (!r)
		r = add_sealing(a, row, text);
	if (!r)
		r = add_lots(a, row, text);
	if (r)
		json_decref(text);
	else
		*ret = text;
	return r;
}

static void too_long(GArray *verdicts, const char *field)
{
	struct rule_verdict v = {.kind = VERDICT_REFUSE,
		.refusal = NOTICE_E_TOO_LONG,
		.code = notice_refusal_code(NOTICE_E_TOO_LONG),
		.field = field};

	verdicts_add(verdicts, &v);
}

/* What is held back goes whole into the event that discloses it. */
static void check_disclosures(
	const struct notice_row *row, const json_t *withheld, GArray *verdicts)
{
	const char *name;
	json_t *held;

	json_object_foreach ((json_t *)withheld, name, held) {
		const struct notice_field *field = notice_field_find(row->notice.kind, name);

		if (canonical_size(json_object_get(held, "text")) > EVENT_BODY_MAX)
			too_long(verdicts, field ? field->name : "withheld");
	}
}

int notice_publish_check(
	struct act *a, const struct notice_row *row, const json_t *withheld, GArray *verdicts)
{
	static const uint8_t any_digest[32];
	json_t *text = NULL;
	int r = whole_text(a, row, &text);

	if (r)
		return r;
	json_t *body = event_body(text, any_digest);
	/* Title, keys and files have a largest size that fits; reasons are what is left. */
	if (canonical_size(body) > EVENT_BODY_MAX)
		too_long(verdicts, "withheld");
	check_disclosures(row, withheld, verdicts);
	json_decref(body);
	json_decref(text);
	return 0;
}

/* The bytes that count from here on, and the centre's name under them. */
static int seal(struct act *a, const json_t *text, struct published_text *ret)
{
	GString *canonical = NULL;
	int r = canon_dump(text, &canonical);

	if (r)
		return r < 0 ? r : -EINVAL;
	SHA256((const uint8_t *)canonical->str, canonical->len, ret->sha256);
	ret->bytes = g_string_free_to_bytes(canonical);
	gsize len;
	const void *bytes = g_bytes_get_data(ret->bytes, &len);
	return a->env->signer ? cms_sign(a->env->signer, bytes, len, &ret->signature) : 0;
}

static void unseal(struct published_text *text)
{
	g_clear_pointer(&text->bytes, g_bytes_unref);
	g_clear_pointer(&text->signature, g_bytes_unref);
}

bool notice_goes_on_with_trading(enum notice_kind kind)
{
	return kind == NOTICE_ZTB_CANDIDATES || kind == NOTICE_ZTB_RESULT ||
	       kind == NOTICE_GP_RESULT || kind == NOTICE_GP_CONTRACT;
}

/* Bids would be taken that nobody could open: its lots are announced in another project. */
static int require_key(struct act *a, const struct notice_row *row)
{
	PROJECT_KEY_AUTO struct project_key key = {0};
	int r = STORE_E_NONE;

	if (notice_kind_row(row->notice.kind)->effect == EFFECT_ANNOUNCE)
		r = project_key_store_get(a->txn, row->project_id, &key);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	return key.destroyed_us ? project_key_refuse_destroyed(a) : 0;
}

int notice_publish_allowed(struct act *a, const struct notice_row *row)
{
	PROJECT_AUTO struct project *project = NULL;
	int r = notice_draft_check(a, row);

	if (!r)
		r = require_key(a, row);
	if (r || !notice_goes_on_with_trading(row->notice.kind))
		return r;
	r = act_found(a, project_store_get(a->txn, row->project_id, &project), "project_id");
	if (!r)
		r = complaint_require_not_suspended(a, project);
	return r ? r : objection_require_settled(a, project, row);
}

int notice_publish_now(struct act *a, const struct notice_row *row, json_t *out)
{
	__attribute__((cleanup(unseal))) struct published_text sealed = {0};
	int64_t seq;
	json_t *text = NULL;
	int r = whole_text(a, row, &text);

	if (r)
		return r;
	r = seal(a, text, &sealed);
	if (!r)
		r = notice_store_publish(a->txn, row->notice_id, a->legal_us, &sealed, &seq);
	if (!r)
		r = take_effect(a, row);
	if (!r)
		r = act_event(a, "notice.published", "notice", row->notice_id,
			event_body(text, sealed.sha256));
	json_decref(text);
	if (r)
		return r;
	g_autofree char *url =
		g_strdup_printf("%s/notices/%s.html", a->env->public_url, row->notice_id);
	out_text(out, "url", url);
	out_hex(out, "text_sha256", sealed.sha256, sizeof(sealed.sha256));
	out_int(out, "version", row->version + 1);
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	enum notice_state state;
	int r = notice_draft_take(a, in, NOTICE_STEP_PUBLISH, &row, &state);

	if (!r)
		r = notice_publish_allowed(a, row);
	return r ? r : notice_publish_now(a, row, out);
}

const struct act_kind notice_publish_act = {.name = "notice.publish", .fields = fields, .run = run};
