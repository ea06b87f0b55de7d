/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_opened.h"

#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "proto/base64.h"
#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/reel_head.h"

#define HEAD_MAX 4096
#define TEXT_MAX (BASE64_LEN(HEAD_MAX) + 256)

static int take_head(struct reel_opened *o, const uint8_t *head, size_t len)
{
	uint64_t head_len;

	if (len > HEAD_MAX || reel_head_read(head, len, &o->head, &head_len) || head_len != len ||
		!o->head.is_sealed)
		return REEL_E_HEAD;
	o->sealed_head = g_byte_array_sized_new((guint)len);
	g_byte_array_append(o->sealed_head, head, (guint)len);
	return 0;
}

int reel_opened_make(const uint8_t *sealed_head, size_t len, const struct reel_seal *seal,
	struct reel_opened *ret_opened)
{
	struct reel_opened o = {0};
	int r = take_head(&o, sealed_head, len);

	if (r)
		return r;
	reel_seal_key(seal, o.key);
	*ret_opened = o;
	return 0;
}

int reel_opened_format(const struct reel_opened *o, GString **ret_text)
{
	g_autofree char *head = g_malloc(BASE64_SIZE(o->sealed_head->len));
	g_autofree char *key = hex_encode(o->key, sizeof(o->key));

	base64_encode(o->sealed_head->data, o->sealed_head->len, head);
	json_t *json = json_pack("{s:s, s:s}", "head", head, "key", key);
	int r = canon_dump(json, ret_text);
	json_decref(json);
	OPENSSL_cleanse(key, strlen(key));
	return r;
}

static int parse_head(struct reel_opened *o, const char *text)
{
	g_autofree uint8_t *head = NULL;
	size_t len = strlen(text), bytes = len / 4 * 3;

	if (!len || len % 4)
		return REEL_E_HEAD;
	bytes -= text[len - 1] == '=';
	bytes -= text[len - 2] == '=';
	head = g_malloc(bytes);
	return base64_decode_exact(text, len, head, bytes) ? take_head(o, head, bytes)
							   : REEL_E_HEAD;
}

int reel_opened_parse(const char *text, size_t len, struct reel_opened *ret_opened)
{
	struct reel_opened o = {0};
	const char *head, *key;
	json_t *json = NULL;
	int r = canon_load_exact(text, len, TEXT_MAX, &json);

	if (r)
		return r < 0 ? r : REEL_E_HEAD;
	r = json_unpack(json, "{s:s, s:s!}", "head", &head, "key", &key) ||
			    !hex_decode_exact(key, strlen(key), o.key, sizeof(o.key))
		    ? REEL_E_HEAD
		    : parse_head(&o, head);
	json_decref(json);
	if (r)
		reel_opened_done(&o);
	else
		*ret_opened = o;
	return r;
}

void reel_opened_done(struct reel_opened *o)
{
	g_clear_pointer(&o->sealed_head, g_byte_array_unref);
	OPENSSL_cleanse(o, sizeof(*o));
}

static int hash(const uint8_t *data, size_t len, uint8_t ret[32])
{
	return EVP_Digest(data, len, ret, NULL, EVP_sha256(), NULL) == 1 ? 0 : -EIO;
}

/* The head: the sealed one is the ledger's, and the opened one is what it is without the seal. */
static int open_head(const struct reel_opened *o, const uint8_t *data, struct reel_entry *e)
{
	g_autoptr(GByteArray) plain = g_byte_array_new();
	uint8_t sealed[32];
	int r = hash(o->sealed_head->data, o->sealed_head->len, sealed);

	if (!r)
		r = reel_unsealed_head(&o->head, plain);
	if (r || memcmp(sealed, e->sha256, sizeof(sealed)) != 0 || plain->len != e->length ||
		memcmp(plain->data, data, plain->len) != 0)
		return r < 0 ? r : 0;
	return hash(data, e->length, e->sha256);
}

static int open_cluster(const struct reel_seal *seal, uint32_t no, const uint8_t *data,
	GByteArray *plain, GByteArray *sealed, struct reel_entry *e)
{
	struct reel_entry again = *e;
	int r;

	g_byte_array_set_size(plain, 0);
	g_byte_array_set_size(sealed, 0);
	g_byte_array_append(plain, data, e->length);
	r = reel_seal_put(seal, no, plain, &again, sealed);
	if (r || memcmp(again.sha256, e->sha256, sizeof(again.sha256)) != 0)
		return r;
	return hash(data, e->length, e->sha256);
}

int reel_opened_entries(const struct reel_opened *o, const uint8_t *data, uint64_t len,
	struct reel_entry *entries, size_t n_entries)
{
	g_autoptr(GByteArray) plain = g_byte_array_new(), sealed = g_byte_array_new();
	struct reel_seal *seal = reel_seal_from_key(o->head.track, o->key);
	int r = reel_unsealed_entries(&o->head, 0, entries, n_entries);

	for (size_t i = 0; !r && i < n_entries; i++) {
		struct reel_entry *e = &entries[i];

		if (e->offset > len || e->length > len - e->offset)
			break; /* the reel ends here; whoever checks it says so */
		r = e->is_head
			    ? open_head(o, data + e->offset, e)
			    : open_cluster(seal, (uint32_t)i, data + e->offset, plain, sealed, e);
	}
	reel_seal_free(seal);
	return r;
}
