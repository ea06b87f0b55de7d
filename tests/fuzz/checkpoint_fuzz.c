/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_checkpoint.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The public key of the seed 01 00 … 00, which signed the corpus. */
static const char log_key[] =
	"example.org/log+fd3538c5+Ac7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ledger_checkpoint cp;
	struct note_key key;
	struct note note;
	int r;

	g_assert(note_key_parse(log_key, strlen(log_key), &key) == 0);
	r = ledger_checkpoint_open((const char *)data, len, &key, &cp);
	if (r)
		ledger_refusal_code(r);
	else
		g_assert(strcmp(cp.origin, key.name) == 0);
	if (note_parse((const char *)data, len, &note) == 0)
		g_assert(note.n_signers > 0 && note.text_len < len);
	return 0;
}
