/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/crypto_auto.h"
#include "proto/tools/tool.h"

#include <openssl/crypto.h>

int cmd_release(int argc, char **argv)
{
	g_autofree char *key_path = NULL;
	const GOptionEntry options[] = {
		{"key", 0, 0, G_OPTION_ARG_FILENAME, &key_path,
			"The bidder's private key: a file, or a token's by its PKCS#11 URI", "KEY"},
		{NULL},
	};
	g_autoptr(EVP_PKEY) key = NULL;
	struct sealed_header header;
	uint8_t content_key[SEALED_KEY_LEN];
	json_t *answer;
	int r;

	if (!tool_options(&argc, &argv, options, "BID",
		    "Prints the content key of one's own bid, to be handed over inside the opening "
		    "window. BID is the sealed bid or its header alone."))
		return TOOL_USAGE;
	if (!key_path || argc != 2)
		return tool_usage("release needs --key FILE and one sealed bid");
	if (!tool_read_key(key_path, &key) || !tool_read_header(argv[1], &header))
		return TOOL_REFUSED;
	r = sealed_header_open_slot(&header, key, content_key);
	if (r != 0)
		return tool_refuse_sealed(r, argv[1]);
	answer = json_pack("{so}", "content_key", tool_base64(content_key, sizeof content_key));
	OPENSSL_cleanse(content_key, sizeof content_key);
	return tool_print(answer);
}
