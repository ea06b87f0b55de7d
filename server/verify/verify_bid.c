/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_bid.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/ledger_leaf.h"
#include "proto/ledger_receipt.h"
#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/verify/opened_bid.h"
#include "server/verify/opening_file.h"

#define FILE_MAX ((size_t)64 << 20)
#define FORM "bidroom.opening.v1"

/* What becomes of a bid at the opening. */
static const char *const settled[] = {"bid.opened", "bid.undecrypted", NULL};

/* An event that is in the ledger; its texts belong to `object`. */
struct proven {
	char *place;
	json_t *object;
	struct ledger_event event;
	uint64_t index;
};

struct bid_check {
	const char *dir;
	const struct note_key *key;
	struct findings *findings;
	struct proven receipt;
	uint8_t digest[SEALED_DIGEST_LEN]; /* of the receipt */
	GHashTable *set;                   /* hex digests published at the close */
	GArray *events;                    /* struct proven */
	const struct proven *closed, *fate;
};

static void proven_clear(void *data)
{
	struct proven *p = data;

	g_free(p->place);
	json_decref(p->object);
	*p = (struct proven){0};
}

static int read_json(const struct bid_check *c, const char *name, json_t **ret)
{
	g_autofree char *path = g_build_filename(c->dir, name, NULL);
	g_autofree char *text = NULL;
	gsize len;

	*ret = NULL;
	if (!g_file_get_contents(path, &text, &len, NULL))
		return -ENOENT;
	return canon_load(text, len, FILE_MAX, ret, NULL) ? -EBADMSG : 0;
}

/* Whether the receipt `json` proves an event of the ledger; says so when it does not. */
static bool prove(
	const struct bid_check *c, const json_t *json, const char *place, struct proven *ret)
{
	struct ledger_receipt receipt;
	int r = ledger_receipt_verify(json, c->key, NULL, &receipt, NULL);

	*ret = (struct proven){0};
	if (r) {
		finding_fault(c->findings, place, "the receipt does not hold: %s",
			ledger_refusal_code(r) ?: "fault");
		return false;
	}
	if (!receipt.leaf || !receipt.checkpoint) {
		finding_fault(c->findings, place,
			receipt.leaf ? "is a promise only; fetch the receipt again"
				     : "does not show its event");
		return false;
	}
	if (ledger_leaf_decode(receipt.leaf, receipt.leaf_len, &ret->object, &ret->event)) {
		finding_fault(c->findings, place, "the leaf is no canonical event");
		return false;
	}
	ret->index = receipt.index;
	ret->place = g_strdup_printf("%s (%s, %s)", place, ret->event.kind, ret->event.subject);
	return true;
}

static bool has_digest(const struct proven *p, const uint8_t digest[static SEALED_DIGEST_LEN])
{
	g_autofree char *hex = hex_encode(digest, SEALED_DIGEST_LEN);

	return g_strcmp0(in_text(p->event.body, "receipt_digest"), hex) == 0;
}

static bool check_receipt(struct bid_check *c, const json_t *json)
{
	if (!prove(c, json, "receipt.json", &c->receipt))
		return false;
	const char *hex = in_text(c->receipt.event.body, "receipt_digest");
	if (strcmp(c->receipt.event.kind, "bid.finalised") == 0 && hex &&
		hex_decode_exact(hex, strlen(hex), c->digest, sizeof(c->digest)))
		return true;
	finding_fault(c->findings, c->receipt.place, "is not the receipt of a bid");
	return false;
}

static void read_events(struct bid_check *c, const json_t *record)
{
	size_t i;
	const json_t *row;

	json_array_foreach (json_object_get(record, "events"), i, row) {
		g_autofree char *place = g_strdup_printf("record.json event %zu", i + 1);
		struct proven p;
		if (prove(c, row, place, &p))
			g_array_append_val(c->events, p);
		else
			proven_clear(&p);
	}
}

/* The only event of these kinds and this subject (NULL: any); more than one is a fault. */
static const struct proven *only(
	const struct bid_check *c, const char *const *kinds, const char *subject)
{
	const struct proven *found = NULL;

	for (guint i = 0; i < c->events->len; i++) {
		const struct proven *p = &g_array_index(c->events, struct proven, i);
		if (!g_strv_contains(kinds, p->event.kind) ||
			(subject && strcmp(p->event.subject, subject) != 0))
			continue;
		if (found)
			finding_fault(c->findings, p->place, "comes a second time");
		found = p;
	}
	return found;
}

/* The digests as listed must be the set that the event of the close fixed. */
static bool check_set(struct bid_check *c, const json_t *record)
{
	const json_t *list = json_object_get(record, "digests"), *row;
	g_autoptr(GByteArray) all = g_byte_array_new();
	uint8_t digest[SEALED_DIGEST_LEN], set[SHA256_DIGEST_LENGTH];
	const char *last = "";
	size_t i;

	json_array_foreach (list, i, row) {
		const char *hex = json_string_value(row);
		if (!hex || !hex_decode_exact(hex, strlen(hex), digest, sizeof(digest)) ||
			strcmp(hex, last) <= 0)
			return false;
		g_byte_array_append(all, digest, sizeof(digest));
		g_hash_table_add(c->set, g_strdup(hex));
		last = hex;
	}
	g_autofree char *hex = hex_encode(SHA256(all->data, all->len, set), sizeof(set));
	return g_strcmp0(in_text(c->closed->event.body, "digest_set"), hex) == 0 &&
	       in_int(c->closed->event.body, "count", -1) == (int64_t)json_array_size(list);
}

/* Nothing was opened that was not there at the close. */
static void check_others(const struct bid_check *c)
{
	for (guint i = 0; i < c->events->len; i++) {
		const struct proven *p = &g_array_index(c->events, struct proven, i);
		const char *hex = in_text(p->event.body, "receipt_digest");
		if (!g_strv_contains(settled, p->event.kind))
			continue;
		if (!hex || !g_hash_table_contains(c->set, hex))
			finding_fault(c->findings, p->place,
				"this bid is not in the set published at the close");
		if (p->index < c->closed->index)
			finding_fault(c->findings, p->place, "stands before the close");
	}
}

/* A receipt whose bid is not in the set: its bidder took it back, or it was suppressed. */
static void check_withdrawn(const struct bid_check *c)
{
	json_t *json;
	struct proven p;

	if (read_json(c, "withdrawn.json", &json)) {
		finding_fault(c->findings, c->receipt.place,
			"its digest is not in the set published at the close, and nothing shows "
			"that the bidder took it back");
		return;
	}
	if (prove(c, json, "withdrawn.json", &p)) {
		if (strcmp(p.event.kind, "bid.withdrawn") != 0 ||
			strcmp(p.event.subject, c->receipt.event.subject) != 0)
			finding_fault(c->findings, p.place, "does not speak of this bid");
		else if (p.index > c->closed->index)
			finding_fault(c->findings, p.place, "stands behind the close");
		else
			finding_note(c->findings, p.place, "the bid was taken back");
	}
	proven_clear(&p);
	json_decref(json);
}

static void check_place(const struct bid_check *c)
{
	const json_t *body = c->closed->event.body;
	g_autofree char *hex = hex_encode(c->digest, sizeof(c->digest));
	int64_t deadline_us = in_time_us(body, "deadline", 0);
	char when[CLOCK_TEXT_SIZE];

	if (g_strcmp0(in_text(c->receipt.event.body, "lot_code"), in_text(body, "lot_code")) != 0)
		finding_fault(c->findings, c->receipt.place, "is for another lot");
	if (c->receipt.index > c->closed->index || c->receipt.event.at_us >= deadline_us)
		finding_fault(c->findings, c->receipt.place, "the bid was taken after the close");
	if (!g_hash_table_contains(c->set, hex))
		check_withdrawn(c);
	else
		finding_note(c->findings, c->receipt.place,
			"its digest is one of the %u published at the close, %s",
			g_hash_table_size(c->set), clock_format_utc(c->closed->event.at_us, when));
}

static void check_fate(struct bid_check *c)
{
	static const char *const over[] = {"lot.opened", NULL};
	g_autofree char *hex = hex_encode(c->digest, sizeof(c->digest));

	c->fate = only(c, settled, c->receipt.event.subject);
	if (!c->fate && g_hash_table_contains(c->set, hex) && only(c, over, NULL))
		finding_fault(c->findings, "record.json",
			"the opening is over and nothing says what became of this bid");
	else if (!c->fate)
		finding_note(c->findings, "record.json", "this bid has not been opened");
	if (!c->fate)
		return;
	if (!has_digest(c->fate, c->digest))
		finding_fault(c->findings, c->fate->place,
			"what was opened has not the digest of the receipt");
	else if (strcmp(c->fate->event.kind, "bid.undecrypted") == 0)
		finding_note(c->findings, c->fate->place, "it stayed closed: %s",
			in_text(c->fate->event.body, "state") ?: "-");
}

/* Who offered what, as it was read out. */
static void check_announced(const struct bid_check *c, const struct sealed_manifest *m)
{
	const json_t *body = c->fate->event.body;
	const char *text = in_text(body, "price");
	struct decimal price;

	if (g_strcmp0(in_text(body, "bidder_name"), m->bidder_name) != 0)
		finding_fault(c->findings, c->fate->place, "the bidder that signed is %s",
			m->bidder_name);
	/* Where one may win only so many lots the code says who bid for the others. */
	if (in_has(body, "credit_code") &&
		g_strcmp0(in_text(body, "credit_code"), m->credit_code) != 0)
		finding_fault(c->findings, c->fate->place, "the bidder that signed has the code %s",
			m->credit_code);
	opened_bid_check_terms(m, body, c->fate->place, c->findings);
	if (!text || decimal_parse(text, strlen(text), &price) || decimal_cmp(price, m->price) != 0)
		finding_fault(c->findings, c->fate->place,
			"the price is not the one that its bidder signed");
}

/* By which key it signed the record, as events have it, which record.pdf is held against. */
static void check_key(const struct bid_check *c, const struct sealed_manifest *m)
{
	const json_t *opened = c->fate->event.body;
	char kid[P256_KID_SIZE];

	p256_kid(&m->bidder_key, kid);
	if (in_has(opened, "key") && g_strcmp0(in_text(opened, "key"), kid) != 0)
		finding_fault(c->findings, c->fate->place, "the key is not the one that signed it");
	for (guint i = 0; i < c->events->len; i++) {
		const struct proven *p = &g_array_index(c->events, struct proven, i);
		if (strcmp(p->event.kind, "opening.signed") == 0 &&
			in_int(p->event.body, "bid_no", -1) == in_int(opened, "bid_no", 0) &&
			g_strcmp0(in_text(p->event.body, "key"), kid) != 0)
			finding_fault(c->findings, p->place,
				"the record is not signed by the key that signed the bid");
	}
}

static void check_opened(const struct bid_check *c)
{
	g_autofree char *path = g_build_filename(c->dir, "opened", NULL);
	g_autofree char *lot = NULL;
	struct opened_bid bid;

	if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
		finding_note(c->findings, c->dir, "the opened bid is not here to be compared");
		return;
	}
	if (opened_bid_read(c->dir, "opened", c->findings, &bid)) {
		lot = g_strdup_printf("lot:%s", bid.header.lot);
		if (memcmp(bid.receipt_digest, c->digest, sizeof(c->digest)) != 0)
			finding_fault(c->findings, "opened",
				"sealed again it has not the digest of the receipt");
		else
			finding_note(c->findings, "opened", "is the bid that was sealed, %s",
				bid.manifest->bidder_name);
		if (strcmp(c->closed->event.subject, lot) != 0)
			finding_fault(
				c->findings, "opened", "was sealed for lot %s", bid.header.lot);
		if (c->fate && strcmp(c->fate->event.kind, "bid.opened") == 0) {
			check_announced(c, bid.manifest);
			check_key(c, bid.manifest);
		}
	}
	opened_bid_clear(&bid);
}

static gint by_index(gconstpointer a, gconstpointer b)
{
	const struct proven *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static void check_paper(const struct bid_check *c)
{
	g_autoptr(GPtrArray) events = g_ptr_array_new();

	for (guint i = 0; i < c->events->len; i++)
		g_ptr_array_add(events, &g_array_index(c->events, struct proven, i).event);
	opening_file_check(c->dir, events, c->findings);
}

static void check_record(struct bid_check *c, const json_t *record)
{
	static const char *const closed[] = {"lot.closed", NULL};
	static const char *const failed[] = {"lot.failed", NULL};
	const struct proven *p;

	if (g_strcmp0(in_text(record, "form"), FORM) != 0) {
		finding_fault(c->findings, "record.json", "is no %s", FORM);
		return;
	}
	read_events(c, record);
	g_array_sort(c->events, by_index);
	check_paper(c);
	c->closed = only(c, closed, NULL);
	p = c->closed ? NULL : only(c, failed, NULL);
	if (p) {
		finding_note(c->findings, p->place,
			"the lot failed with %" G_GINT64_FORMAT " bids and nothing was opened",
			in_int(p->event.body, "count", 0));
	} else if (!c->closed) {
		finding_fault(c->findings, "record.json", "no event closes the lot");
	} else if (!check_set(c, record)) {
		finding_fault(c->findings, "record.json",
			"the digests are not the set that %s names", c->closed->place);
	} else {
		check_others(c);
		check_place(c);
		check_fate(c);
		check_opened(c);
	}
}

int verify_bid(const char *dir, const struct note_key *key, struct findings *findings)
{
	struct bid_check c = {.dir = dir, .key = key, .findings = findings};
	json_t *receipt = NULL, *record = NULL;
	int r = read_json(&c, "receipt.json", &receipt);

	if (!r)
		r = read_json(&c, "record.json", &record);
	c.set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	c.events = g_array_new(FALSE, FALSE, sizeof(struct proven));
	g_array_set_clear_func(c.events, proven_clear);
	if (!r && check_receipt(&c, receipt))
		check_record(&c, record);
	proven_clear(&c.receipt);
	g_array_unref(c.events);
	g_hash_table_unref(c.set);
	json_decref(receipt);
	json_decref(record);
	return r;
}
