/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

#include "proto/ed25519.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"

static const struct field fields[] = {
	{"purpose", FIELD_NAME, true, 1, 16},
	{"alg", FIELD_NAME, true, 1, 16},
	{"public_key", FIELD_BASE64, true, 32, 512},
	{"label", FIELD_TEXT, false, 1, 100},
	{NULL},
};

/* What a key may be for, what it must be, and who may have one. */
static const struct {
	const char *purpose, *alg;
	uint32_t role;
} purposes[] = {
	{"bidder", "p256", ROLE_BIDDER},
	{"holder", "p256", ROLE_HOLDER},
	{"expert", "ed25519", ROLE_EXPERT},
	/* Certifies the device of those whose seat is not drawn. */
	{"seat", "ed25519",
		ROLE_AGENCY | ROLE_BIDDER | ROLE_HOST | ROLE_SUPERVISOR | ROLE_VENUE |
			ROLE_WITNESS},
};

/* A SubjectPublicKeyInfo that holds a point on P-256 and nothing after it. */
static bool is_p256(GBytes *der)
{
	size_t len;
	const unsigned char *at = g_bytes_get_data(der, &len), *end = at + len;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)len);
	char group[32] = "";
	bool ok = key && at == end &&
		  EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
		  strcmp(group, "prime256v1") == 0;

	EVP_PKEY_free(key);
	return ok;
}

static int check_key(struct act *a, const char *alg, GBytes *key)
{
	bool ok =
		strcmp(alg, "p256") == 0 ? is_p256(key) : g_bytes_get_size(key) == ED25519_KEY_LEN;

	return ok ? 0
		  : refuse(a->refusal, "account.key_bad", "public_key",
			    "it is not a public key of algorithm %s", alg);
}

static int check_purpose(struct act *a, const char *purpose, const char *alg)
{
	for (size_t i = 0; i < G_N_ELEMENTS(purposes); i++) {
		if (strcmp(purposes[i].purpose, purpose) != 0)
			continue;
		if (!act_has_role(a, purposes[i].role))
			return act_denied(a, "this account has no use for such a key");
		if (strcmp(purposes[i].alg, alg) != 0)
			return refuse(a->refusal, "account.key_bad", "alg", "use %s for it",
				purposes[i].alg);
		return 0;
	}
	return refuse(a->refusal, "account.key_bad", "purpose", "bidder, holder, expert or seat");
}

/* The id of a key is the SHA-256 of its bytes, cut to 32 hex digits: the same everywhere. */
static void key_id(GBytes *key, char ret[static 33])
{
	uint8_t hash[32];
	size_t len;
	const void *bytes = g_bytes_get_data(key, &len);

	SHA256(bytes, len, hash);
	g_autofree char *hex = hex_encode(hash, 16);
	g_strlcpy(ret, hex, 33);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GBytes) bytes = in_base64(in, "public_key");
	struct account_key key = {.public_key = bytes, .label = (char *)in_text(in, "label")};
	int r = check_purpose(a, in_text(in, "purpose"), in_text(in, "alg"));

	if (!r)
		r = check_key(a, in_text(in, "alg"), bytes);
	if (r)
		return r;
	key_id(bytes, key.key_id);
	g_strlcpy(key.account_id, a->actor->account_id, sizeof(key.account_id));
	g_strlcpy(key.purpose, in_text(in, "purpose"), sizeof(key.purpose));
	g_strlcpy(key.alg, in_text(in, "alg"), sizeof(key.alg));
	r = account_store_add_key(a->txn, &key, a->real_us);
	if (r > 0)
		return refuse(
			a->refusal, "account.key_known", "public_key", "it is registered already");
	if (r)
		return r;
	out_text(out, "kid", key.key_id);
	return act_event(a, "account.key_registered", "account", key.account_id,
		json_pack("{s:s, s:s, s:s, s:s}", "kid", key.key_id, "purpose", key.purpose, "alg",
			key.alg, "public_key", in_text(in, "public_key")));
}

const struct act_kind key_register_act = {
	.name = "key.register", .fields = fields, .run = run, .flags = ACT_CREATES};
