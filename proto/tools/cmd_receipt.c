/* SPDX-License-Identifier: GPL-3.0-or-later */

/* receipt: what a bidder can check alone, years later, with nothing but the log's public key. */

#include "proto/hex.h"
#include "proto/ledger_leaf.h"
#include "proto/ledger_receipt.h"
#include "proto/tools/bid_file.h"
#include "proto/tools/tool.h"

#include <string.h>

#define KEY_FILE_MAX 1024

/* The key itself, or the file it stands in. */
static bool read_log_key(const char *arg, struct note_key *ret_key)
{
	g_autoptr(GBytes) bytes = NULL;
	const char *text = arg;
	gsize len = strlen(arg);

	if (!strchr(arg, '+')) {
		if (!tool_read_file(arg, KEY_FILE_MAX, &bytes))
			return false;
		text = g_bytes_get_data(bytes, &len);
		if (len > 0 && text[len - 1] == '\n')
			len--;
	}
	if (note_key_parse(text, len, ret_key) == 0)
		return true;
	tool_refuse("log_key", "not a verifier key <name>+<id>+<base64>");
	return false;
}

/* Whether the event of the receipt is the receipt of these bytes. */
static int match_bid(const struct ledger_receipt *receipt, const char *bid_path)
{
	const struct sealed_reader_events none = {NULL};
	struct sealed_reader *reader;
	json_auto_t *object = NULL;
	uint8_t digest[SEALED_DIGEST_LEN];
	g_autofree char *hex = NULL;
	struct ledger_event event;
	const char *said;
	int r;

	if (!receipt->leaf)
		return tool_refuse("receipt_leaf", "the receipt does not hold its event");
	r = ledger_leaf_decode(receipt->leaf, receipt->leaf_len, &object, &event);
	if (r != 0)
		return tool_refuse("receipt_leaf", "the event of the receipt cannot be read");
	said = json_string_value(json_object_get(event.body, "receipt_digest"));
	if (strcmp(event.kind, "bid.finalised") != 0 || !said)
		return tool_refuse(
			"receipt_leaf", "the event is %s, not the receipt of a bid", event.kind);
	reader = sealed_reader_new(&none, NULL);
	r = bid_file_read(bid_path, reader, digest);
	sealed_reader_free(reader);
	if (r != TOOL_OK)
		return r;
	hex = hex_encode(digest, sizeof digest);
	if (strcmp(hex, said) != 0)
		return tool_refuse("receipt_other_bid", "%s: the receipt is for other bytes (%s)",
			bid_path, said);
	return TOOL_OK;
}

static json_t *verdict(const struct ledger_receipt *receipt, const struct ledger_promise *promise,
	bool bid_matches)
{
	json_t *json = json_pack("{so ss* sb}", "leaf_hash",
		tool_hex(receipt->leaf_hash, sizeof receipt->leaf_hash), "event_id",
		receipt->event_id, "in_tree", receipt->checkpoint != NULL);

	if (receipt->checkpoint) {
		json_object_set_new(json, "index", json_integer((json_int_t)receipt->index));
		json_object_set_new(
			json, "tree_size", json_integer((json_int_t)receipt->tree_size));
	}
	if (receipt->promise)
		json_object_set_new(json, "promised_until_us", json_integer(promise->due_us));
	if (bid_matches)
		json_object_set_new(json, "bid", json_string("matches"));
	return json;
}

int cmd_receipt(int argc, char **argv)
{
	g_autofree char *path = NULL, *log_key = NULL, *bid = NULL;
	const GOptionEntry options[] = {
		{"bid", 0, 0, G_OPTION_ARG_FILENAME, &bid, "The sealed bid it must be for", "BID"},
		{"log-key", 0, 0, G_OPTION_ARG_STRING, &log_key,
			"The log's verifier key, or a file with it", "KEY"},
		{"verify", 0, 0, G_OPTION_ARG_FILENAME, &path,
			"The receipt as GET /events/{id}/receipt gives it", "FILE"},
		{NULL},
	};
	struct ledger_promise promise = {{0}};
	struct ledger_receipt receipt;
	json_auto_t *json = NULL;
	struct note_key key;
	int r;

	if (!tool_options(&argc, &argv, options, NULL,
		    "Verifies a receipt: promise, or checkpoint and proof, against the log's key."))
		return TOOL_USAGE;
	if (!path || !log_key || argc > 1)
		return tool_usage("receipt needs --verify FILE and --log-key KEY");
	if (!read_log_key(log_key, &key) || !tool_read_json(path, &json))
		return TOOL_REFUSED;
	r = ledger_receipt_verify(json, &key, NULL, &receipt, NULL);
	if (r == 0 && receipt.promise)
		r = ledger_promise_verify(receipt.promise, strlen(receipt.promise), &key, &promise);
	if (r > 0)
		return tool_refuse(ledger_refusal_code(r), "%s: the receipt does not hold", path);
	if (r < 0)
		return tool_refuse("fault", "%s: %s", path, g_strerror(-r));
	r = bid ? match_bid(&receipt, bid) : TOOL_OK;
	return r == TOOL_OK ? tool_print(verdict(&receipt, &promise, bid != NULL)) : r;
}
