/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/draw_act.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

#include "server/act/session_act.h"
#include "server/eval/eligible.h"
#include "server/sign/field_cipher.h"
#include "server/store/draw_store.h"
#include "server/store/expert_store.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

#define KEY_PURPOSE "draw.key"

int draw_begin_act(
	struct act *a, const char *draw_id, struct draw_row **ret, struct draw_nonces *ret_nonces)
{
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	enum flow_step step = 0;
	int r = act_found(a, draw_store_lock(a->txn, draw_id, &draw), "draw_id");

	if (r)
		return r;
	if (draw->record)
		return refuse(a->refusal, "draw.state", NULL, "the experts have been drawn");
	r = session_store_step(a->txn, draw->session_id, &step);
	if (!r && step >= FLOW_CLOSED)
		r = refuse(a->refusal, "draw.state", NULL, "the session is over");
	if (r)
		return r == STORE_E_NONE ? -EBADMSG : r;
	r = draw_store_nonces(a->txn, draw_id, ret_nonces);
	if (!r)
		*ret = g_steal_pointer(&draw);
	return r;
}

int draw_party_in(struct act *a, const json_t *in, enum draw_party *ret)
{
	int party = draw_party_from_name(in_text(in, "party"));

	if (party < 0)
		return refuse(a->refusal, "input.invalid", "party", "staff, supervisor or host");
	*ret = (enum draw_party)party;
	return 0;
}

bool draw_all_committed(const struct draw_nonces *nonces)
{
	for (int p = 0; p < N_DRAW_PARTIES; p++)
		if (!nonces->of[p])
			return false;
	return true;
}

int draw_reveal_nonce(struct act *a, const char *draw_id, const struct draw_nonces *nonces,
	enum draw_party party, const uint8_t nonce[DRAW_BYTES], const char *by)
{
	g_autofree char *hex = hex_encode(nonce, DRAW_BYTES);
	uint8_t commitment[DRAW_BYTES];
	int r;

	draw_nonce_commitment(nonce, commitment);
	if (memcmp(commitment, nonces->of[party]->commitment, DRAW_BYTES) != 0)
		return refuse(a->refusal, draw_refusal_code(DRAW_E_COMMITMENT), "nonce",
			"it is not the nonce %s committed to", draw_party_name(party));
	r = draw_store_set_nonce(a->txn, draw_id, party, nonce);
	if (r)
		return r < 0 ? r : -EIO;
	return act_event(a, "draw.nonce_revealed", "draw", draw_id,
		json_pack("{s:s, s:s, s:s}", "party", draw_party_name(party), "nonce", hex, "by",
			by));
}

/*
 * Why so few. What other panels keep back is told in words alone: these panels are secret (C07), and
 * two tries, the second with one unit more to avoid, would tell whether its people sit on one.
 */
static int refuse_too_few(struct act *a, const json_t *excluded)
{
	json_auto_t *own = json_copy((json_t *)excluded);
	g_autofree char *why = NULL;
	bool others = false;

	for (int reason = ELIGIBLE_UNIT + 1; reason < ELIGIBLE_REASONS; reason++)
		if (json_object_del(own, eligible_reason_name((enum eligible_reason)reason)) == 0)
			others = true;
	why = json_dumps(own, JSON_SORT_KEYS);
	return refuse(a->refusal, draw_refusal_code(DRAW_E_TOO_FEW), "specialities",
		"left out: %s%s", why, others ? ", and experts drawn for other panels" : "");
}

static int make_snapshot(struct act *a, const uint8_t key[DRAW_BYTES],
	const struct draw_wanted *wanted, const struct draw_rule *rule, struct draw_snapshot **ret,
	json_t **ret_excluded)
{
	g_autoptr(GArray) entries = NULL;
	json_auto_t *excluded = NULL;
	struct draw_snapshot *snapshot;
	int r = draw_pool_look(a, key, wanted, &entries, &excluded);

	if (r)
		return r;
	r = draw_snapshot_new((const struct draw_entry *)entries->data, entries->len, &snapshot);
	if (r)
		return r < 0 ? r : refuse(a->refusal, draw_refusal_code(r), NULL, NULL);
	if (draw_snapshot_n_eligible(snapshot) < rule->experts) {
		draw_snapshot_free(snapshot);
		return refuse_too_few(a, excluded);
	}
	*ret = snapshot;
	*ret_excluded = g_steal_pointer(&excluded);
	return 0;
}

/* How often the house lets an expert be drawn (C15); NULL: it has set no limit. */
static json_t *limits_to_json(const struct act_env *env)
{
	json_t *out;

	if (!env->draw_interval_us && !env->draw_most)
		return NULL;
	out = json_object();
	if (env->draw_interval_us)
		out_int(out, "interval_days", env->draw_interval_us / CLOCK_DAY_US);
	if (env->draw_most) {
		out_int(out, "most", env->draw_most);
		out_int(out, "period_days", env->draw_period_us / CLOCK_DAY_US);
	}
	return out;
}

static json_t *prepared_body(const struct act_env *env, const char *session_id,
	const struct draw_row *draw, const struct draw_snapshot *snapshot,
	const struct draw_wanted *wanted)
{
	const struct draw_avoid *avoid = wanted->avoid;
	g_autofree char *key = hex_encode(draw->key_commitment, DRAW_BYTES);
	g_autofree char *digest = hex_encode(snapshot->digest, DRAW_BYTES);

	return json_pack(
		"{s:s, s:s, s:{s:I, s:I}, s:{s:I, s:I, s:s}, s:O, s:I, s:I, s:O, s:o*, s:o*}",
		"session", session_id, "key_commitment", key, "rule", "experts",
		(json_int_t)draw->rule.experts, "standbys", (json_int_t)draw->rule.standbys,
		"snapshot", "n", (json_int_t)snapshot->entries->len, "n_eligible",
		(json_int_t)draw_snapshot_n_eligible(snapshot), "sha256", digest, "specialities",
		wanted->specialities, "avoid_units", (json_int_t)g_hash_table_size(avoid->units),
		"avoid_members", (json_int_t)g_hash_table_size(avoid->experts), "excluded",
		draw->excluded, "limits", limits_to_json(env), "region",
		wanted->region ? json_pack("{s:s, s:b}", "digits", wanted->region, "outside",
					 wanted->outside)
			       : NULL);
}

static int insert_draw(struct act *a, struct draw_row *draw, const uint8_t key[DRAW_BYTES],
	const struct draw_snapshot *snapshot)
{
	GString *text = draw_snapshot_text(snapshot);
	g_autofree char *owned = draw->snapshot = g_string_free(text, FALSE);
	g_autoptr(GBytes) wrapped = NULL;
	int r = field_cipher_seal(
		a->env->cipher, KEY_PURPOSE, draw->draw_id, key, DRAW_BYTES, &wrapped);

	if (r)
		return r;
	draw->key_enc = wrapped;
	draw->created_us = a->legal_us;
	draw_key_commitment(key, draw->key_commitment);
	memcpy(draw->snapshot_digest, snapshot->digest, DRAW_BYTES);
	r = draw_store_insert(a->txn, draw);
	return r <= 0 ? r : -EIO;
}

int draw_prepare(struct act *a, const char *session_id, const struct draw_rule *rule,
	const struct draw_wanted *wanted, char ret_draw_id[static ID_SIZE])
{
	struct draw_row draw = {.rule = *rule};
	struct draw_snapshot *snapshot = NULL;
	uint8_t key[DRAW_BYTES];
	int r;

	random_bytes(key, sizeof(key));
	id_new(draw.draw_id);
	g_strlcpy(draw.session_id, session_id, sizeof(draw.session_id));
	r = make_snapshot(a, key, wanted, rule, &snapshot, &draw.excluded);
	if (!r)
		r = insert_draw(a, &draw, key, snapshot);
	OPENSSL_cleanse(key, sizeof(key));
	if (!r)
		r = act_event(a, "draw.prepared", "draw", draw.draw_id,
			prepared_body(a->env, session_id, &draw, snapshot, wanted));
	draw_snapshot_free(snapshot);
	json_decref(draw.excluded);
	if (!r)
		g_strlcpy(ret_draw_id, draw.draw_id, ID_SIZE);
	return r;
}

struct entry_search {
	const uint8_t *key, *entry;
	char expert_id[ID_SIZE];
};

static int is_entry(const struct expert *e, void *data)
{
	struct entry_search *search = data;
	uint8_t pseudonym[DRAW_BYTES];

	draw_pseudonym(search->key, e->expert_id, pseudonym);
	if (memcmp(pseudonym, search->entry, DRAW_BYTES) != 0)
		return 0;
	g_strlcpy(search->expert_id, e->expert_id, sizeof(search->expert_id));
	return 1;
}

/* Whose pseudonym it is: only the draw's key tells. */
static int find_expert(struct act *a, const struct draw_row *draw, struct entry_search *search)
{
	g_autoptr(GBytes) key = NULL;
	int r = field_cipher_open(a->env->cipher, KEY_PURPOSE, draw->draw_id, draw->key_enc, &key);

	if (r)
		return r < 0 ? r : -EBADMSG;
	if (g_bytes_get_size(key) != DRAW_BYTES)
		return -EBADMSG;
	search->key = g_bytes_get_data(key, NULL);
	r = draw_pool_each(a, is_entry, search);
	return r < 0 ? r : r ? 0 : -ENOENT;
}

static int seed_in_record(const struct draw_row *draw, uint8_t ret[static DRAW_BYTES])
{
	const json_t *seed = json_object_get(draw->record, "seed");

	return json_is_string(seed) && hex_decode_exact(json_string_value(seed),
					       json_string_length(seed), ret, DRAW_BYTES)
		       ? 0
		       : -EBADMSG;
}

int draw_seed_of(struct act *a, const char *session_id, uint8_t ret_seed[static DRAW_BYTES])
{
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	int r = draw_store_by_session(a->txn, session_id, &draw);

	if (r)
		return r < 0 ? r : -ENOENT;
	if (!draw->record)
		return refuse(a->refusal, flow_refusal_code(FLOW_E_NOT_DRAWN), NULL, NULL);
	return seed_in_record(draw, ret_seed);
}

static int entry_at_place(const struct draw_row *draw, unsigned place, struct draw_entry *ret)
{
	uint8_t bytes[DRAW_BYTES];
	struct draw_snapshot *snapshot;
	int r = seed_in_record(draw, bytes);

	if (r)
		return r;
	r = draw_snapshot_parse(draw->snapshot, strlen(draw->snapshot), &snapshot);
	if (r)
		return r < 0 ? r : -EBADMSG;
	struct draw_order *order = draw_order_new(bytes, snapshot);
	const struct draw_entry *entry = draw_order_at(order, snapshot, place - 1);
	if (entry)
		*ret = *entry;
	draw_order_free(order);
	draw_snapshot_free(snapshot);
	return entry ? 0 : DRAW_E_TOO_FEW;
}

int draw_seat_place(struct act *a, const struct draw_row *draw, unsigned place)
{
	struct draw_entry entry;
	struct entry_search search = {.entry = entry.pseudonym};
	struct member_row member = {.no = (int)place, .state = MEMBER_DRAWN};
	g_autoptr(GBytes) wrapped = NULL;
	int r = entry_at_place(draw, place, &entry);

	if (!r)
		r = find_expert(a, draw, &search);
	if (!r)
		r = member_wrap(a, draw->session_id, member.no, search.expert_id, &wrapped);
	if (r)
		return r;
	memcpy(member.entry, entry.pseudonym, DRAW_BYTES);
	member.expert_enc = wrapped;
	r = member_store_insert(a->txn, draw->session_id, &member);
	return r <= 0 ? r : -EIO;
}
