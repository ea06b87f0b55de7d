/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A private key that stays in a token (密码钥匙, PKCS#11): named by its URI (RFC 7512) in place of
 * a file, reached through libcrypto's engine "pkcs11" (Debian: libengine-pkcs11-openssl). The
 * module of the token's maker is what PKCS11_MODULE_PATH names, else p11-kit's; the PIN is in the
 * URI as pin-source=FILE or pin-value, or the engine asks for it on the terminal.
 */
/* Debian 12 has no provider for tokens: engines are the way there is. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "proto/crypto_auto.h"
#include "proto/p256.h"
#include "proto/tools/tool.h"

#include <string.h>

#include <openssl/engine.h>
#include <openssl/err.h>

#define ENGINE_NAME "pkcs11"
#define SCHEME "pkcs11:"

bool tool_is_token(const char *path)
{
	return g_str_has_prefix(path, SCHEME);
}

/* The PIN may stand in the rest of it. */
static char *without_pin(const char *uri)
{
	return g_strndup(uri, strcspn(uri, "?"));
}

static ENGINE *open_engine(void)
{
	ENGINE *e;

	ENGINE_load_dynamic();
	e = ENGINE_by_id(ENGINE_NAME);
	if (e && ENGINE_init(e) == 1)
		return e;
	ENGINE_free(e);
	return NULL;
}

/* Held until the program ends: the key is of no use without it. */
static ENGINE *engine(void)
{
	static ENGINE *opened;

	if (!opened)
		opened = open_engine();
	return opened;
}

bool tool_token_key(const char *uri, EVP_PKEY **ret_key)
{
	g_autofree char *named = without_pin(uri);
	g_autoptr(EVP_PKEY) key = NULL;
	struct p256_public public;

	if (!engine()) {
		ERR_clear_error();
		tool_refuse("token",
			"libcrypto's engine pkcs11 (libengine-pkcs11-openssl) or the token's module "
			"(PKCS11_MODULE_PATH) cannot be loaded");
		return false;
	}
	key = ENGINE_load_private_key(engine(), uri, NULL, NULL);
	ERR_clear_error();
	if (!key) {
		tool_refuse("token", "%s: no such private key, or a wrong PIN", named);
		return false;
	}
	if (p256_public_of(key, &public) != 0) {
		tool_refuse("key", "%s: not a P-256 key with its public half beside it", named);
		return false;
	}
	*ret_key = g_steal_pointer(&key);
	return true;
}
