/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"
#include "proto/ledger_receipt.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The public key of the seed 01 00 … 00, which signed the corpus. */
static const char log_key[] =
	"example.org/log+fd3538c5+Ac7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_auto_t *json = NULL;
	struct ledger_receipt receipt;
	struct ledger_promise promise;
	struct ledger_checkpoint cp;
	struct note_key key;
	int r;

	g_assert(note_key_parse(log_key, strlen(log_key), &key) == 0);
	ledger_promise_verify((const char *)data, len, &key, &promise);
	if (canon_load(data, len, 1 << 20, &json, NULL) != 0)
		return 0;
	r = ledger_receipt_verify(json, &key, NULL, &receipt, &cp);
	if (r)
		ledger_refusal_code(r);
	else
		g_assert(receipt.promise || receipt.checkpoint);
	return 0;
}
