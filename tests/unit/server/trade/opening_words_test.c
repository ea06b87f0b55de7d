/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/opening_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "proto/ledger_leaf.h"

static json_t *numbers(int from, int to)
{
	json_t *list = json_array();

	for (int no = from; no <= to; no++)
		json_array_append_new(list, json_integer(no));
	return list;
}

/* Bids 1 to a signed, to b declined, to c were silent. */
static char *said(int a, int b, int c)
{
	json_t *lists[] = {numbers(1, a), numbers(a + 1, b), numbers(b + 1, c)};
	char *text = opening_words(lists);

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		json_decref(lists[i]);
	return text;
}

static void test_numbers_alone(void **state)
{
	g_autofree char *text = said(2, 3, 3);

	assert_string_equal(
		text, "开标记录签署情况。已签署：1号、2号。拒绝签署：3号。未作表示：无。");
}

/* Lists and words of as many bids as are listed have room in an event. */
static void test_fits_an_event(void **state)
{
	g_autofree char *most = said(0, OPENING_NUMBERS_MAX, OPENING_NUMBERS_MAX);
	g_autofree char *more = said(7, 9, OPENING_NUMBERS_MAX + 1);

	assert_true(strlen(most) < LEDGER_LEAF_MAX / 4);
	assert_string_equal(
		more, "开标记录签署情况。已签署：7家。拒绝签署：2家。未作表示：992家。");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_alone),
		cmocka_unit_test(test_fits_an_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
