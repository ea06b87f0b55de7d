/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "proto/hex.h"
#include "proto/ledger_tree.h"
#include "server/core/fields.h"
#include "server/verify/bundle_parts.h"
#include "server/verify/session_clock.h"

#define FILE_NAME "cosigned.json"
#define SECOND_US INT64_C(1000000)

struct heads {
	const struct session_record *rec;
	const struct verify_bundle *v;
	GArray *keys;        /* struct note_key of the cosigners */
	GHashTable *signers; /* names of cosigners that signed a head, -> itself */
};

static bool read_proof(const json_t *list, struct ledger_proof *ret)
{
	const json_t *hash;
	size_t i;

	ret->n = 0;
	if (!json_is_array(list) || json_array_size(list) > LEDGER_PROOF_MAX)
		return false;
	json_array_foreach (list, i, hash) {
		const char *text = json_string_value(hash);
		if (!text || !hex_decode_exact(text, strlen(text), ret->hashes[i], LEDGER_HASH_LEN))
			return false;
		ret->n++;
	}
	return true;
}

/* Whether the tree of the record's checkpoint and that of another head are one. */
static void check_same_tree(const struct heads *h, const char *place,
	const struct ledger_checkpoint *other, const struct ledger_proof *proof)
{
	const struct ledger_checkpoint *ours = &h->rec->head;
	bool older = other->size < ours->size;
	const struct ledger_checkpoint *small = older ? other : ours, *large = older ? ours : other;

	if (other->size == ours->size) {
		if (memcmp(other->root, ours->root, LEDGER_HASH_LEN) != 0)
			finding_fault(h->rec->findings, place,
				"another tree of the same size %" PRIu64
				": the log signed two histories",
				ours->size);
	} else if (!proof) {
		finding_note(h->rec->findings, place,
			"is of size %" PRIu64 ", the bundle's checkpoint of %" PRIu64
			": whether they are one ledger only its tiles show",
			other->size, ours->size);
	} else if (ledger_verify_consistency(
			   small->size, large->size, small->root, large->root, proof)) {
		finding_fault(h->rec->findings, place,
			"the tree of size %" PRIu64 " is no beginning of the tree of size %" PRIu64,
			small->size, large->size);
	}
}

/* What was signed at time_s cannot hold later events, and what came after it no earlier ones. */
static void check_times(const struct heads *h, const char *place, uint64_t size, int64_t time_s)
{
	int64_t time_us = time_s * SECOND_US;
	bool early = false, late = false;

	for (guint i = 0; i < h->rec->events->len; i++) {
		const struct session_event *row = record_event(h->rec, i);
		bool inside = row->index < size;
		bool wrong = inside ? row->event.real_us > time_us + SESSION_CLOCK_SLACK_US
				    : row->event.real_us < time_us - SESSION_CLOCK_SLACK_US;
		bool *named = inside ? &late : &early;
		if (!wrong || *named)
			continue;
		*named = true;
		g_autofree char *event = record_place(row);
		finding_fault(h->rec->findings, event,
			inside ? "claims a time after %s, which holds it"
			       : "the clock was set back: it claims a time before %s, which it "
				 "came after",
			place);
	}
}

static void check_signers(struct heads *h, const char *place, const char *text, uint64_t size)
{
	struct note note;

	if (note_parse(text, strlen(text), &note))
		return;
	for (guint i = 0; i < h->keys->len; i++) {
		const struct note_key *key = &g_array_index(h->keys, struct note_key, i);
		int64_t time_s;
		int r = note_verify(&note, key, &time_s);
		if (r == LEDGER_E_UNSIGNED)
			continue;
		if (r) {
			finding_fault(h->rec->findings, place, "the line of %s: %s", key->name,
				ledger_refusal_code(r));
			continue;
		}
		g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(time_s);
		g_autofree char *at = when ? g_date_time_format_iso8601(when) : NULL;
		finding_note(h->rec->findings, place, "%s signed it at %s", key->name, at ?: "?");
		g_hash_table_add(h->signers, (gpointer)key->name);
		check_times(h, place, size, time_s);
	}
}

static void check_head(struct heads *h, const json_t *row, size_t i)
{
	const char *text = in_text(row, "note");
	g_autofree char *place = g_strdup_printf("%s head %zu", FILE_NAME, i + 1);
	struct ledger_checkpoint head;
	struct ledger_proof proof;
	int r;

	if (!text || !read_proof(json_object_get(row, "proof"), &proof)) {
		finding_fault(h->rec->findings, place, "is not a head with its proof");
		return;
	}
	r = ledger_checkpoint_open(text, strlen(text), h->v->key, &head);
	if (r) {
		finding_fault(h->rec->findings, place, "%s", ledger_refusal_code(r));
		return;
	}
	check_same_tree(h, place, &head, &proof);
	check_signers(h, place, text, head.size);
}

static void read_keys(struct heads *h, const json_t *file)
{
	const json_t *text;
	size_t i;

	json_array_foreach (json_object_get(file, "keys"), i, text) {
		struct note_key key;
		const char *s = json_string_value(text);
		if (s && note_key_parse(s, strlen(s), &key) == 0 &&
			key.algorithm == NOTE_COSIGNATURE)
			g_array_append_val(h->keys, key);
		else
			finding_fault(
				h->rec->findings, FILE_NAME, "a cosigner's key cannot be read");
	}
}

/* Cosigners asked for by key: their word counts, not the bundle's own list of them. */
static void check_wanted(const struct heads *h)
{
	for (guint i = 0; h->v->cosigners && i < h->v->cosigners->len; i++) {
		const struct note_key *key = &g_array_index(h->v->cosigners, struct note_key, i);
		if (!g_hash_table_contains(h->signers, key->name))
			finding_fault(
				h->rec->findings, FILE_NAME, "%s signed no head of it", key->name);
	}
}

static void check_seen(const struct heads *h)
{
	g_autofree char *text = NULL;
	struct ledger_checkpoint head;
	gsize len;

	if (!h->v->seen)
		return;
	if (!g_file_get_contents(h->v->seen, &text, &len, NULL)) {
		finding_fault(h->rec->findings, h->v->seen, "cannot be read");
		return;
	}
	int r = ledger_checkpoint_open(text, len, h->v->key, &head);
	if (r)
		finding_fault(h->rec->findings, h->v->seen, "%s", ledger_refusal_code(r));
	else
		check_same_tree(h, h->v->seen, &head, NULL);
}

void bundle_heads_check(const struct session_record *rec, const struct verify_bundle *v)
{
	struct heads h = {.rec = rec, .v = v};
	json_t *file = record_json(rec, FILE_NAME, NULL);
	const json_t *row;
	size_t i;

	if (!rec->head.size) {
		json_decref(file);
		return; /* the checkpoint itself does not hold, which was said */
	}
	h.keys = g_array_new(FALSE, FALSE, sizeof(struct note_key));
	h.signers = g_hash_table_new(g_str_hash, g_str_equal);
	if (v->cosigners)
		g_array_append_vals(h.keys, v->cosigners->data, v->cosigners->len);
	else
		read_keys(&h, file);
	json_array_foreach (json_object_get(file, "heads"), i, row)
		check_head(&h, row, i);
	check_wanted(&h);
	check_seen(&h);
	if (!g_hash_table_size(h.signers))
		finding_note(rec->findings, rec->dir, "no head of it bears a cosigner's signature");
	g_array_unref(h.keys);
	g_hash_table_unref(h.signers);
	json_decref(file);
}
