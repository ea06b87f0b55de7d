/* SPDX-License-Identifier: GPL-3.0-or-later */

/* share: what a holder's key opens, in the form POST /bids/{id}/shares and /draws/{id}/shares take.
 */

#include "proto/crypto_auto.h"
#include "proto/tools/tool.h"

#include <openssl/crypto.h>

/* A bid's slots stand in its header. */
static bool slots_of_bid(
	const char *path, const char *lot, struct sealed_slots *ret_slots, char *ret_context)
{
	struct sealed_header header;

	if (!tool_read_header(path, &header))
		return false;
	if (lot && sealed_header_belongs(&header, header.project, lot) != 0) {
		tool_refuse_sealed(SEALED_E_LOT, path);
		return false;
	}
	*ret_slots = header.holders;
	sealed_header_context(&header, ret_context);
	return true;
}

/* A nonce's slots come as {"draw_id":…,"party":…,"slots":{…}} and whatever else the server says. */
static bool slots_of_draw(const json_t *json, const char *path, struct sealed_slots *ret_slots,
	char *ret_context, const char **ret_party)
{
	const char *draw_id;
	json_t *slots;

	if (json_unpack((json_t *)json, "{ss ss so}", "draw_id", &draw_id, "party", ret_party,
		    "slots", &slots) != 0) {
		tool_refuse("slots", "%s: draw_id, party or slots are missing", path);
		return false;
	}
	if (!sealed_draw_context(draw_id, *ret_party, ret_context) ||
		sealed_slots_from_json(slots, ret_slots) != 0) {
		tool_refuse_sealed(SEALED_E_SLOTS, path);
		return false;
	}
	return true;
}

int cmd_share(int argc, char **argv)
{
	g_autofree char *key_path = NULL, *draw_path = NULL, *lot = NULL;
	const GOptionEntry options[] = {
		{"draw", 0, 0, G_OPTION_ARG_FILENAME, &draw_path,
			"A task of a draw: JSON with draw_id, party, slots", "FILE"},
		{"key", 0, 0, G_OPTION_ARG_FILENAME, &key_path,
			"The holder's private key: a file, or a token's by its PKCS#11 URI", "KEY"},
		{"lot", 0, 0, G_OPTION_ARG_STRING, &lot,
			"The lot's id that the bid must name, or nothing is opened", "ID"},
		{NULL},
	};
	char context[SEALED_CONTEXT_SIZE];
	g_autoptr(EVP_PKEY) key = NULL;
	json_auto_t *draw = NULL;
	const char *party = NULL;
	struct shamir_share share;
	struct sealed_slots slots;
	json_t *answer;
	int r;

	if (!tool_options(&argc, &argv, options, "[BID]",
		    "Prints a holder's share. BID is the sealed bid or its header alone."))
		return TOOL_USAGE;
	if (!key_path || (draw_path ? argc != 1 || lot : argc != 2))
		return tool_usage("share needs --key FILE and either one bid or --draw FILE");
	if (!tool_read_key(key_path, &key))
		return TOOL_REFUSED;
	if (draw_path ? !tool_read_json(draw_path, &draw) ||
				!slots_of_draw(draw, draw_path, &slots, context, &party)
		      : !slots_of_bid(argv[1], lot, &slots, context))
		return TOOL_REFUSED;
	r = sealed_slots_open(&slots, key, context, &share);
	if (r != 0)
		return tool_refuse_sealed(r, draw_path ? draw_path : argv[1]);
	answer = json_pack("{si so ss*}", "holder_no", share.no, "share",
		tool_base64(share.value, sizeof share.value), "party", party);
	OPENSSL_cleanse(&share, sizeof share);
	return tool_print(answer);
}
