/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"
#include "proto/seat_cert.h"

#include <string.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_auto_t *json = NULL;
	struct seat_cert cert;
	uint8_t key[ED25519_KEY_LEN];
	int r;

	if (canon_load(data, len, 1 << 16, &json, NULL) != 0)
		return 0;
	r = seat_cert_verify(json, NULL, &cert, key);
	if (r) {
		g_assert(r < 0 || seat_cert_refusal_code(r));
		return 0;
	}
	/* What holds is for exactly one seat, epoch and device. */
	g_assert(seat_cert_check(&cert, cert.session, cert.seat, cert.epoch, cert.device_key,
			 cert.not_before_us) == 0);
	g_assert(seat_cert_check(&cert, cert.session, cert.seat, cert.epoch + 1, cert.device_key,
			 cert.not_before_us) > 0);
	g_assert(seat_cert_verify(json, key, &cert, key) == 0);
	return 0;
}
