/* SPDX-License-Identifier: GPL-3.0-or-later */

/* combine: what the server does at a rescue, for a drill or when there is no server any more. */

#include "proto/base64.h"
#include "proto/tools/tool.h"

#include <string.h>

#include <openssl/crypto.h>

static bool read_share(const char *path, struct shamir_share *ret_share)
{
	json_auto_t *json = NULL;
	const char *value;
	json_int_t no;

	if (!tool_read_json(path, &json))
		return false;
	if (json_unpack(json, "{sI ss}", "holder_no", &no, "share", &value) != 0 || no < 1 ||
		no > SEALED_HOLDERS_MAX ||
		!base64_decode_exact(
			value, strlen(value), ret_share->value, sizeof ret_share->value)) {
		tool_refuse("share", "%s: not a share as bidroom-seal share prints it", path);
		return false;
	}
	ret_share->no = (uint8_t)no;
	return true;
}

static void name_bad(uint32_t bad)
{
	for (unsigned no = 1; no <= SEALED_HOLDERS_MAX; no++) {
		if (bad >> no & 1)
			tool_refuse(sealed_refusal_code(SEALED_E_BAD_SHARE),
				"the share of holder %u is wrong", no);
	}
}

int cmd_combine(int argc, char **argv)
{
	g_auto(GStrv) paths = NULL;
	const GOptionEntry options[] = {
		{"share", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths,
			"A holder's share; give it once for each", "FILE"},
		{NULL},
	};
	struct shamir_share shares[SEALED_HOLDERS_MAX];
	uint8_t key[SEALED_KEY_LEN];
	struct sealed_header header;
	uint32_t bad = 0;
	guint n = 0;
	json_t *answer;
	int r;

	if (!tool_options(&argc, &argv, options, "BID",
		    "Prints the content key of a bid from the shares of its holders. BID is the "
		    "sealed bid or its header alone."))
		return TOOL_USAGE;
	if (!paths || argc != 2)
		return tool_usage("combine needs --share FILE, once for each, and one sealed bid");
	if (g_strv_length(paths) > SEALED_HOLDERS_MAX)
		return tool_usage("there are at most %d holders", SEALED_HOLDERS_MAX);
	for (; paths[n]; n++) {
		if (!read_share(paths[n], &shares[n]))
			return TOOL_REFUSED;
	}
	if (!tool_read_header(argv[1], &header))
		return TOOL_REFUSED;
	r = sealed_combine(&header.holders, shares, n, key, &bad);
	OPENSSL_cleanse(shares, sizeof shares);
	name_bad(bad);
	if (r != 0)
		return tool_refuse_sealed(r, argv[1]);
	answer = json_pack("{so}", "content_key", tool_base64(key, sizeof key));
	OPENSSL_cleanse(key, sizeof key);
	return tool_print(answer);
}
