/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/seat_cert.h"

#include "proto/base64.h"
#include "proto/canon.h"

#include <string.h>

#include <glib.h>

#define DOMAIN "bidroom.seat_cert.v1\n"

static const char *const refusal_codes[] = {
	[SEAT_CERT_E_FORM] = "seat_cert_form",
	[SEAT_CERT_E_KEY] = "seat_cert_key",
	[SEAT_CERT_E_BAD_SIGNATURE] = "seat_cert_bad_signature",
	[SEAT_CERT_E_NOT_YET] = "seat_cert_not_yet",
	[SEAT_CERT_E_EXPIRED] = "seat_cert_expired",
	[SEAT_CERT_E_SCOPE] = "seat_cert_scope",
};

/* Built from the fields, so that a verifier trusts no bytes but those it understood. */
static GString *signed_text(const struct seat_cert *cert, json_t **ret_statement)
{
	json_auto_t *statement = NULL;
	char device_key[BASE64_SIZE(ED25519_KEY_LEN)];
	GString *text;
	int r;

	base64_encode(cert->device_key, ED25519_KEY_LEN, device_key);
	statement = json_pack("{s:s, s:I, s:I, s:I, s:s, s:s}", "device_key", device_key, "epoch",
		(json_int_t)cert->epoch, "not_after_us", (json_int_t)cert->not_after_us,
		"not_before_us", (json_int_t)cert->not_before_us, "seat", cert->seat, "session",
		cert->session);
	g_assert(statement);
	r = canon_dump(statement, &text);
	g_assert(r == 0);
	g_string_prepend(text, DOMAIN);
	if (ret_statement)
		*ret_statement = g_steal_pointer(&statement);
	return text;
}

int seat_cert_build(
	const struct seat_cert *cert, const uint8_t expert_seed[ED25519_KEY_LEN], json_t **ret_json)
{
	json_auto_t *statement = NULL;
	g_autoptr(GString) text = signed_text(cert, &statement);
	uint8_t key[ED25519_KEY_LEN], sig[ED25519_SIG_LEN];
	char key_text[BASE64_SIZE(ED25519_KEY_LEN)], sig_text[BASE64_SIZE(ED25519_SIG_LEN)];
	int r;

	g_assert(ident_is_valid(cert->session, strlen(cert->session)));
	g_assert(ident_is_valid(cert->seat, strlen(cert->seat)));
	r = ed25519_public(expert_seed, key);
	if (r)
		return r;
	r = ed25519_sign(expert_seed, text->str, text->len, sig);
	if (r)
		return r;
	base64_encode(key, sizeof(key), key_text);
	base64_encode(sig, sizeof(sig), sig_text);
	*ret_json = json_pack(
		"{s:O, s:s, s:s}", "statement", statement, "key", key_text, "sig", sig_text);
	g_assert(*ret_json);
	return 0;
}

static bool ident_take(const json_t *object, const char *name, char ret_ident[IDENT_SIZE])
{
	const json_t *value = json_object_get(object, name);
	size_t len = json_string_length(value);

	if (!json_is_string(value) || !ident_is_valid(json_string_value(value), len))
		return false;
	memcpy(ret_ident, json_string_value(value), len + 1);
	return true;
}

static bool bytes_take(const json_t *object, const char *name, uint8_t *ret_bytes, size_t len)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) && base64_decode_exact(json_string_value(value),
						json_string_length(value), ret_bytes, len);
}

/* Times within what a double holds exactly, for verifiers written in JavaScript. */
static bool time_take(const json_t *object, const char *name, int64_t max, int64_t *ret_value)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		json_integer_value(value) > max)
		return false;
	*ret_value = json_integer_value(value);
	return true;
}

int seat_cert_verify(const json_t *json, const uint8_t *expert_key, struct seat_cert *ret_cert,
	uint8_t ret_expert_key[ED25519_KEY_LEN])
{
	const json_t *statement = json_object_get(json, "statement");
	const int64_t time_max = (INT64_C(1) << 53) - 1;
	uint8_t key[ED25519_KEY_LEN], sig[ED25519_SIG_LEN];
	struct seat_cert cert = {0};
	int64_t epoch;
	int r;

	if (json_object_size(json) != 3 || json_object_size(statement) != 6 ||
		!bytes_take(json, "key", key, sizeof(key)) ||
		!bytes_take(json, "sig", sig, sizeof(sig)) ||
		!ident_take(statement, "session", cert.session) ||
		!ident_take(statement, "seat", cert.seat) ||
		!time_take(statement, "epoch", UINT32_MAX, &epoch) ||
		!time_take(statement, "not_before_us", time_max, &cert.not_before_us) ||
		!time_take(statement, "not_after_us", time_max, &cert.not_after_us) ||
		!bytes_take(statement, "device_key", cert.device_key, sizeof(cert.device_key)))
		return SEAT_CERT_E_FORM;
	cert.epoch = (uint32_t)epoch;
	if (expert_key && memcmp(key, expert_key, sizeof(key)) != 0)
		return SEAT_CERT_E_KEY;

	g_autoptr(GString) text = signed_text(&cert, NULL);
	r = ed25519_verify(key, text->str, text->len, sig);
	if (r)
		return r == ED25519_E_BAD_SIGNATURE ? SEAT_CERT_E_BAD_SIGNATURE : r;
	*ret_cert = cert;
	if (ret_expert_key)
		memcpy(ret_expert_key, key, sizeof(key));
	return 0;
}

int seat_cert_check(const struct seat_cert *cert, const char *session, const char *seat,
	uint32_t epoch, const uint8_t device_key[ED25519_KEY_LEN], int64_t now_us)
{
	if (strcmp(cert->session, session) != 0 || strcmp(cert->seat, seat) != 0 ||
		cert->epoch != epoch || memcmp(cert->device_key, device_key, ED25519_KEY_LEN) != 0)
		return SEAT_CERT_E_SCOPE;
	if (now_us < cert->not_before_us)
		return SEAT_CERT_E_NOT_YET;
	if (now_us > cert->not_after_us)
		return SEAT_CERT_E_EXPIRED;
	return 0;
}

const char *seat_cert_refusal_code(int refusal)
{
	g_assert(refusal > 0 && refusal < (int)G_N_ELEMENTS(refusal_codes));
	return refusal_codes[refusal];
}
