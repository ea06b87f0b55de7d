/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/bid_file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>

#include "proto/sealed_writer.h"

#define BID "01m85qpq9cfakqps1c066tgdf7"
#define FIRST_LEN 5000u /* ends within the second chunk of documents */
#define DATA_LEN 20000u
#define CHUNK 4096u

/* A sealed bid of two documents in chunks of 4 KiB, and a data directory. */
struct place {
	char dir[32];
	uint8_t data[DATA_LEN];
	GByteArray *sealed;
	uint8_t digest[SEALED_DIGEST_LEN], key[SEALED_KEY_LEN];
	struct sealed_header header;
};

static int append(void *ctx, const void *bytes, size_t len)
{
	g_byte_array_append(ctx, bytes, (guint)len);
	return 0;
}

static void seal(struct place *p)
{
	EVP_PKEY *bidder, *holder;
	struct p256_public public;
	struct sealed_writer *w;
	struct sealed_file files[] = {
		{.name = "a", .size = FIRST_LEN}, {.name = "b", .size = DATA_LEN - FIRST_LEN}};
	json_t *offer = json_pack("{ss ss}", "price_form", "other", "price", "90");
	size_t at = 0;

	for (size_t i = 0; i < 2; at += files[i++].size)
		assert_int_equal(EVP_Digest(p->data + at, files[i].size, files[i].sha256, NULL,
					 EVP_sha256(), NULL),
			1);
	assert_int_equal(p256_generate(&bidder), 0);
	assert_int_equal(p256_generate(&holder), 0);
	assert_int_equal(p256_public_of(holder, &public), 0);
	struct sealed_plan plan = {
		.project = "p",
		.lot = "l",
		.k = 1,
		.n = 1,
		.holders = &public,
		.bidder = bidder,
		.offer = {"\u793a\u4f8b", "91370000MA3C000001", offer, files, 2},
		.chunk_size = CHUNK,
	};
	p->sealed = g_byte_array_new();
	assert_int_equal(sealed_writer_new(&plan, &(struct sealed_out){append, p->sealed}, &w), 0);
	assert_int_equal(sealed_writer_put(w, p->data, DATA_LEN), 0);
	assert_int_equal(sealed_writer_finish(w, p->digest), 0);
	sealed_writer_free(w);
	assert_int_equal(sealed_header_parse(p->sealed->data, p->sealed->len, &p->header), 0);
	assert_int_equal(sealed_header_open_slot(&p->header, bidder, p->key), 0);
	EVP_PKEY_free(bidder);
	EVP_PKEY_free(holder);
	json_decref(offer);
}

static int set_up(void **state)
{
	struct place *p = g_new0(struct place, 1);

	strcpy(p->dir, "/tmp/bid_file_test.XXXXXX");
	assert_non_null(g_mkdtemp(p->dir));
	for (size_t i = 0; i < DATA_LEN; i++)
		p->data[i] = (uint8_t)(i * 13 + i / 256);
	seal(p);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	g_autofree char *bids = g_build_filename(p->dir, "bids", NULL);

	assert_int_equal(bid_file_remove(p->dir, BID), 0);
	assert_int_equal(bid_file_remove(p->dir, BID), 0); /* nothing there is no fault */
	g_rmdir(bids);
	assert_int_equal(g_rmdir(p->dir), 0);
	g_byte_array_unref(p->sealed);
	g_free(p);
	return 0;
}

static void write_at(const struct place *p, size_t at, const uint8_t *bytes, size_t len)
{
	g_autoptr(GBytes) piece = g_bytes_new(bytes, len);

	assert_int_equal(bid_file_write(p->dir, BID, (int64_t)at, piece), 0);
}

static void write_whole(const struct place *p)
{
	for (size_t at = 0; at < p->sealed->len; at += 7000)
		write_at(p, at, p->sealed->data + at, MIN(7000, p->sealed->len - at));
}

static bool holds(const struct place *p, size_t at, const uint8_t *bytes, size_t len)
{
	g_autoptr(GBytes) piece = g_bytes_new(bytes, len);
	bool same;

	assert_int_equal(bid_file_holds(p->dir, BID, (int64_t)at, piece, &same), 0);
	return same;
}

static void test_pieces(void **state)
{
	struct place *p = *state;
	g_autofree char *path = g_strdup_printf("%s/bids/" BID ".sealed", p->dir);
	g_autoptr(GBytes) late = g_bytes_new("x", 1);
	struct stat st;

	assert_int_equal(bid_file_write(p->dir, BID, 5, late), -ENOENT); /* no first piece */
	write_whole(p);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, p->sealed->len);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(holds(p, 100, p->sealed->data + 100, 9000));
	assert_false(holds(p, 101, p->sealed->data + 100, 9000));
	assert_false(holds(p, p->sealed->len - 5, p->sealed->data, 6)); /* beyond the end */
}

static void test_inspect(void **state)
{
	struct place *p = *state;
	BID_INSPECTION_AUTO struct bid_inspection found = {0}, none = {0};

	write_whole(p);
	assert_int_equal(bid_file_inspect(p->dir, BID, &found), 0);
	assert_memory_equal(found.receipt_digest, p->digest, sizeof(p->digest));
	assert_string_equal(found.header.lot, "l");
	assert_int_equal(g_bytes_get_size(found.header_bytes), p->header.len);
	assert_memory_equal(
		g_bytes_get_data(found.header_bytes, NULL), p->sealed->data, p->header.len);

	write_at(p, p->sealed->len, (const uint8_t *)"x", 1);
	assert_int_equal(bid_file_inspect(p->dir, BID, &none), SEALED_E_TRAILING);
	assert_int_equal(bid_file_remove(p->dir, BID), 0);
	write_at(p, 0, p->sealed->data, p->sealed->len - 1);
	assert_int_equal(bid_file_inspect(p->dir, BID, &none), SEALED_E_TRUNCATED);
	write_at(p, 0, (const uint8_t *)"%PDF", 4);
	assert_int_equal(bid_file_inspect(p->dir, BID, &none), SEALED_E_MAGIC);
}

static void test_open(void **state)
{
	struct place *p = *state;
	g_autofree char *manifest = NULL, *none = NULL;
	uint8_t other[SEALED_KEY_LEN] = {1}, byte;
	uint64_t place;
	size_t len;

	write_whole(p);
	assert_int_equal(bid_file_open(p->dir, BID, other, &none), SEALED_E_KEY);
	assert_int_equal(bid_file_open(p->dir, BID, p->key, &manifest), 0);
	assert_non_null(strstr(manifest, "\"credit_code\":\"91370000MA3C000001\""));
	sealed_chunk_place(&p->header, 3, &place, &len);
	byte = p->sealed->data[place] ^ 1;
	write_at(p, place, &byte, 1);
	assert_int_equal(bid_file_open(p->dir, BID, p->key, &none), SEALED_E_CHUNK);
	assert_null(none);
}

/* Every border between chunks and documents. */
static void test_document(void **state)
{
	struct place *p = *state;
	struct bid_document d;
	g_autoptr(GByteArray) all = g_byte_array_new();

	write_whole(p);
	assert_int_equal(bid_document_open(p->dir, BID, &d), 0);
	memcpy(d.key, p->key, sizeof(d.key));
	d.offset = FIRST_LEN;
	d.size = DATA_LEN - FIRST_LEN;
	while (all->len < d.size) {
		g_autoptr(GBytes) piece = NULL;
		assert_int_equal(bid_document_read(&d, all->len, d.size - all->len, &piece), 0);
		assert_in_range(g_bytes_get_size(piece), 1, CHUNK);
		g_byte_array_append(
			all, g_bytes_get_data(piece, NULL), (guint)g_bytes_get_size(piece));
	}
	assert_int_equal(all->len, d.size);
	assert_memory_equal(all->data, p->data + FIRST_LEN, d.size);

	g_autoptr(GBytes) piece = NULL, none = NULL;
	d.offset = 0;
	assert_int_equal(bid_document_read(&d, FIRST_LEN - 1, 1, &piece), 0);
	assert_int_equal(g_bytes_get_size(piece), 1);
	assert_memory_equal(g_bytes_get_data(piece, NULL), p->data + FIRST_LEN - 1, 1);
	d.key[0] ^= 1;
	assert_int_equal(bid_document_read(&d, 0, 10, &none), SEALED_E_CHUNK);
	bid_document_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pieces, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_inspect, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_document, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
