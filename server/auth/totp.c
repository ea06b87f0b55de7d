/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/auth/totp.h"

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "server/auth/token.h"

void totp_code(const uint8_t *secret, size_t secret_len, int64_t step,
	char ret_code[static TOTP_CODE_SIZE])
{
	uint64_t counter = GUINT64_TO_BE((uint64_t)step);
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	HMAC(EVP_sha1(), secret, (int)secret_len, (const uint8_t *)&counter, sizeof(counter), mac,
		&len);
	const uint8_t *at = mac + (mac[len - 1] & 15);
	uint32_t number = ((uint32_t)(at[0] & 0x7f) << 24) | ((uint32_t)at[1] << 16) |
			  ((uint32_t)at[2] << 8) | at[3];
	g_snprintf(ret_code, TOTP_CODE_SIZE, "%06u", number % 1000000);
}

int totp_verify(const uint8_t *secret, size_t secret_len, const char *code, int64_t now_us,
	int64_t last_step, int64_t *ret_step)
{
	int64_t now = now_us / (TOTP_STEP_S * G_USEC_PER_SEC);
	int result = TOTP_E_WRONG;

	for (int64_t step = now - 1; step <= now + 1; step++) {
		char expected[TOTP_CODE_SIZE];
		totp_code(secret, secret_len, step, expected);
		if (!token_equal(expected, code))
			continue;
		if (step > last_step) {
			*ret_step = step;
			return 0;
		}
		result = TOTP_E_USED;
	}
	return result;
}

char *totp_secret_text(const uint8_t *secret, size_t secret_len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	GString *text = g_string_new(NULL);
	unsigned bits = 0;
	uint32_t held = 0;

	for (size_t i = 0; i < secret_len; i++) {
		held = held << 8 | secret[i];
		for (bits += 8; bits >= 5; bits -= 5)
			g_string_append_c(text, digits[(held >> (bits - 5)) & 31]);
	}
	if (bits)
		g_string_append_c(text, digits[(held << (5 - bits)) & 31]);
	return g_string_free(text, FALSE);
}

char *totp_uri(const uint8_t *secret, size_t secret_len, const char *issuer, const char *login)
{
	g_autofree char *text = totp_secret_text(secret, secret_len);
	g_autofree char *by = g_uri_escape_string(issuer, NULL, FALSE);
	g_autofree char *who = g_uri_escape_string(login, NULL, FALSE);

	return g_strdup_printf("otpauth://totp/%s:%s?secret=%s&issuer=%s", by, who, text, by);
}
