/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The seat certificate: the expert's key says which device key speaks for a seat in one session
 * and epoch (proto/README.md, "Stamps"). It is a JSON object
 *   {"statement": {…}, "key": base64 of the expert's public key, "sig": base64}
 * whose signature covers the line "bidroom.seat_cert.v1" and the canonical JSON of the statement.
 */

#include "proto/ed25519.h"
#include "proto/ident.h"

#include <jansson.h>

enum seat_cert_refusal {
	SEAT_CERT_E_FORM = 1,      /* missing, unknown or wrong field */
	SEAT_CERT_E_KEY,           /* not signed with the key that was expected */
	SEAT_CERT_E_BAD_SIGNATURE, /* the signature does not fit the statement */
	SEAT_CERT_E_NOT_YET,
	SEAT_CERT_E_EXPIRED,
	SEAT_CERT_E_SCOPE, /* for another session, seat, epoch or device */
};

struct seat_cert {
	char session[IDENT_SIZE];
	char seat[IDENT_SIZE];
	uint32_t epoch;
	uint8_t device_key[ED25519_KEY_LEN];
	int64_t not_before_us; /* valid from here */
	int64_t not_after_us;  /* up to and including here */
};

/* Signs with the expert's key (its seed). The caller owns *ret_json. */
int seat_cert_build(const struct seat_cert *cert, const uint8_t expert_seed[ED25519_KEY_LEN],
	json_t **ret_json);

/* Checks form, key and signature; expert_key NULL accepts the key named inside, which the caller
 * must then look up. The time is checked by seat_cert_check, which a verifier of old records
 * gives the time of the record. */
int seat_cert_verify(const json_t *json, const uint8_t *expert_key, struct seat_cert *ret_cert,
	uint8_t ret_expert_key[ED25519_KEY_LEN]);

/* Whether the certificate covers what is claimed at now_us. */
int seat_cert_check(const struct seat_cert *cert, const char *session, const char *seat,
	uint32_t epoch, const uint8_t device_key[ED25519_KEY_LEN], int64_t now_us);

/* "seat_cert_expired" and so on. */
const char *seat_cert_refusal_code(int refusal);
