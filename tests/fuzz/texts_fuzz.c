/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/base64.h"
#include "proto/decimal.h"
#include "proto/hex.h"
#include "proto/ident.h"
#include "server/core/clock.h"
#include "server/core/fields.h"

#include <string.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_decimal(const char *text, size_t len)
{
	char buf[DECIMAL_TEXT_SIZE];
	struct decimal d, back, product;

	if (decimal_parse(text, len, &d) != 0)
		return;
	g_assert(decimal_in_range(d));
	decimal_format_exact(d, buf);
	g_assert(decimal_parse_text(buf, &back) == 0 && decimal_cmp(d, back) == 0);
	/* Rounding to six places changes nothing, and goes to the nearest otherwise. */
	g_assert(decimal_cmp(decimal_round(d, 6), d) == 0);
	for (unsigned places = 0; places <= 6; places++)
		decimal_format(d, places, buf);
	if (decimal_sign(d) && decimal_mul_div(d, d, d, 6, &product) == 0)
		g_assert(decimal_cmp(product, d) == 0);
}

static void try_time(const char *text)
{
	char buf[CLOCK_TEXT_SIZE];
	int64_t us, back;

	if (clock_parse(text, &us) != 0)
		return;
	/* Years 0000 and 9999 may be left by a zone's hours; the text is clamped then. */
	g_assert(clock_parse(clock_format_utc(us, buf), &back) == 0);
	g_assert(back == us || text[0] == '0' || text[0] == '9');
	clock_format_beijing(us, buf);
	clock_format_beijing_date(us, buf);
	g_assert(clock_beijing_day_start_us(us) <= us);
}

static void try_base64(const char *text, size_t len)
{
	size_t n = len / 4 * 3;

	for (size_t pad = 0; pad <= 2 && pad <= n; pad++) {
		g_autofree uint8_t *bytes = g_malloc(n + 1);
		g_autofree char *again = g_malloc(BASE64_SIZE(n));

		if (!base64_decode_exact(text, len, bytes, n - pad))
			continue;
		base64_encode(bytes, n - pad, again);
		g_assert(strlen(again) == len && memcmp(again, text, len) == 0);
	}
}

static void try_hex(const char *text, size_t len)
{
	g_autoptr(GBytes) bytes = hex_decode(text, len);
	g_autofree char *again = NULL;

	if (!bytes)
		return;
	again = hex_encode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_assert(strcmp(again, text) == 0);
}

/* The small texts that everything else is made of; each value has one spelling. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	g_autofree char *text = g_strndup((const char *)data, len);

	try_decimal(text, strlen(text));
	try_time(text);
	try_base64(text, strlen(text));
	try_hex(text, strlen(text));
	if (ident_is_valid(text, strlen(text)))
		g_assert(strlen(text) < IDENT_SIZE);
	return 0;
}
