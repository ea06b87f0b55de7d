/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ledger_leaf.h"
#include "server/audit/event.h"

#define LEGAL_US INT64_C(1772355600000000)
#define REAL_US INT64_C(1772355600123456)

/* bsearch finds nothing in a table that is not sorted; names are the type and what happened. */
static void test_kinds_are_sorted(void **state)
{
	size_t n;
	const struct event_kind *kinds = event_kinds(&n);

	assert_true(n > 40);
	for (size_t i = 0; i < n; i++) {
		if (i)
			assert_true(strcmp(kinds[i - 1].name, kinds[i].name) < 0);
		assert_ptr_equal(event_kind_find(kinds[i].name), &kinds[i]);
		assert_true(strlen(kinds[i].name) < 64);
		assert_int_equal(
			kinds[i].name[strspn(kinds[i].name, "abcdefghijklmnopqrstuvwxyz_.")], 0);
	}
	assert_null(event_kind_find("moon.risen"));
	assert_null(event_kind_find(""));
}

static struct event *example(json_t *body)
{
	struct event *e = event_new("notice.published", "01hzzzzzzzzzzzzzzzzzzzzzza", "notice",
		"01hzzzzzzzzzzzzzzzzzzzzzzb", LEGAL_US, REAL_US, body);

	e->subject_no = 3;
	return e;
}

static void test_leaf_says_what_the_event_says(void **state)
{
	EVENT_AUTO struct event *e = example(json_pack("{s:s}", "title", "公告"));
	struct ledger_event leaf;
	json_t *object = NULL;
	uint8_t hash[32];
	size_t len;

	assert_int_equal(event_seal(e), 0);
	const void *bytes = g_bytes_get_data(e->leaf, &len);
	assert_int_equal(ledger_leaf_hash(bytes, len, hash), 0);
	assert_memory_equal(hash, e->leaf_hash, sizeof(hash));
	assert_int_equal(ledger_leaf_decode(bytes, len, &object, &leaf), 0);
	assert_string_equal(leaf.id, e->event_id);
	assert_string_equal(leaf.kind, "notice.published");
	assert_string_equal(leaf.actor, "01hzzzzzzzzzzzzzzzzzzzzzza");
	assert_string_equal(leaf.subject, "notice:01hzzzzzzzzzzzzzzzzzzzzzzb");
	assert_int_equal(leaf.subject_no, 3);
	assert_int_equal(leaf.at_us, LEGAL_US);
	assert_int_equal(leaf.real_us, REAL_US);
	assert_memory_equal(leaf.salt, e->salt, sizeof(e->salt));
	assert_true(json_equal(leaf.body, e->body));
	json_decref(object);
}

/* Sealing is a pure function of the event, and depends on each part of it. */
static void test_every_part_counts(void **state)
{
	EVENT_AUTO struct event *e = example(json_pack("{s:i}", "n", 1));
	uint8_t first[32];

	assert_int_equal(event_seal(e), 0);
	memcpy(first, e->leaf_hash, sizeof(first));
	assert_int_equal(event_seal(e), 0);
	assert_memory_equal(first, e->leaf_hash, sizeof(first));

#define CHANGED(what, back)                                       \
	do {                                                      \
		what;                                             \
		assert_int_equal(event_seal(e), 0);               \
		assert_memory_not_equal(first, e->leaf_hash, 32); \
		back;                                             \
		assert_int_equal(event_seal(e), 0);               \
		assert_memory_equal(first, e->leaf_hash, 32);     \
	} while (0)
	CHANGED(e->subject_no++, e->subject_no--);
	CHANGED(e->legal_us++, e->legal_us--);
	CHANGED(e->real_us++, e->real_us--);
	CHANGED(e->salt[15] ^= 1, e->salt[15] ^= 1);
	CHANGED(e->actor[25] = 'y', e->actor[25] = 'a');
	CHANGED(e->subject[32] = 'y', e->subject[32] = 'b');
	CHANGED(json_object_set_new(e->body, "n", json_integer(2)),
		json_object_set_new(e->body, "n", json_integer(1)));
	CHANGED(e->kind = event_kind_find("notice.returned"),
		e->kind = event_kind_find("notice.published"));
}

static void test_two_events_never_look_alike(void **state)
{
	EVENT_AUTO struct event *a = example(json_object());
	EVENT_AUTO struct event *b = example(json_object());

	assert_string_not_equal(a->event_id, b->event_id);
	assert_memory_not_equal(a->salt, b->salt, sizeof(a->salt));
}

/* Numbers that other programs read differently have no canonical form. */
static void test_body_must_be_canonical(void **state)
{
	EVENT_AUTO struct event *real = example(json_pack("{s:f}", "price", 1.5));
	EVENT_AUTO struct event *huge = example(json_pack("{s:I}", "n", (json_int_t)1 << 60));

	assert_int_equal(event_seal(real), -EINVAL);
	assert_null(real->leaf);
	assert_int_equal(event_seal(huge), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_are_sorted),
		cmocka_unit_test(test_leaf_says_what_the_event_says),
		cmocka_unit_test(test_every_part_counts),
		cmocka_unit_test(test_two_events_never_look_alike),
		cmocka_unit_test(test_body_must_be_canonical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
