/* SPDX-License-Identifier: GPL-3.0-or-later */

/* keygen, pubkey: private keys as PKCS#8 PEM, public keys in the form POST /keys takes. */

#include "proto/crypto_auto.h"
#include "proto/ed25519.h"
#include "proto/p256.h"
#include "proto/tools/tool.h"

#include <string.h>

#include <openssl/pem.h>

#define KID_LEN 16

static int print_public(const EVP_PKEY *key)
{
	uint8_t bytes[P256_SPKI_LEN], digest[32];
	size_t len = ED25519_KEY_LEN;
	struct p256_public p256;
	const char *alg = "ed25519";

	if (p256_public_of(key, &p256) == 0) {
		alg = "p256";
		len = P256_SPKI_LEN;
		p256_spki_encode(&p256, bytes);
	} else if (EVP_PKEY_get_raw_public_key(key, bytes, &len) != 1) {
		return tool_refuse("key", "neither a P-256 nor an Ed25519 key");
	}
	if (EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL) != 1)
		return tool_refuse("fault", "libcrypto has no SHA-256");
	return tool_print(json_pack("{ss so so}", "alg", alg, "kid", tool_hex(digest, KID_LEN),
		"public_key", tool_base64(bytes, len)));
}

int cmd_keygen(int argc, char **argv)
{
	g_autofree char *type = NULL, *out = NULL;
	const GOptionEntry options[] = {
		{"out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Where the private key goes", "FILE"},
		{"type", 0, 0, G_OPTION_ARG_STRING, &type,
			"p256 (bidders and holders, default) or ed25519", "TYPE"},
		{NULL},
	};
	g_autoptr(EVP_PKEY) key = NULL;
	GString *pem = NULL;
	bool written;

	if (!tool_options(&argc, &argv, options, NULL,
		    "Makes a key pair; prints the public key. The private key is not encrypted: "
		    "keep the file where nobody else reads it."))
		return TOOL_USAGE;
	if (!out || argc > 1)
		return tool_usage("keygen needs --out FILE and nothing else");
	if (type && strcmp(type, "p256") != 0 && strcmp(type, "ed25519") != 0)
		return tool_usage("there is no key type %s", type);
	key = type && strcmp(type, "ed25519") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
						   : EVP_EC_gen("prime256v1");
	if (!key || p256_private_to_pem(key, &pem) != 0)
		return tool_refuse("fault", "libcrypto could not make a key");
	written = tool_write_secret(out, pem->str, pem->len);
	OPENSSL_cleanse(pem->str, pem->len);
	g_string_free(pem, TRUE);
	return written ? print_public(key) : TOOL_REFUSED;
}

int cmd_pubkey(int argc, char **argv)
{
	g_autofree char *path = NULL;
	const GOptionEntry options[] = {
		{"key", 0, 0, G_OPTION_ARG_FILENAME, &path,
			"The private key: a file, or a token's by its PKCS#11 URI", "KEY"},
		{NULL},
	};
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(GBytes) pem = NULL;
	g_autoptr(BIO) bio = NULL;
	gsize len;
	const void *data;

	if (!tool_options(&argc, &argv, options, NULL, "Prints the public key of a private key."))
		return TOOL_USAGE;
	if (!path || argc > 1)
		return tool_usage("pubkey needs --key FILE and nothing else");
	if (tool_is_token(path))
		return tool_token_key(path, &key) ? print_public(key) : TOOL_REFUSED;
	if (!tool_read_file(path, P256_PEM_MAX, &pem))
		return TOOL_REFUSED;
	data = g_bytes_get_data(pem, &len);
	bio = BIO_new_mem_buf(data, (int)len);
	key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"") : NULL;
	OPENSSL_cleanse((void *)data, len);
	if (!key)
		return tool_refuse("key", "%s: no private key in PEM without passphrase", path);
	return print_public(key);
}
