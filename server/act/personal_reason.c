/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/personal_reason.h"

#include <glib.h>
#include <string.h>

#include "proto/hex.h"
#include "server/core/id.h"

void personal_reason_take(struct personal_reason *r, const char *text, json_t *body)
{
	uint8_t digest[32];

	*r = (struct personal_reason){.text = text};
	if (!text)
		return;
	random_bytes(r->salt, sizeof(r->salt));
	salted_digest(r->salt, text, strlen(text), digest);
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	json_object_set_new(body, "reason_digest", json_string(hex));
}
