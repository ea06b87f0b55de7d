/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The way from the gate to the seat over the HTTPS API: the pass that the gate gave becomes a
 * sign-in, the sign-in gives tickets, one for each time the seat is taken afresh. Before the first
 * ticket the key that certifies the seat is made known: whoever has none sits there unseen and
 * unheard, for nothing would say whose the pictures are.
 *
 * Default GMainContext; at most one request is under way.
 */

#include <jansson.h>
#include <stdbool.h>

#include "proto/base64.h"
#include "proto/ed25519.h"
#include "room-client/link/https.h"
#include "room-client/seat/seat.h"

struct sign_in;

struct sign_in_out {
	void *user;
	/* The public key by which this account certifies its seats; false: it cannot be had, and
	 * nobody enters ("crypto"). NULL: the key was made elsewhere, and its owner has made it
	 * known. */
	bool (*key)(void *user, const char *account, char ret_key[BASE64_SIZE(ED25519_KEY_LEN)]);
	void (*ticket)(void *user, const struct seat_ticket *ticket, const char *url);
	/* code: the problem's stable code, or "no_answer", "bad_answer". */
	void (*refused)(void *user, const char *code, const char *title);
};

enum sign_in_refusal {
	SIGN_IN_E_BUSY = 1,
	SIGN_IN_E_NO_PASS, /* a ticket is asked for before a pass was ever given */
};

/* api: "https://host:port". device_key: base64. The strings are copied, https is borrowed. */
struct sign_in *sign_in_new(struct https *https, const char *api, const char *session,
	const char *device_key, const struct sign_in_out *out);
/* The sign-in was made elsewhere; copies the token. */
void sign_in_set_token(struct sign_in *s, const char *token);
struct sign_in *sign_in_free(struct sign_in *s);
/* Of the sign-in, for other requests; NULL before there is one. Valid until the next sign-in. */
const char *sign_in_token(const struct sign_in *s);

/* Signs in and asks for a ticket. */
int sign_in_enter(struct sign_in *s, const char *pass);
/* Another ticket. */
int sign_in_again(struct sign_in *s);
