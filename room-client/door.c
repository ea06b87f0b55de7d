/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/door.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <string.h>

#include "proto/json_text.h"
#include "room-client/link/https.h"

struct door {
	struct https *https;
	struct door_out out;
	char *api;
	char *login, *token, *session;
};

struct door *door_new(const char *api, const char *ca_file, const struct door_out *out)
{
	struct door *d = g_new0(struct door, 1);

	d->https = https_new(ca_file);
	d->out = *out;
	d->api = g_strdup(api);
	d->login = g_strdup("");
	d->session = g_strdup("");
	return d;
}

static void token_set(struct door *d, const char *token)
{
	if (d->token)
		OPENSSL_cleanse(d->token, strlen(d->token));
	g_free(d->token);
	d->token = g_strdup(token);
}

struct door *door_free(struct door *d)
{
	if (!d)
		return NULL;
	https_free(d->https);
	token_set(d, NULL);
	g_free(d->api);
	g_free(d->login);
	g_free(d->session);
	g_free(d);
	return NULL;
}

static void refuse(struct door *d, const char *code, const char *title)
{
	d->out.refused(d->out.user, code, title);
}

static bool answer_is_good(struct door *d, const struct https_answer *answer)
{
	if (answer->status >= 200 && answer->status < 300)
		return true;
	if (answer->status == 0)
		refuse(d, "no_answer", answer->error);
	else
		refuse(d, https_problem_code(answer->body), json_text(answer->body, "title"));
	return false;
}

/* Closed sessions have no room any more. */
static json_t *open_sessions(const json_t *items)
{
	json_t *open = json_array();
	size_t i;
	json_t *session;

	json_array_foreach (items, i, session) {
		if (strcmp(json_text(session, "step"), "closed") != 0)
			json_array_append(open, session);
	}
	return open;
}

static void sessions_answered(void *user, const struct https_answer *answer)
{
	struct door *d = user;
	json_auto_t *open = NULL;

	if (!answer_is_good(d, answer))
		return;
	open = open_sessions(json_object_get(answer->body, "items"));
	if (json_array_size(open) == 0)
		refuse(d, "no_session", "");
	else if (json_array_size(open) == 1)
		d->out.signed_in(
			d->out.user, d->token, json_text(json_array_get(open, 0), "session_id"));
	else
		d->out.choose(d->out.user, open);
}

static void session_find(struct door *d)
{
	g_autofree char *url = g_strconcat(d->api, "/api/v1/sessions", NULL);
	const struct https_request asked = {.method = "GET", .url = url, .bearer = d->token};

	if (d->session[0])
		d->out.signed_in(d->out.user, d->token, d->session);
	else
		https_send(d->https, &asked, sessions_answered, d);
}

static void sign_in_answered(void *user, const struct https_answer *answer)
{
	struct door *d = user;
	const char *session = json_text(answer->body, "session_id");

	if (!answer_is_good(d, answer))
		return;
	if (!*json_text(answer->body, "token")) {
		refuse(d, "bad_answer", "no token");
		return;
	}
	token_set(d, json_text(answer->body, "token"));
	if (*session) {
		g_free(d->session);
		d->session = g_strdup(session);
	}
	session_find(d);
}

void door_pass(struct door *d, const char *pass, const char *device_key)
{
	json_auto_t *body =
		json_pack("{s:s, s:s, s:b}", "pass", pass, "device_key", device_key, "bearer", 1);
	g_autofree char *url = g_strconcat(d->api, "/api/v1/seat/sign-in", NULL);
	const struct https_request asked = {.method = "POST", .url = url, .body = body};

	https_send(d->https, &asked, sign_in_answered, d);
}

void door_account(struct door *d, const char *login, const char *password, const char *code,
	const char *session)
{
	json_auto_t *body = json_pack("{s:s, s:s, s:b, s:s*}", "login", login, "password", password,
		"bearer", 1, "totp", *code ? code : NULL);
	g_autofree char *url = g_strconcat(d->api, "/api/v1/sign-in", NULL);
	const struct https_request asked = {.method = "POST", .url = url, .body = body};

	g_free(d->login);
	d->login = g_strdup(login);
	g_free(d->session);
	d->session = g_strdup(session);
	https_send(d->https, &asked, sign_in_answered, d);
}

bool door_choose(struct door *d, const char *login, const char *session)
{
	if (!d->token || !*session || strcmp(d->login, login) != 0)
		return false;
	g_free(d->session);
	d->session = g_strdup(session);
	session_find(d);
	return true;
}
