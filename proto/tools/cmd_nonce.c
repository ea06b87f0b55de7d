/* SPDX-License-Identifier: GPL-3.0-or-later */

/* nonce: a party's part in a draw. What is committed goes to standard output in the form
 * POST /draws/{id}/nonces takes, what is revealed later into a file of its own. */

#include "proto/draw_nonce.h"
#include "proto/hex.h"
#include "proto/tools/tool.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

static bool keep_nonce(const char *path, const char *party, const uint8_t nonce[DRAW_NONCE_LEN])
{
	g_autofree char *hex = hex_encode(nonce, DRAW_NONCE_LEN);
	g_autofree char *text =
		g_strdup_printf("{\"nonce\":\"%s\",\"party\":\"%s\"}\n", hex, party);
	bool written = tool_write_secret(path, text, strlen(text));

	OPENSSL_cleanse(hex, strlen(hex));
	OPENSSL_cleanse(text, strlen(text));
	return written;
}

int cmd_nonce(int argc, char **argv)
{
	g_autofree char *draw_path = NULL, *party = NULL, *out = NULL;
	const GOptionEntry options[] = {
		{"draw", 0, 0, G_OPTION_ARG_FILENAME, &draw_path,
			"The draw as GET /draws/{id} gives it", "FILE"},
		{"out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Where the nonce goes", "FILE"},
		{"party", 0, 0, G_OPTION_ARG_STRING, &party, "staff, supervisor or host", "PARTY"},
		{NULL},
	};
	uint8_t nonce[DRAW_NONCE_LEN], commitment[32];
	char context[SEALED_CONTEXT_SIZE];
	struct tool_holders holders;
	struct sealed_slots slots;
	json_auto_t *draw = NULL;
	const char *draw_id;
	bool kept;
	int r;

	if (!tool_options(&argc, &argv, options, NULL,
		    "Makes a party's nonce: prints the commitment with the nonce sealed for the "
		    "holders, keeps the nonce itself in a file until it is revealed."))
		return TOOL_USAGE;
	if (!draw_path || !party || !out || argc > 1)
		return tool_usage("nonce needs --draw FILE, --party PARTY and --out FILE");
	if (!tool_read_json(draw_path, &draw))
		return TOOL_REFUSED;
	draw_id = json_string_value(json_object_get(draw, "draw_id"));
	if (!draw_id || !sealed_draw_context(draw_id, party, context))
		return tool_refuse("draw", "%s: no draw_id, or no such party", draw_path);
	if (!tool_read_holders(draw, draw_path, &holders))
		return TOOL_REFUSED;
	if (RAND_priv_bytes(nonce, sizeof nonce) != 1)
		return tool_refuse("fault", "libcrypto has no random numbers");
	draw_nonce_commitment(nonce, commitment);
	r = sealed_slots_build(nonce, holders.k, holders.keys, holders.n, context, &slots);
	kept = r == 0 && keep_nonce(out, party, nonce);
	OPENSSL_cleanse(nonce, sizeof nonce);
	if (r != 0)
		return tool_refuse_sealed(r, draw_path);
	if (!kept)
		return TOOL_REFUSED;
	return tool_print(json_pack("{ss so so}", "party", party, "commitment",
		tool_hex(commitment, sizeof commitment), "slots", sealed_slots_to_json(&slots)));
}
