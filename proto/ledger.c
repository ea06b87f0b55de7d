/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger.h"

#include <glib.h>

static const char *const refusal_codes[] = {
	[LEDGER_E_LEAF_SIZE] = "ledger_leaf_size",
	[LEDGER_E_LEAF] = "ledger_leaf",
	[LEDGER_E_RANGE] = "ledger_range",
	[LEDGER_E_STATE] = "ledger_state",
	[LEDGER_E_PROOF] = "ledger_proof",
	[LEDGER_E_TILE_PATH] = "ledger_tile_path",
	[LEDGER_E_BUNDLE] = "ledger_bundle",
	[LEDGER_E_KEY] = "ledger_key",
	[LEDGER_E_NOTE] = "ledger_note",
	[LEDGER_E_CHECKPOINT] = "ledger_checkpoint",
	[LEDGER_E_STATEMENT] = "ledger_statement",
	[LEDGER_E_UNSIGNED] = "ledger_unsigned",
	[LEDGER_E_BAD_SIGNATURE] = "ledger_bad_signature",
	[LEDGER_E_FOREIGN] = "ledger_foreign",
};

const char *ledger_refusal_code(int refusal)
{
	g_assert(refusal > 0 && refusal < (int)G_N_ELEMENTS(refusal_codes));
	return refusal_codes[refusal];
}
