/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "proto/reel_check.h"
#include "proto/reel_final.h"

/* proto/vectors/reel: NAME.webm and its finalised copy, NAME.final.webm. */

struct vector {
	char *reel, *copy;
	gsize reel_len, copy_len;
	GArray *entries;
	uint8_t codec;
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
	struct reel_cursor c;

	v.reel = load(name, ".webm", &v.reel_len);
	v.copy = load(name, ".final.webm", &v.copy_len);
	v.entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	reel_cursor_init(&c, (const uint8_t *)v.reel, v.reel_len);
	assert_int_equal(reel_index(&c, v.entries), REEL_END);
	v.codec = c.head.codec;
	return v;
}

static const struct reel_entry *entries(const struct vector *v)
{
	return (const struct reel_entry *)(void *)v->entries->data;
}

static void vector_done(struct vector *v)
{
	g_free(v->reel);
	g_free(v->copy);
	g_array_unref(v->entries);
}

static int take_back(const struct vector *v, uint8_t *data, gsize len, uint64_t *ret_len)
{
	return reel_final_take_back(data, len, entries(v), v->entries->len, ret_len);
}

static void check_vector(const char *name)
{
	struct vector v = vector_load(name);
	g_autoptr(GByteArray) copy = g_byte_array_new();
	struct reel_check check;
	uint64_t len;

	g_byte_array_append(copy, (const uint8_t *)v.reel, (guint)v.reel_len);
	reel_final_fill_head(copy->data, v.codec, entries(&v), v.entries->len);
	reel_final_put_cues(entries(&v), v.entries->len, copy);
	assert_int_equal(copy->len, v.copy_len);
	assert_memory_equal(copy->data, v.copy, v.copy_len);

	assert_int_equal(take_back(&v, copy->data, copy->len, &len), 0);
	assert_int_equal(len, v.reel_len);
	assert_memory_equal(copy->data, v.reel, v.reel_len);
	assert_int_equal(reel_check(copy->data, len, entries(&v), v.entries->len, NULL, &check), 0);
	assert_int_equal(check.findings->len, 0);
	reel_check_done(&check);

	assert_int_equal(take_back(&v, (uint8_t *)v.reel, v.reel_len, &len), REEL_FINAL_NOT);
	assert_int_equal(len, v.reel_len);
	vector_done(&v);
}

static void test_copies(void **state)
{
	check_vector("cam");
	check_vector("mic");
}

/* Every byte that was added is looked at; all others are the digests' business. */
static void test_every_added_byte(void **state)
{
	struct vector v = vector_load("cam");
	gsize n_rooms = 0, n_cues = 0;

	for (gsize i = 0; i < v.copy_len; i++) {
		bool added = i >= v.reel_len || v.copy[i] != v.reel[i];
		g_autofree uint8_t *data = g_memdup2(v.copy, v.copy_len);
		uint64_t len;
		int r;

		if (!added)
			continue;
		data[i] ^= 1;
		r = take_back(&v, data, v.copy_len, &len);
		assert_int_equal(r, i < v.reel_len ? REEL_FINAL_E_ROOMS : REEL_FINAL_E_CUES);
		assert_int_equal(len, v.reel_len);
		assert_memory_equal(data, v.reel, v.reel_len);
		*(i < v.reel_len ? &n_rooms : &n_cues) += 1;
	}
	assert_true(n_rooms > 40 && n_cues > 10);
	vector_done(&v);
}

static void test_cut_and_longer(void **state)
{
	struct vector v = vector_load("mic");
	g_autofree uint8_t *data = g_malloc(v.copy_len + 1);
	uint64_t len = 0;

	memcpy(data, v.copy, v.copy_len);
	data[v.copy_len] = 0;
	assert_int_equal(take_back(&v, data, v.copy_len + 1, &len), REEL_FINAL_E_CUES);
	memcpy(data, v.copy, v.copy_len);
	assert_int_equal(take_back(&v, data, v.copy_len - 1, &len), REEL_FINAL_E_CUES);
	memcpy(data, v.copy, v.copy_len);
	assert_int_equal(take_back(&v, data, v.reel_len, &len), REEL_FINAL_E_CUES);
	memcpy(data, v.copy, v.copy_len);
	len = 7;
	assert_int_equal(take_back(&v, data, v.reel_len - 1, &len), REEL_FINAL_E_SHORT);
	assert_int_equal(len, 7);
	assert_memory_equal(data, v.copy, v.copy_len);
	vector_done(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_every_added_byte),
		cmocka_unit_test(test_cut_and_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
