/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "proto/base64.h"
#include "proto/hello_proof.h"
#include "proto/seat_cert.h"
#include "room-client/seat/seat_inner.h"

#define S 1000000LL
/* The expert's certificate for this seat. The server's clock is known to a minute, the one of this
 * machine may differ a little more; an evaluation lasts a day. */
#define CERT_BEFORE_US (300 * S)
#define CERT_AFTER_US (24 * 3600 * S)
/* A whole number in JSON is no greater. */
#define TIME_MAX_US ((INT64_C(1) << 53) - 1)

void seat_set_server_clock(struct seat *s, int64_t utc_us, int64_t now_us)
{
	s->server_ahead_us = utc_us - now_us;
	s->server_clock_known = true;
}

static json_t *certificate(const struct seat *s, const uint8_t *device_key, int64_t utc_us)
{
	/* A time that somebody made up must not become one that cannot be written. */
	int64_t at_us = CLAMP(utc_us, CERT_BEFORE_US, TIME_MAX_US - CERT_AFTER_US);
	struct seat_cert cert = {
		.epoch = s->ticket.epoch,
		.not_before_us = at_us - CERT_BEFORE_US,
		.not_after_us = at_us + CERT_AFTER_US,
	};
	json_t *json;

	g_strlcpy(cert.session, s->config.session, sizeof(cert.session));
	g_strlcpy(cert.seat, s->ticket.seat, sizeof(cert.seat));
	memcpy(cert.device_key, device_key, sizeof(cert.device_key));
	return seat_cert_build(&cert, s->config.expert_seed, &json) == 0 ? json : NULL;
}

json_t *seat_hello(struct seat *s, int64_t now_us, int64_t utc_us)
{
	const char *token = s->greeted_with_token ? s->resume_token : s->ticket.ticket;
	char key_text[BASE64_SIZE(ED25519_KEY_LEN)], proof_text[BASE64_SIZE(ED25519_SIG_LEN)];
	uint8_t key[ED25519_KEY_LEN], proof[ED25519_SIG_LEN];
	json_t *fields, *cert;

	if (ed25519_public(s->config.device_seed, key) != 0 ||
		hello_proof_sign(s->config.session, token, s->config.device_seed, proof) != 0)
		return NULL;
	base64_encode(key, sizeof(key), key_text);
	base64_encode(proof, sizeof(proof), proof_text);
	fields = json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:{s:s, s:s}}", "v", CONTROL_VERSION,
		"session", s->config.session, s->greeted_with_token ? "resume_token" : "ticket",
		token, "device_key", key_text, "proof", proof_text, "resume_after",
		(json_int_t)s->last_event_no, "client", "name", "bidroom-client", "version",
		s->config.client_version);
	if (s->server_clock_known)
		utc_us = now_us + s->server_ahead_us;
	cert = s->config.has_expert_key ? certificate(s, key, utc_us) : NULL;
	if (cert)
		json_object_set_new(fields, "seat_cert", cert);
	return fields;
}
