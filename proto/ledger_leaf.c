/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_leaf.h"

#include "proto/canon.h"
#include "proto/hex.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#define LEAF_VERSION 1
#define LEAF_MEMBERS 10
#define NAME_MAX_LEN 64

static bool is_graphic(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isgraph(text[i]))
			return false;
	}
	return len >= 1 && len <= NAME_MAX_LEN;
}

static bool is_name(const char *text)
{
	return is_graphic(text) &&
	       text[strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz._")] == '\0';
}

static bool is_well_formed(const struct ledger_event *e)
{
	return is_name(e->id) && is_name(e->kind) && is_graphic(e->actor) &&
	       is_graphic(e->subject) && e->subject_no >= 1 && e->at_us >= 0 && e->real_us >= 0 &&
	       json_is_object(e->body);
}

int ledger_leaf_encode(const struct ledger_event *event, GBytes **ret_leaf)
{
	g_autofree char *salt = hex_encode(event->salt, sizeof event->salt);
	json_auto_t *object = NULL;
	GString *text = NULL;
	int r;

	if (!is_well_formed(event))
		return LEDGER_E_LEAF;
	object = json_pack("{ss sI sO ss ss sI sI ss ss si}", "actor", event->actor, "at_us",
		(json_int_t)event->at_us, "body", event->body, "id", event->id, "kind", event->kind,
		"no", (json_int_t)event->subject_no, "real_us", (json_int_t)event->real_us, "salt",
		salt, "subject", event->subject, "v", LEAF_VERSION);
	r = canon_dump(object, &text);
	if (r < 0)
		return r;
	if (r > 0)
		return LEDGER_E_LEAF;
	if (text->len > LEDGER_LEAF_MAX) {
		g_string_free(text, TRUE);
		return LEDGER_E_LEAF_SIZE;
	}
	*ret_leaf = g_string_free_to_bytes(text);
	return 0;
}

int ledger_leaf_decode(
	const void *leaf, size_t len, json_t **ret_object, struct ledger_event *ret_event)
{
	json_auto_t *object = NULL;
	struct ledger_event e = {NULL};
	json_int_t at_us, real_us, no, version;
	const char *salt;
	int r;

	if (len > LEDGER_LEAF_MAX)
		return LEDGER_E_LEAF_SIZE;
	r = canon_load_exact(leaf, len, LEDGER_LEAF_MAX, &object);
	if (r < 0)
		return r;
	if (r > 0)
		return LEDGER_E_LEAF;
	/* the format asks for ten members and the count allows no eleventh */
	if (json_object_size(object) != LEAF_MEMBERS ||
		json_unpack(object, "{ss sI so ss ss sI sI ss ss sI}", "actor", &e.actor, "at_us",
			&at_us, "body", &e.body, "id", &e.id, "kind", &e.kind, "no", &no, "real_us",
			&real_us, "salt", &salt, "subject", &e.subject, "v", &version) != 0)
		return LEDGER_E_LEAF;
	e.at_us = at_us;
	e.real_us = real_us;
	e.subject_no = no;
	if (version != LEAF_VERSION || !is_well_formed(&e) ||
		!hex_decode_exact(salt, strlen(salt), e.salt, sizeof e.salt))
		return LEDGER_E_LEAF;
	*ret_event = e;
	*ret_object = g_steal_pointer(&object);
	return 0;
}

int ledger_leaf_hash(const void *leaf, size_t len, uint8_t ret_hash[LEDGER_HASH_LEN])
{
	static const uint8_t prefix = 0x00;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
		  EVP_DigestUpdate(md, &prefix, 1) == 1 && EVP_DigestUpdate(md, leaf, len) == 1 &&
		  EVP_DigestFinal_ex(md, ret_hash, NULL) == 1;

	EVP_MD_CTX_free(md);
	return ok ? 0 : -EIO;
}
