/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_reader.h"
#include "proto/sealed_writer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "proto/base64.h"
#include "proto/hex.h"

#define N_HOLDERS 3
#define DATA_LEN 9011

/* A bidder, three holders, and one bid of three documents (one empty) in chunks of 4 KiB. */
struct house {
	EVP_PKEY *bidder, *holders[N_HOLDERS];
	struct p256_public publics[N_HOLDERS];
	uint8_t data[DATA_LEN];
	struct sealed_file files[3];
	json_t *offer;
	struct sealed_plan plan;
	GByteArray *sealed;
	struct sealed_header header;
	uint8_t digest[SEALED_DIGEST_LEN];
	uint8_t key[SEALED_KEY_LEN];
};

static int append(void *ctx, const void *bytes, size_t len)
{
	g_byte_array_append(ctx, bytes, (guint)len);
	return 0;
}

static void describe(struct sealed_file *f, const char *name, const uint8_t *bytes, size_t len)
{
	f->name = name;
	f->size = len;
	assert_int_equal(EVP_Digest(bytes, len, f->sha256, NULL, EVP_sha256(), NULL), 1);
}

static int set_up(void **state)
{
	static struct house h;
	struct sealed_writer *w = NULL;

	memset(&h, 0, sizeof h);
	assert_int_equal(p256_generate(&h.bidder), 0);
	for (int i = 0; i < N_HOLDERS; i++) {
		assert_int_equal(p256_generate(&h.holders[i]), 0);
		assert_int_equal(p256_public_of(h.holders[i], &h.publics[i]), 0);
	}
	for (size_t i = 0; i < DATA_LEN; i++)
		h.data[i] = (uint8_t)(i * 7 + i / 256);
	describe(&h.files[0], "\u62a5\u4ef7.txt", h.data, 11);
	describe(&h.files[1], "empty.bin", h.data, 0);
	describe(&h.files[2], "\u6280\u672f\u6807.pdf", h.data + 11, DATA_LEN - 11);
	h.offer = json_pack("{ss ss ss si}", "price_form", "amount", "price", "1267500.00",
		"currency", "CNY", "period_days", 90);
	h.plan = (struct sealed_plan){
		.project = "SDGP-1",
		.lot = "lot.2",
		.k = 2,
		.n = N_HOLDERS,
		.holders = h.publics,
		.bidder = h.bidder,
		.offer = {"\u793a\u4f8b\u5efa\u8bbe", "91370000MA3C000001", h.offer, h.files, 3},
		.chunk_size = 4096,
	};
	h.sealed = g_byte_array_new();
	assert_int_equal(sealed_writer_new(&h.plan, &(struct sealed_out){append, h.sealed}, &w), 0);
	/* in pieces that meet no border */
	for (size_t at = 0; at < DATA_LEN; at += 1009)
		assert_int_equal(sealed_writer_put(w, h.data + at, MIN(1009, DATA_LEN - at)), 0);
	assert_int_equal(sealed_writer_finish(w, h.digest), 0);
	sealed_writer_free(w);
	assert_int_equal(sealed_header_parse(h.sealed->data, h.sealed->len, &h.header), 0);
	assert_int_equal(sealed_header_open_slot(&h.header, h.bidder, h.key), 0);
	*state = &h;
	return 0;
}

static int tear_down(void **state)
{
	struct house *h = *state;

	EVP_PKEY_free(h->bidder);
	for (int i = 0; i < N_HOLDERS; i++)
		EVP_PKEY_free(h->holders[i]);
	json_decref(h->offer);
	g_byte_array_unref(h->sealed);
	return 0;
}

struct opened {
	GByteArray *files[3];
	bool saw_manifest;
};

static int on_manifest(void *ctx, const struct sealed_manifest *m)
{
	((struct opened *)ctx)->saw_manifest = true;
	assert_int_equal(m->n_files, 3);
	return 0;
}

static int on_bytes(void *ctx, size_t file, const uint8_t *bytes, size_t len)
{
	assert_true(file < 3);
	g_byte_array_append(((struct opened *)ctx)->files[file], bytes, (guint)len);
	return 0;
}

static const struct sealed_reader_events events = {.manifest = on_manifest, .bytes = on_bytes};

/* Reads a whole file in pieces of `piece` bytes; tells where a refusal was. */
static int read_all(const uint8_t *bytes, size_t len, size_t piece, const uint8_t *key,
	struct opened *o, uint8_t *ret_digest, uint32_t *ret_chunk)
{
	static const struct sealed_reader_events none;
	struct sealed_reader *r = sealed_reader_new(o ? &events : &none, o);
	uint8_t digest[SEALED_DIGEST_LEN];
	int err = 0;

	if (key)
		sealed_reader_set_key(r, key);
	for (size_t at = 0; err == 0 && at < len; at += piece)
		err = sealed_reader_feed(r, bytes + at, MIN(piece, len - at));
	if (err != 0)
		assert_int_equal(sealed_reader_feed(r, bytes, 1), err);
	err = sealed_reader_finish(r, digest);
	if (err == 0 && ret_digest)
		memcpy(ret_digest, digest, sizeof digest);
	if (ret_chunk)
		*ret_chunk = sealed_reader_chunk(r);
	sealed_reader_free(r);
	return err;
}

static int verdict(const struct house *h, const uint8_t *key, uint32_t *ret_chunk)
{
	return read_all(h->sealed->data, h->sealed->len, SIZE_MAX / 2, key, NULL, NULL, ret_chunk);
}

static void test_round_trip(void **state)
{
	struct house *h = *state;
	static const size_t pieces[] = {1, 13, 4096, 100000};

	assert_int_equal(sealed_n_chunks(&h->header), 4);
	assert_int_equal(sealed_total_len(&h->header), h->sealed->len);
	assert_int_equal(sealed_header_belongs(&h->header, "SDGP-1", "lot.2"), 0);
	assert_int_equal(sealed_header_belongs(&h->header, "SDGP-1", "lot.1"), SEALED_E_LOT);
	assert_int_equal(sealed_header_belongs(&h->header, "SDGP-2", "lot.2"), SEALED_E_LOT);
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		struct opened o = {
			{g_byte_array_new(), g_byte_array_new(), g_byte_array_new()}, false};
		uint8_t digest[SEALED_DIGEST_LEN];

		assert_int_equal(read_all(h->sealed->data, h->sealed->len, pieces[i], NULL, &o,
					 digest, NULL),
			0);
		assert_memory_equal(digest, h->digest, sizeof digest);
		assert_false(o.saw_manifest);
		assert_int_equal(read_all(h->sealed->data, h->sealed->len, pieces[i], h->key, &o,
					 digest, NULL),
			0);
		assert_memory_equal(digest, h->digest, sizeof digest);
		assert_true(o.saw_manifest);
		assert_int_equal(o.files[0]->len, 11);
		assert_memory_equal(o.files[0]->data, h->data, 11);
		assert_int_equal(o.files[1]->len, 0);
		assert_int_equal(o.files[2]->len, DATA_LEN - 11);
		assert_memory_equal(o.files[2]->data, h->data + 11, DATA_LEN - 11);
		for (int f = 0; f < 3; f++)
			g_byte_array_unref(o.files[f]);
	}
}

/* The holders' way to the same key. */
static void test_holders_open(void **state)
{
	struct house *h = *state;
	struct shamir_share shares[2];
	char context[SEALED_CONTEXT_SIZE];
	uint8_t key[SEALED_KEY_LEN];

	sealed_header_context(&h->header, context);
	assert_int_equal(
		sealed_slots_open(&h->header.holders, h->holders[2], context, &shares[0]), 0);
	assert_int_equal(
		sealed_slots_open(&h->header.holders, h->holders[0], context, &shares[1]), 0);
	assert_int_equal(
		sealed_combine(&h->header.holders, shares, 1, key, NULL), SEALED_E_FEW_SHARES);
	assert_int_equal(sealed_combine(&h->header.holders, shares, 2, key, NULL), 0);
	assert_memory_equal(key, h->key, sizeof key);
	assert_int_equal(sealed_header_open_slot(&h->header, h->holders[0], key), SEALED_E_SLOT);
}

static void flip_expect(
	struct house *h, size_t at, const uint8_t *key, int want, uint32_t want_chunk)
{
	uint32_t chunk = 0;
	int got;

	h->sealed->data[at] ^= 0x10;
	got = verdict(h, key, &chunk);
	h->sealed->data[at] ^= 0x10;
	if (got != want || chunk != want_chunk)
		print_error("byte %zu: %d at chunk %u\n", at, got, chunk);
	assert_int_equal(got, want);
	assert_int_equal(chunk, want_chunk);
}

static void test_flip_in_every_region(void **state)
{
	struct house *h = *state;
	uint64_t offset;
	size_t len;

	for (size_t at = 0; at < 8; at++)
		flip_expect(h, at, h->key, SEALED_E_MAGIC, 0);
	for (size_t at = 8; at < 12; at++) {
		uint32_t chunk;
		int got;

		h->sealed->data[at] ^= 0x10;
		got = verdict(h, h->key, &chunk);
		h->sealed->data[at] ^= 0x10;
		assert_int_equal(got, SEALED_E_HEADER);
	}
	for (uint32_t c = 0; c < sealed_n_chunks(&h->header); c++) {
		sealed_chunk_place(&h->header, c, &offset, &len);
		for (size_t at = offset; at < offset + len; at += 97)
			flip_expect(h, at, h->key, c == 0 ? SEALED_E_MANIFEST : SEALED_E_CHUNK, c);
		flip_expect(h, offset + len - 1, h->key,
			c == 0 ? SEALED_E_MANIFEST : SEALED_E_CHUNK, c);
	}
	/* without a key the same flips show in the receipt digest alone */
	uint8_t digest[SEALED_DIGEST_LEN];
	h->sealed->data[offset] ^= 1;
	assert_int_equal(
		read_all(h->sealed->data, h->sealed->len, 999, NULL, NULL, digest, NULL), 0);
	h->sealed->data[offset] ^= 1;
	assert_memory_not_equal(digest, h->digest, sizeof digest);
}

/* Every byte of the header: either it is no header any more, or nothing opens under it. */
static void test_flip_in_header(void **state)
{
	struct house *h = *state;

	for (size_t at = 12; at < h->header.len; at++) {
		int got;

		h->sealed->data[at] ^= 1;
		got = verdict(h, h->key, NULL);
		h->sealed->data[at] ^= 1;
		if (got != SEALED_E_HEADER && got != SEALED_E_MANIFEST && got != SEALED_E_KEY)
			print_error("byte %zu: %d\n", at, got);
		assert_true(
			got == SEALED_E_HEADER || got == SEALED_E_MANIFEST || got == SEALED_E_KEY);
	}
	assert_int_equal(verdict(h, h->key, NULL), 0);
}

static void test_cut_and_longer(void **state)
{
	struct house *h = *state;
	guint len = h->sealed->len;

	for (guint cut = 1; cut < len; cut += cut < 40 ? 1 : 211) {
		assert_int_equal(
			read_all(h->sealed->data, len - cut, 4096, h->key, NULL, NULL, NULL),
			SEALED_E_TRUNCATED);
		assert_int_equal(read_all(h->sealed->data, len - cut, 4096, NULL, NULL, NULL, NULL),
			SEALED_E_TRUNCATED);
	}
	assert_int_equal(
		read_all(h->sealed->data, 0, 1, NULL, NULL, NULL, NULL), SEALED_E_TRUNCATED);
	g_byte_array_append(h->sealed, (const guint8 *)"", 1);
	assert_int_equal(verdict(h, NULL, NULL), SEALED_E_TRAILING);
	assert_int_equal(verdict(h, h->key, NULL), SEALED_E_TRAILING);
}

static void test_chunks_do_not_move(void **state)
{
	struct house *h = *state;
	uint8_t one[4096 + SEALED_TAG_LEN];
	uint64_t first, second;
	uint32_t chunk;
	size_t len;

	sealed_chunk_place(&h->header, 1, &first, &len);
	sealed_chunk_place(&h->header, 2, &second, &len);
	memcpy(one, h->sealed->data + first, sizeof one);
	memcpy(h->sealed->data + first, h->sealed->data + second, sizeof one);
	memcpy(h->sealed->data + second, one, sizeof one);
	assert_int_equal(verdict(h, h->key, &chunk), SEALED_E_CHUNK);
	assert_int_equal(chunk, 1);
}

static void test_any_chunk_alone(void **state)
{
	struct house *h = *state;
	uint8_t plain[4096 + SEALED_TAG_LEN];

	for (uint32_t c = sealed_n_chunks(&h->header) - 1; c > 0; c--) {
		uint64_t offset;
		size_t len;

		sealed_chunk_place(&h->header, c, &offset, &len);
		assert_int_equal(sealed_chunk_open(&h->header, h->key, c, h->sealed->data + offset,
					 len, plain),
			0);
		assert_memory_equal(plain, h->data + (c - 1) * 4096, len - SEALED_TAG_LEN);
	}
}

static void test_wrong_key(void **state)
{
	struct house *h = *state;
	uint8_t key[SEALED_KEY_LEN] = {0};

	assert_int_equal(verdict(h, key, NULL), SEALED_E_KEY);
}

static int refuse(void *ctx, const struct sealed_header *header)
{
	return sealed_header_belongs(header, "SDGP-1", "lot.1");
}

static int refuse_bytes(void *ctx, size_t file, const uint8_t *bytes, size_t len)
{
	return -ENOSPC;
}

static void test_events_stop(void **state)
{
	struct house *h = *state;
	const struct sealed_reader_events stop_early = {.header = refuse};
	const struct sealed_reader_events stop_late = {.bytes = refuse_bytes};
	struct sealed_reader *r = sealed_reader_new(&stop_early, NULL);
	uint8_t digest[SEALED_DIGEST_LEN];

	assert_int_equal(sealed_reader_feed(r, h->sealed->data, h->sealed->len), SEALED_E_LOT);
	assert_int_equal(sealed_reader_finish(r, digest), SEALED_E_LOT);
	sealed_reader_free(r);
	r = sealed_reader_new(&stop_late, NULL);
	sealed_reader_set_key(r, h->key);
	assert_int_equal(sealed_reader_feed(r, h->sealed->data, h->sealed->len), -ENOSPC);
	sealed_reader_free(r);
}

/*
 * What a dishonest bidder can make with the true key: a manifest that names documents other than
 * those that follow, and one signed by another key.
 */
static void reseal_manifest(struct house *h, const char *text, EVP_PKEY *signer)
{
	g_autoptr(GString) s = g_string_new(text);
	uint8_t plain[4096 + SEALED_TAG_LEN];

	assert_int_equal(sealed_manifest_sign(s, &h->header, signer, plain), 0);
	assert_int_equal(sealed_chunk_seal(&h->header, h->key, 0, plain, 4096,
				 h->sealed->data + h->header.len),
		0);
}

static void test_dishonest_manifest(void **state)
{
	struct house *h = *state;
	struct p256_public bidder;
	g_autoptr(GString) text = NULL;
	static const struct {
		const char *from, *to;
		int code;
	} changes[] = {
		{"\"v\":1", "\"v\":2", SEALED_E_MANIFEST},
		{"\"v\":1", "\"v\":1,\"w\":1", SEALED_E_MANIFEST},
		{"91370000MA3C000001", "91370000MA3C00000", SEALED_E_MANIFEST},
		{"91370000MA3C000001", "91370000ma3c000001", SEALED_E_MANIFEST},
		{"\"1267500.00\"", "\"-1\"", SEALED_E_MANIFEST},
		{"\"1267500.00\"", "\"1,267,500\"", SEALED_E_MANIFEST},
		{"\"1267500.00\"", "1267500", SEALED_E_MANIFEST},
		{"\"CNY\"", "\"cny\"", SEALED_E_MANIFEST},
		{"\"currency\":\"CNY\",", "", SEALED_E_MANIFEST},
		{"empty.bin", "../empty", SEALED_E_MANIFEST},
		{"empty.bin", "..", SEALED_E_MANIFEST},
		{"empty.bin", "a\\\\b", SEALED_E_MANIFEST},
		{"empty.bin", "a\\u001fb", SEALED_E_MANIFEST},
		{"empty.bin", "\u62a5\u4ef7.txt", SEALED_E_MANIFEST},
		{"\"size\":0", "\"size\":-1", SEALED_E_MANIFEST},
		{"\"size\":0", "\"size\":1", SEALED_E_MANIFEST},
		{"\"public_key\":\"M", "\"public_key\":\"N", SEALED_E_MANIFEST},
		{"{", "{ ", SEALED_E_MANIFEST},
		{"\u793a\u4f8b", "\u793a\u8303", 0},
	};

	assert_int_equal(p256_public_of(h->bidder, &bidder), 0);
	assert_int_equal(sealed_manifest_text(&h->plan.offer, &bidder, &text), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(GString) bad = g_string_new(text->str);
		uint32_t chunk;

		assert_int_equal(g_string_replace(bad, changes[i].from, changes[i].to, 1), 1);
		reseal_manifest(h, bad->str, h->bidder);
		assert_int_equal(verdict(h, h->key, &chunk), changes[i].code);
		assert_int_equal(chunk, changes[i].code ? 0 : 4);
	}
	reseal_manifest(h, text->str, h->holders[0]);
	assert_int_equal(verdict(h, h->key, NULL), SEALED_E_SIGNATURE);

	h->files[2].sha256[0] ^= 1;
	g_autoptr(GString) other = NULL;
	assert_int_equal(sealed_manifest_text(&h->plan.offer, &bidder, &other), 0);
	reseal_manifest(h, other->str, h->bidder);
	assert_int_equal(verdict(h, h->key, NULL), SEALED_E_FILE);

	/* a byte in the padding */
	uint8_t plain[4096 + SEALED_TAG_LEN];
	assert_int_equal(sealed_manifest_sign(text, &h->header, h->bidder, plain), 0);
	plain[4095] = 1;
	assert_int_equal(sealed_chunk_seal(&h->header, h->key, 0, plain, 4096,
				 h->sealed->data + h->header.len),
		0);
	assert_int_equal(verdict(h, h->key, NULL), SEALED_E_MANIFEST);
}

static void test_refused_plans(void **state)
{
	struct house *h = *state;
	g_autoptr(GByteArray) out = g_byte_array_new();
	const struct sealed_out to = {append, out};
	struct sealed_writer *w = NULL;
	struct sealed_plan plan;
	EVP_PKEY *ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	g_autofree char *long_id = g_strnfill(SEALED_ID_SIZE, 'a');

#define REFUSED(change, code)                                              \
	do {                                                               \
		plan = h->plan;                                            \
		change;                                                    \
		assert_int_equal(sealed_writer_new(&plan, &to, &w), code); \
		assert_null(w);                                            \
		assert_int_equal(out->len, 0);                             \
	} while (0)
	REFUSED(plan.project = "a/b", SEALED_E_OFFER);
	REFUSED(plan.project = "", SEALED_E_OFFER);
	REFUSED(plan.lot = long_id, SEALED_E_OFFER);
	REFUSED(plan.chunk_size = 5000, SEALED_E_OFFER);
	REFUSED(plan.chunk_size = 8u << 20, SEALED_E_OFFER);
	REFUSED(plan.bidder = ed, SEALED_E_OFFER);
	REFUSED(plan.k = 4, SEALED_E_SLOTS);
	REFUSED(plan.n = 0, SEALED_E_SLOTS);
	REFUSED(plan.offer.bidder_name = "", SEALED_E_OFFER);
	REFUSED(plan.offer.bidder_name = "\xff", SEALED_E_OFFER);
	REFUSED(plan.offer.offer = json_null(), SEALED_E_OFFER);
	REFUSED(h->files[1].name = "a/b", SEALED_E_OFFER);
	REFUSED(h->files[1].name = "\xff", SEALED_E_OFFER);
	REFUSED(h->files[1].name = h->files[0].name, SEALED_E_OFFER);
	EVP_PKEY_free(ed);
}

static int disk_full(void *ctx, const void *bytes, size_t len)
{
	return -ENOSPC;
}

/* Files that changed between the two readings. */
static void test_other_documents(void **state)
{
	struct house *h = *state;
	g_autoptr(GByteArray) out = g_byte_array_new();
	const struct sealed_out to = {append, out}, full = {disk_full, NULL};
	struct sealed_writer *w = NULL;
	uint8_t digest[SEALED_DIGEST_LEN];

	assert_int_equal(sealed_writer_new(&h->plan, &full, &w), -ENOSPC);
	assert_int_equal(sealed_writer_new(&h->plan, &to, &w), 0);
	assert_int_equal(sealed_writer_put(w, h->data, DATA_LEN - 1), 0);
	assert_int_equal(sealed_writer_finish(w, digest), SEALED_E_TRUNCATED);
	sealed_writer_free(w);
	assert_int_equal(sealed_writer_new(&h->plan, &to, &w), 0);
	assert_int_equal(sealed_writer_put(w, h->data, DATA_LEN), 0);
	assert_int_equal(sealed_writer_put(w, "x", 1), SEALED_E_TRAILING);
	sealed_writer_free(w);
	h->data[DATA_LEN - 1] ^= 1;
	assert_int_equal(sealed_writer_new(&h->plan, &to, &w), 0);
	assert_int_equal(sealed_writer_put(w, h->data, DATA_LEN), SEALED_E_FILE);
	sealed_writer_free(w);
}

/* An offer of words alone, and one whose documents fill their chunks exactly. */
static void test_borders(void **state)
{
	struct house *h = *state;
	static const size_t lens[] = {0, 1, 4095, 4096, 4097, 8192};

	for (size_t i = 0; i < G_N_ELEMENTS(lens); i++) {
		g_autoptr(GByteArray) out = g_byte_array_new();
		struct sealed_writer *w = NULL;
		uint8_t digest[SEALED_DIGEST_LEN], again[SEALED_DIGEST_LEN], key[SEALED_KEY_LEN];
		struct sealed_header header;

		h->plan.offer.n_files = lens[i] > 0;
		describe(&h->files[0], "a", h->data, lens[i]);
		assert_int_equal(
			sealed_writer_new(&h->plan, &(struct sealed_out){append, out}, &w), 0);
		assert_int_equal(sealed_writer_put(w, h->data, lens[i]), 0);
		assert_int_equal(sealed_writer_finish(w, digest), 0);
		sealed_writer_free(w);
		assert_int_equal(sealed_header_parse(out->data, out->len, &header), 0);
		assert_int_equal(sealed_n_chunks(&header), 1 + (lens[i] + 4095) / 4096);
		assert_int_equal(sealed_total_len(&header), out->len);
		assert_int_equal(sealed_header_open_slot(&header, h->bidder, key), 0);
		assert_int_equal(read_all(out->data, out->len, 1000, key, NULL, again, NULL), 0);
		assert_memory_equal(digest, again, sizeof again);
	}
}

/* A bid that WebCrypto made. */
static void test_vector(void **state)
{
	json_auto_t *v = json_load_file(VECTORS "/sealed_bid.json", 0, NULL);
	const char *b64, *digest_hex, *bidder_pem, *key_hex, *manifest;
	uint8_t want[SEALED_DIGEST_LEN], digest[SEALED_DIGEST_LEN], key[SEALED_KEY_LEN],
		want_key[SEALED_KEY_LEN];
	struct opened o = {{g_byte_array_new(), g_byte_array_new(), g_byte_array_new()}, false};
	struct sealed_header header;
	EVP_PKEY *bidder = NULL;
	gsize len;

	assert_int_equal(
		json_unpack(v, "{ss ss ss ss ss}", "sealed", &b64, "receipt_digest", &digest_hex,
			"content_key", &key_hex, "bidder", &bidder_pem, "manifest", &manifest),
		0);
	g_autofree uint8_t *sealed = g_base64_decode(b64, &len);
	assert_true(hex_decode_exact(digest_hex, 64, want, sizeof want));
	assert_true(hex_decode_exact(key_hex, 64, want_key, sizeof want_key));
	assert_int_equal(sealed_header_parse(sealed, len, &header), 0);
	assert_string_equal(header.lot, "lot.2");
	assert_int_equal(p256_private_from_pem(bidder_pem, strlen(bidder_pem), &bidder), 0);
	assert_int_equal(sealed_header_open_slot(&header, bidder, key), 0);
	assert_memory_equal(key, want_key, sizeof key);
	assert_int_equal(read_all(sealed, len, 777, key, &o, digest, NULL), 0);
	assert_memory_equal(digest, want, sizeof want);
	assert_memory_equal(o.files[0]->data, "1267500.00\n", 11);
	assert_int_equal(o.files[2]->len, 9000);

	struct sealed_manifest *m = NULL;
	assert_int_equal(sealed_manifest_parse(manifest, strlen(manifest), &m), 0);
	assert_int_equal(m->files[2].offset, 11);
	assert_int_equal(decimal_cmp(m->price, decimal_from_int(1267500)), 0);
	sealed_manifest_free(m);
	for (int f = 0; f < 3; f++)
		g_byte_array_unref(o.files[f]);
	EVP_PKEY_free(bidder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_holders_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flip_in_every_region, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flip_in_header, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_and_longer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_chunks_do_not_move, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_any_chunk_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_events_stop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_dishonest_manifest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused_plans, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_documents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_borders, set_up, tear_down),
		cmocka_unit_test(test_vector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
