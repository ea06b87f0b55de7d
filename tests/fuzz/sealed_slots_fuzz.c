/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"
#include "proto/sealed_slot.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Shares that nobody sealed never give the secret. */
static void try_shares(const struct sealed_slots *slots)
{
	struct shamir_share shares[SEALED_HOLDERS_MAX];
	uint8_t secret[SEALED_KEY_LEN];
	uint32_t bad;

	memset(shares, 0x5a, sizeof(shares));
	for (unsigned i = 0; i < slots->n; i++)
		shares[i].no = (uint8_t)(i + 1);
	g_assert(sealed_combine(slots, shares, slots->n, secret, &bad) > 0);
}

/* Key slots, which any party of a draw and any bidder may send. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_auto_t *json = NULL, *again = NULL;
	struct sealed_slots slots;

	if (canon_load(data, len, 1 << 20, &json, NULL) != 0 ||
		sealed_slots_from_json(json, &slots) != 0)
		return 0;
	g_assert(slots.k >= 1 && slots.k <= slots.n && slots.n <= SEALED_HOLDERS_MAX);
	again = sealed_slots_to_json(&slots);
	g_assert(json_equal(again, json));
	try_shares(&slots);
	return 0;
}
