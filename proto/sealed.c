/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/sealed.h"

#include <string.h>

#include <glib.h>

static const char *const refusal_codes[] = {
	[SEALED_E_MAGIC] = "sealed_magic",
	[SEALED_E_HEADER] = "sealed_header",
	[SEALED_E_TRUNCATED] = "sealed_truncated",
	[SEALED_E_TRAILING] = "sealed_trailing",
	[SEALED_E_LOT] = "sealed_lot",
	[SEALED_E_KEY] = "sealed_key",
	[SEALED_E_MANIFEST] = "sealed_manifest",
	[SEALED_E_SIGNATURE] = "sealed_signature",
	[SEALED_E_CHUNK] = "sealed_chunk",
	[SEALED_E_FILE] = "sealed_file",
	[SEALED_E_SLOTS] = "sealed_slots",
	[SEALED_E_NOT_HOLDER] = "sealed_not_holder",
	[SEALED_E_SLOT] = "sealed_slot",
	[SEALED_E_BAD_SHARE] = "sealed_bad_share",
	[SEALED_E_FEW_SHARES] = "sealed_few_shares",
	[SEALED_E_SHARES] = "sealed_shares",
	[SEALED_E_OFFER] = "sealed_offer",
};

const char *sealed_refusal_code(int refusal)
{
	g_assert(refusal > 0 && refusal < (int)G_N_ELEMENTS(refusal_codes));
	return refusal_codes[refusal];
}

bool sealed_id_is_valid(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isalnum(text[i]) && !strchr("._-", text[i]))
			return false;
	}
	return len >= 1 && len < SEALED_ID_SIZE;
}
