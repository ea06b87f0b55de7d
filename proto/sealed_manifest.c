/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed_manifest.h"

#include "proto/bytes.h"
#include "proto/canon.h"
#include "proto/hex.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define SIGNED_HEAD "bidroom.bid.v1\n"
#define MANIFEST_VERSION 1
#define BIDDER_NAME_MAX 200

struct sealed_manifest *sealed_manifest_free(struct sealed_manifest *m)
{
	if (m) {
		json_decref(m->json);
		g_free(m->files);
		g_free(m);
	}
	return NULL;
}

/* One line of text that a person can read. */
static bool is_line(const char *text, size_t max_len)
{
	size_t len = strlen(text);

	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return false;
	}
	return len >= 1 && len <= max_len;
}

static bool is_credit_code(const char *text)
{
	return strlen(text) == SEALED_CREDIT_CODE_LEN &&
	       strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == SEALED_CREDIT_CODE_LEN;
}

static bool is_file_name(const char *name)
{
	return is_line(name, SEALED_FILE_NAME_MAX) && !strpbrk(name, "/\\") &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool read_bidder(const json_t *bidder, struct sealed_manifest *m)
{
	const char *spki;

	return json_object_size(bidder) == 3 &&
	       json_unpack((json_t *)bidder, "{ss ss ss}", "name", &m->bidder_name, "credit_code",
		       &m->credit_code, "public_key", &spki) == 0 &&
	       is_line(m->bidder_name, BIDDER_NAME_MAX) && is_credit_code(m->credit_code) &&
	       p256_spki_from_text(spki, &m->bidder_key) == 0;
}

static bool read_offer(json_t *offer, struct sealed_manifest *m)
{
	const char *price;

	if (json_unpack(offer, "{ss ss s?s}", "price", &price, "price_form", &m->price_form,
		    "currency", &m->currency) != 0 ||
		decimal_parse_text(price, &m->price) != 0 || decimal_sign(m->price) < 0)
		return false;
	m->offer = offer;
	if (m->currency && (strlen(m->currency) != 3 ||
				   strspn(m->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3))
		return false;
	return is_line(m->price_form, 32) && (m->currency || strcmp(m->price_form, "amount") != 0);
}

static bool read_files(const json_t *list, struct sealed_manifest *m)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	json_t *item;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > SEALED_FILES_MAX)
		return false;
	m->files = g_new0(struct sealed_file, json_array_size(list));
	json_array_foreach (list, i, item) {
		struct sealed_file *f = &m->files[m->n_files++];
		const char *digest;
		json_int_t size;

		if (json_object_size(item) != 3 ||
			json_unpack(item, "{ss sI ss}", "name", &f->name, "size", &size, "sha256",
				&digest) != 0 ||
			!is_file_name(f->name) || !g_hash_table_add(names, (gpointer)f->name) ||
			size < 0 || (uint64_t)size > SEALED_DATA_MAX ||
			!hex_decode_exact(digest, strlen(digest), f->sha256, sizeof f->sha256))
			return false;
		f->size = (uint64_t)size;
		f->offset = m->data_size;
		m->data_size += f->size;
	}
	return m->data_size <= SEALED_DATA_MAX;
}

int sealed_manifest_parse(const char *text, size_t len, struct sealed_manifest **ret_manifest)
{
	struct sealed_manifest *m = g_new0(struct sealed_manifest, 1);
	json_int_t version;
	json_t *bidder, *files, *offer;
	int r;

	r = canon_load_exact(text, len, SEALED_MANIFEST_MAX, &m->json);
	if (r == 0 && (json_object_size(m->json) != 4 ||
			      json_unpack(m->json, "{sI so so so}", "v", &version, "bidder",
				      &bidder, "files", &files, "offer", &offer) != 0 ||
			      version != MANIFEST_VERSION || !read_bidder(bidder, m) ||
			      !read_offer(offer, m) || !read_files(files, m)))
		r = SEALED_E_MANIFEST;
	if (r != 0) {
		sealed_manifest_free(m);
		return r < 0 ? r : SEALED_E_MANIFEST;
	}
	*ret_manifest = m;
	return 0;
}

static json_t *files_to_json(const struct sealed_offer *offer)
{
	json_t *list = json_array();

	for (size_t i = 0; i < offer->n_files; i++) {
		const struct sealed_file *f = &offer->files[i];
		g_autofree char *digest = hex_encode(f->sha256, sizeof f->sha256);
		json_t *item = json_pack("{ss sI ss}", "name", f->name, "size", (json_int_t)f->size,
			"sha256", digest);

		if (!item) { /* the name is not UTF-8 */
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, item);
	}
	return list;
}

int sealed_manifest_text(
	const struct sealed_offer *offer, const struct p256_public *bidder, GString **ret_text)
{
	g_autofree char *spki = p256_spki_text(bidder);
	struct sealed_manifest *back = NULL;
	json_auto_t *json = NULL;
	g_autoptr(GString) text = NULL;
	json_t *files = files_to_json(offer);
	int r;

	if (!files)
		return SEALED_E_OFFER;
	json = json_pack("{si s{ss ss ss} so sO}", "v", MANIFEST_VERSION, "bidder", "name",
		offer->bidder_name, "credit_code", offer->credit_code, "public_key", spki, "files",
		files, "offer", offer->offer);
	if (!json)
		return SEALED_E_OFFER;
	r = canon_dump(json, &text);
	if (r == 0)
		r = sealed_manifest_parse(text->str, text->len, &back);
	sealed_manifest_free(back);
	if (r != 0)
		return r < 0 ? r : SEALED_E_OFFER;
	if (text->len > SEALED_MANIFEST_MAX - 4 - P256_SIG_LEN)
		return SEALED_E_OFFER;
	*ret_text = g_steal_pointer(&text);
	return 0;
}

uint32_t sealed_manifest_size(size_t text_len)
{
	size_t len = 4 + text_len + P256_SIG_LEN;

	return (uint32_t)((len + SEALED_MANIFEST_STEP - 1) / SEALED_MANIFEST_STEP *
			  SEALED_MANIFEST_STEP);
}

static GByteArray *signed_message(const struct sealed_header *header, const char *text, size_t len)
{
	GByteArray *message = g_byte_array_new();

	g_byte_array_append(message, (const guint8 *)SIGNED_HEAD, strlen(SIGNED_HEAD));
	g_byte_array_append(message, header->digest, sizeof header->digest);
	g_byte_array_append(message, (const guint8 *)text, (guint)len);
	return message;
}

int sealed_manifest_sign(const GString *text, const struct sealed_header *header, EVP_PKEY *bidder,
	uint8_t *ret_plain)
{
	g_autoptr(GByteArray) message = signed_message(header, text->str, text->len);

	g_assert(header->manifest_size == sealed_manifest_size(text->len));
	memset(ret_plain, 0, header->manifest_size);
	be32_put(ret_plain, (uint32_t)text->len);
	memcpy(ret_plain + 4, text->str, text->len);
	return p256_sign(bidder, message->data, message->len, ret_plain + 4 + text->len);
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
	uint8_t all = 0;

	for (size_t i = 0; i < len; i++)
		all |= bytes[i];
	return all == 0;
}

int sealed_manifest_read(const uint8_t *plain, const struct sealed_header *header,
	struct sealed_manifest **ret_manifest)
{
	const char *text = (const char *)plain + 4;
	size_t text_len = be32_get(plain), end = 4 + text_len + P256_SIG_LEN;
	g_autoptr(GByteArray) message = NULL;
	struct sealed_manifest *m;
	int r;

	if (text_len > SEALED_MANIFEST_MAX ||
		sealed_manifest_size(text_len) != header->manifest_size ||
		!is_zero(plain + end, header->manifest_size - end))
		return SEALED_E_MANIFEST;
	r = sealed_manifest_parse(text, text_len, &m);
	if (r != 0)
		return r;
	message = signed_message(header, text, text_len);
	r = p256_verify(&m->bidder_key, message->data, message->len, plain + end - P256_SIG_LEN);
	if (r == 0 && m->data_size != header->data_size)
		r = SEALED_E_MANIFEST;
	else if (r > 0)
		r = SEALED_E_SIGNATURE;
	if (r != 0)
		sealed_manifest_free(m);
	else
		*ret_manifest = m;
	return r;
}
