/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/personal_reason.h"

#include <glib.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/hex.h"
#include "server/core/id.h"

void personal_reason_take(struct personal_reason *r, const char *text, json_t *body)
{
	g_autoptr(GByteArray) salted = g_byte_array_new();
	uint8_t digest[SHA256_DIGEST_LENGTH];

	*r = (struct personal_reason){.text = text};
	if (!text)
		return;
	random_bytes(r->salt, sizeof(r->salt));
	g_byte_array_append(salted, r->salt, sizeof(r->salt));
	g_byte_array_append(salted, (const guint8 *)text, (guint)strlen(text));
	SHA256(salted->data, salted->len, digest);
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	json_object_set_new(body, "reason_digest", json_string(hex));
}
