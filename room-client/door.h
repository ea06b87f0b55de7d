/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Before there is a seat: signs in by pass or account over the HTTPS API and finds out which
 * session it is for. With what it gives, tickets are asked for (room-client/sign_in).
 *
 * Default GMainContext; one request at a time, a new one makes the last one forgotten.
 */

#include <jansson.h>
#include <stdbool.h>

struct door;

struct door_out {
	void *user;
	void (*signed_in)(void *user, const char *token, const char *session);
	/* The account may enter several: [{"session_id", "title", …}]; door_choose goes on. */
	void (*choose)(void *user, const json_t *sessions);
	/* code: the problem's stable code, or "no_answer", "bad_answer", "no_session". */
	void (*refused)(void *user, const char *code, const char *title);
};

/* api: "https://host:port". ca_file NULL: the system's authorities. Copies all. */
struct door *door_new(const char *api, const char *ca_file, const struct door_out *out);
struct door *door_free(struct door *d);

/* device_key: base64. */
void door_pass(struct door *d, const char *pass, const char *device_key);
/* code: one-time, "" for none. session: "" if it is not known. */
void door_account(struct door *d, const char *login, const char *password, const char *code,
	const char *session);
/* True when an account is signed in and only the session was missing; then it goes on. */
bool door_choose(struct door *d, const char *login, const char *session);
