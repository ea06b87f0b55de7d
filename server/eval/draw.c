/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/draw.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "proto/bytes.h"
#include "proto/hex.h"

#define FORMAT "bidroom.draw.v1"

static const char key_domain[] = "bidroom.draw.key.v1\n";
static const char seed_domain[] = "bidroom.draw.seed.v1\n";

static const char *const parties[N_DRAW_PARTIES] = {
	[DRAW_STAFF] = "staff",
	[DRAW_SUPERVISOR] = "supervisor",
	[DRAW_HOST] = "host",
};

const char *draw_refusal_code(int refusal)
{
	switch (refusal) {
		DRAW_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *draw_party_name(enum draw_party p)
{
	return p < N_DRAW_PARTIES ? parties[p] : NULL;
}

int draw_party_from_name(const char *name)
{
	for (int p = 0; name && p < N_DRAW_PARTIES; p++)
		if (strcmp(parties[p], name) == 0)
			return p;
	return -1;
}

void draw_pseudonym(
	const uint8_t key[DRAW_BYTES], const char *expert_id, uint8_t ret_pseudonym[DRAW_BYTES])
{
	unsigned len = 0;

	if (!HMAC(EVP_sha256(), key, DRAW_BYTES, (const unsigned char *)expert_id,
		    strlen(expert_id), ret_pseudonym, &len) ||
		len != DRAW_BYTES)
		g_error("HMAC-SHA-256 is not available");
}

void draw_key_commitment(const uint8_t key[DRAW_BYTES], uint8_t ret_commitment[DRAW_BYTES])
{
	uint8_t text[sizeof key_domain - 1 + DRAW_BYTES];

	memcpy(text, key_domain, sizeof key_domain - 1);
	memcpy(text + sizeof key_domain - 1, key, DRAW_BYTES);
	SHA256(text, sizeof text, ret_commitment);
}

static int compare_entries(const void *a, const void *b)
{
	return memcmp(((const struct draw_entry *)a)->pseudonym,
		((const struct draw_entry *)b)->pseudonym, DRAW_BYTES);
}

static const struct draw_entry *entry_at(const struct draw_snapshot *s, guint i)
{
	return &g_array_index(s->entries, struct draw_entry, i);
}

GString *draw_snapshot_text(const struct draw_snapshot *snapshot)
{
	static const char digits[] = "0123456789abcdef";
	GString *text = g_string_sized_new(snapshot->entries->len * (gsize)DRAW_LINE_LEN + 1);
	char line[DRAW_LINE_LEN];

	for (guint i = 0; i < snapshot->entries->len; i++) {
		const struct draw_entry *e = entry_at(snapshot, i);

		for (int b = 0; b < DRAW_BYTES; b++) {
			line[2 * b] = digits[e->pseudonym[b] >> 4];
			line[2 * b + 1] = digits[e->pseudonym[b] & 15];
		}
		line[2 * DRAW_BYTES] = ' ';
		line[2 * DRAW_BYTES + 1] = digits[e->flags];
		line[2 * DRAW_BYTES + 2] = '\n';
		g_string_append_len(text, line, sizeof line);
	}
	return text;
}

static int digest_snapshot(struct draw_snapshot *s)
{
	GString *text;

	for (guint i = 1; i < s->entries->len; i++)
		if (compare_entries(entry_at(s, i - 1), entry_at(s, i)) == 0)
			return DRAW_E_DUPLICATE;
	text = draw_snapshot_text(s);
	SHA256((const unsigned char *)text->str, text->len, s->digest);
	g_string_free(text, TRUE);
	return 0;
}

static struct draw_snapshot *snapshot_alloc(size_t n)
{
	struct draw_snapshot *s = g_new0(struct draw_snapshot, 1);

	s->entries = g_array_sized_new(FALSE, FALSE, sizeof(struct draw_entry), (guint)n);
	return s;
}

struct draw_snapshot *draw_snapshot_free(struct draw_snapshot *snapshot)
{
	if (!snapshot)
		return NULL;
	g_array_unref(snapshot->entries);
	g_free(snapshot);
	return NULL;
}

int draw_snapshot_new(const struct draw_entry *entries, size_t n, struct draw_snapshot **ret)
{
	struct draw_snapshot *s;
	int r;

	if (n > DRAW_ENTRIES_MAX)
		return DRAW_E_TOO_MANY;
	s = snapshot_alloc(n);
	if (n)
		g_array_append_vals(s->entries, entries, (guint)n);
	for (size_t i = 0; i < n; i++)
		g_assert(entries[i].flags <= (DRAW_AVOID | DRAW_SPECIALITY));
	g_array_sort(s->entries, compare_entries);
	r = digest_snapshot(s);
	if (r)
		draw_snapshot_free(s);
	else
		*ret = s;
	return r;
}

static int parse_line(const char *line, struct draw_entry *ret)
{
	if (!hex_decode_exact(line, 2 * DRAW_BYTES, ret->pseudonym, DRAW_BYTES) ||
		line[2 * DRAW_BYTES] != ' ' || line[2 * DRAW_BYTES + 2] != '\n' ||
		line[2 * DRAW_BYTES + 1] < '0' || line[2 * DRAW_BYTES + 1] > '3')
		return DRAW_E_SNAPSHOT;
	ret->flags = (uint8_t)(line[2 * DRAW_BYTES + 1] - '0');
	return 0;
}

int draw_snapshot_parse(const char *text, size_t len, struct draw_snapshot **ret)
{
	size_t n = len / DRAW_LINE_LEN;
	struct draw_snapshot *s;
	int r = 0;

	if (len % DRAW_LINE_LEN)
		return DRAW_E_SNAPSHOT;
	if (n > DRAW_ENTRIES_MAX)
		return DRAW_E_TOO_MANY;
	s = snapshot_alloc(n);
	for (size_t i = 0; !r && i < n; i++) {
		struct draw_entry e;

		r = parse_line(text + i * DRAW_LINE_LEN, &e);
		if (!r && i && compare_entries(entry_at(s, (guint)i - 1), &e) > 0)
			r = DRAW_E_SNAPSHOT;
		if (!r)
			g_array_append_val(s->entries, e);
	}
	if (!r)
		r = digest_snapshot(s);
	if (r)
		draw_snapshot_free(s);
	else
		*ret = s;
	return r;
}

static bool is_eligible(const struct draw_entry *e)
{
	return e->flags == DRAW_SPECIALITY;
}

size_t draw_snapshot_n_eligible(const struct draw_snapshot *snapshot)
{
	size_t n = 0;

	for (guint i = 0; i < snapshot->entries->len; i++)
		n += is_eligible(entry_at(snapshot, i));
	return n;
}

void draw_seed(const uint8_t snapshot_digest[DRAW_BYTES],
	const uint8_t nonces[N_DRAW_PARTIES][DRAW_BYTES], uint8_t ret_seed[DRAW_BYTES])
{
	uint8_t text[sizeof seed_domain - 1 + (1 + N_DRAW_PARTIES) * DRAW_BYTES];
	uint8_t *at = text;

	memcpy(at, seed_domain, sizeof seed_domain - 1);
	at += sizeof seed_domain - 1;
	memcpy(at, snapshot_digest, DRAW_BYTES);
	at += DRAW_BYTES;
	memcpy(at, nonces, N_DRAW_PARTIES * DRAW_BYTES);
	SHA256(text, sizeof text, ret_seed);
}

/* The hash's first eight bytes decide nearly always; the whole hash decides always. */
struct ticket {
	uint64_t head;
	guint entry;
	uint8_t hash[DRAW_BYTES];
};

static int compare_tickets(const void *a, const void *b)
{
	const struct ticket *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return memcmp(x->hash, y->hash, DRAW_BYTES);
}

static void hash_ticket(EVP_MD_CTX *ctx, const EVP_MD *md, const uint8_t seed[DRAW_BYTES],
	const uint8_t pseudonym[DRAW_BYTES], struct ticket *t)
{
	if (!EVP_DigestInit_ex2(ctx, md, NULL) || !EVP_DigestUpdate(ctx, seed, DRAW_BYTES) ||
		!EVP_DigestUpdate(ctx, pseudonym, DRAW_BYTES) ||
		!EVP_DigestFinal_ex(ctx, t->hash, NULL))
		g_error("SHA-256 is not available");
	t->head = be64_get(t->hash);
}

struct draw_order *draw_order_new(
	const uint8_t seed[DRAW_BYTES], const struct draw_snapshot *snapshot)
{
	struct draw_order *order = g_new0(struct draw_order, 1);
	g_autoptr(GArray) tickets =
		g_array_sized_new(FALSE, FALSE, sizeof(struct ticket), snapshot->entries->len);
	/* Fetched once: looking the algorithm up costs more than a hash. */
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	for (guint i = 0; i < snapshot->entries->len; i++) {
		const struct draw_entry *e = entry_at(snapshot, i);
		struct ticket t = {.entry = i};

		if (!is_eligible(e))
			continue;
		hash_ticket(ctx, md, seed, e->pseudonym, &t);
		g_array_append_val(tickets, t);
	}
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	g_array_sort(tickets, compare_tickets);
	order->places = g_array_sized_new(FALSE, FALSE, sizeof(guint), tickets->len);
	for (guint i = 0; i < tickets->len; i++)
		g_array_append_val(order->places, g_array_index(tickets, struct ticket, i).entry);
	return order;
}

struct draw_order *draw_order_free(struct draw_order *order)
{
	if (!order)
		return NULL;
	g_array_unref(order->places);
	g_free(order);
	return NULL;
}

const struct draw_entry *draw_order_at(
	const struct draw_order *order, const struct draw_snapshot *snapshot, size_t place)
{
	if (place >= order->places->len)
		return NULL;
	return entry_at(snapshot, g_array_index(order->places, guint, place));
}

static json_t *hex_string(const uint8_t bytes[DRAW_BYTES])
{
	g_autofree char *text = hex_encode(bytes, DRAW_BYTES);

	return json_string(text);
}

static json_t *places_to_json(
	const struct draw_order *order, const struct draw_snapshot *snapshot, size_t from, size_t n)
{
	json_t *list = json_array();

	for (size_t i = from; i < from + n; i++) {
		const struct draw_entry *e = draw_order_at(order, snapshot, i);

		if (!e)
			break;
		json_array_append_new(list, json_pack("{s:I, s:o}", "place", (json_int_t)(i + 1),
						    "entry", hex_string(e->pseudonym)));
	}
	return list;
}

static json_t *parties_to_json(const struct draw_secrets *secrets)
{
	json_t *list = json_array();

	for (int p = 0; p < N_DRAW_PARTIES; p++)
		json_array_append_new(
			list, json_pack("{s:s, s:o, s:o}", "party", parties[p], "commitment",
				      hex_string(secrets->commitments[p]), "nonce",
				      hex_string(secrets->nonces[p])));
	return list;
}

int draw_run(const struct draw_snapshot *snapshot, const struct draw_rule *rule,
	const struct draw_secrets *secrets, json_t **ret_record, enum draw_party *ret_party)
{
	size_t n_eligible = draw_snapshot_n_eligible(snapshot);
	uint8_t seed[DRAW_BYTES], commitment[DRAW_BYTES];
	struct draw_order *order;

	for (int p = 0; p < N_DRAW_PARTIES; p++) {
		draw_nonce_commitment(secrets->nonces[p], commitment);
		if (memcmp(commitment, secrets->commitments[p], DRAW_BYTES) == 0)
			continue;
		if (ret_party)
			*ret_party = (enum draw_party)p;
		return DRAW_E_COMMITMENT;
	}
	if (!rule->experts || n_eligible < rule->experts)
		return DRAW_E_TOO_FEW;
	draw_seed(snapshot->digest, secrets->nonces, seed);
	order = draw_order_new(seed, snapshot);
	*ret_record = json_pack("{s:s, s:o, s:{s:I, s:I}, s:{s:I, s:I, s:o}, s:o, s:o, s:o, s:o}",
		"format", FORMAT, "key_commitment", hex_string(secrets->key_commitment), "rule",
		"experts", (json_int_t)rule->experts, "standbys", (json_int_t)rule->standbys,
		"snapshot", "n", (json_int_t)snapshot->entries->len, "n_eligible",
		(json_int_t)n_eligible, "sha256", hex_string(snapshot->digest), "parties",
		parties_to_json(secrets), "seed", hex_string(seed), "selected",
		places_to_json(order, snapshot, 0, rule->experts), "standbys",
		places_to_json(order, snapshot, rule->experts, rule->standbys));
	draw_order_free(order);
	return 0;
}

static bool read_hex(const json_t *object, const char *name, uint8_t ret[DRAW_BYTES])
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) && hex_decode_exact(json_string_value(value),
						json_string_length(value), ret, DRAW_BYTES);
}

static bool read_count(const json_t *object, const char *name, unsigned *ret)
{
	const json_t *value = json_object_get(object, name);
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < 0 || n > DRAW_ENTRIES_MAX)
		return false;
	*ret = (unsigned)n;
	return true;
}

static bool read_record(
	const json_t *record, struct draw_rule *ret_rule, struct draw_secrets *ret_secrets)
{
	const json_t *list = json_object_get(record, "parties");
	const json_t *rule = json_object_get(record, "rule");

	if (json_array_size(list) != N_DRAW_PARTIES ||
		!read_count(rule, "experts", &ret_rule->experts) ||
		!read_count(rule, "standbys", &ret_rule->standbys) ||
		!read_hex(record, "key_commitment", ret_secrets->key_commitment))
		return false;
	for (int p = 0; p < N_DRAW_PARTIES; p++) {
		const json_t *row = json_array_get(list, (size_t)p);
		const char *name = json_string_value(json_object_get(row, "party"));

		if (g_strcmp0(name, parties[p]) != 0 ||
			!read_hex(row, "commitment", ret_secrets->commitments[p]) ||
			!read_hex(row, "nonce", ret_secrets->nonces[p]))
			return false;
	}
	return true;
}

int draw_verify(const json_t *record, const struct draw_snapshot *snapshot)
{
	static const struct {
		const char *member;
		int refusal;
	} parts[] = {
		{"snapshot", DRAW_E_DIGEST},
		{"seed", DRAW_E_SEED},
		{"selected", DRAW_E_RESULT},
		{"standbys", DRAW_E_RESULT},
	};
	struct draw_secrets secrets;
	struct draw_rule rule;
	json_t *again = NULL;
	int r;

	if (!read_record(record, &rule, &secrets))
		return DRAW_E_RECORD;
	r = draw_run(snapshot, &rule, &secrets, &again, NULL);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(parts); i++)
		if (!json_equal(json_object_get(record, parts[i].member),
			    json_object_get(again, parts[i].member)))
			r = parts[i].refusal;
	if (!r && !json_equal(record, again))
		r = DRAW_E_RECORD;
	json_decref(again);
	return r;
}
