/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <jansson.h>

#include "proto/bytes.h"
#include "proto/reel_check.h"

/* proto/vectors/reel: what a recorder got (NAME.messages: length in four bytes, message; length 0
 * is a tick), the reel and the index that this gives. Real VP8 and Opus. */

struct vector {
	char *messages, *webm, *idx;
	gsize messages_len, webm_len, idx_len;
};

static char *load(const char *name, const char *ending, gsize *ret_len)
{
	g_autofree char *path = g_strconcat(VECTORS "/reel/", name, ending, NULL);
	char *content;

	if (!g_file_get_contents(path, &content, ret_len, NULL))
		fail_msg("cannot read %s", path);
	return content;
}

static struct vector vector_load(const char *name)
{
	struct vector v;

	v.messages = load(name, ".messages", &v.messages_len);
	v.webm = load(name, ".webm", &v.webm_len);
	v.idx = load(name, ".idx", &v.idx_len);
	return v;
}

static void vector_done(struct vector *v)
{
	g_free(v->messages);
	g_free(v->webm);
	g_free(v->idx);
}

static void entry_append(GByteArray *idx, const struct reel_entry *entry)
{
	uint8_t bytes[REEL_ENTRY_LEN];

	if (!entry->length)
		return;
	reel_entry_encode(entry, bytes);
	g_byte_array_append(idx, bytes, sizeof(bytes));
}

static void record(
	const struct vector *v, const struct reel_head *head, GByteArray *webm, GByteArray *idx)
{
	const uint8_t *p = (const uint8_t *)v->messages, *end = p + v->messages_len;
	struct reel_writer *w;
	struct reel_entry entry;

	assert_int_equal(reel_writer_new(head, NULL, webm, &entry, &w), 0);
	entry_append(idx, &entry);
	while (p < end) {
		uint32_t len = be32_get(p);

		p += 4;
		if (len)
			assert_int_equal(reel_writer_put(w, p, len, webm, &entry), 0);
		else
			assert_int_equal(reel_writer_close_cluster(w, webm, &entry), 0);
		entry_append(idx, &entry);
		p += len;
	}
	reel_writer_free(w);
}

static void check_vector(const char *name, const uint8_t *device_key, uint64_t n_blocks)
{
	struct vector v = vector_load(name);
	g_autoptr(GByteArray) webm = g_byte_array_new(), idx = g_byte_array_new();
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_cursor c;
	struct reel_check rc;

	reel_cursor_init(&c, (const uint8_t *)v.webm, v.webm_len);
	assert_int_equal(reel_index(&c, entries), REEL_END);
	assert_int_equal(entries->len * REEL_ENTRY_LEN, v.idx_len);
	record(&v, &c.head, webm, idx);
	assert_int_equal(webm->len, v.webm_len);
	assert_memory_equal(webm->data, v.webm, webm->len);
	assert_int_equal(idx->len, v.idx_len);
	assert_memory_equal(idx->data, v.idx, idx->len);
	assert_int_equal(
		reel_check((const uint8_t *)v.webm, v.webm_len,
			(const struct reel_entry *)entries->data, entries->len, device_key, &rc),
		0);
	assert_int_equal(rc.findings->len, 0);
	assert_int_equal(rc.n_blocks, n_blocks);
	assert_int_equal(rc.n_proven, n_blocks);
	reel_check_done(&rc);
	vector_done(&v);
}

static void test_reels(void **state)
{
	uint8_t seed[ED25519_KEY_LEN], key[ED25519_KEY_LEN];

	for (uint8_t i = 0; i < sizeof(seed); i++)
		seed[i] = i; /* device_seed of room.json */
	assert_int_equal(ed25519_public(seed, key), 0);
	check_vector("cam", key, 60);
	check_vector("mic", key, 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
