/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/sign_in.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <string.h>

#include "proto/json_text.h"
#include "room-client/ticket.h"

struct sign_in {
	struct https *https;
	struct sign_in_out out;
	char *api, *session, *device_key;
	char *token; /* NULL before the first sign-in */
	bool busy;
	bool key_known; /* or there is none to be made known */
};

struct sign_in *sign_in_new(struct https *https, const char *api, const char *session,
	const char *device_key, const struct sign_in_out *out)
{
	struct sign_in *s = g_new0(struct sign_in, 1);

	s->https = https;
	s->out = *out;
	s->api = g_strdup(api);
	s->session = g_strdup(session);
	s->device_key = g_strdup(device_key);
	return s;
}

static void token_forget(struct sign_in *s)
{
	if (s->token)
		OPENSSL_cleanse(s->token, strlen(s->token));
	g_clear_pointer(&s->token, g_free);
}

void sign_in_set_token(struct sign_in *s, const char *token)
{
	token_forget(s);
	s->token = g_strdup(token);
}

const char *sign_in_token(const struct sign_in *s)
{
	return s->token;
}

struct sign_in *sign_in_free(struct sign_in *s)
{
	if (!s)
		return NULL;
	token_forget(s);
	g_free(s->api);
	g_free(s->session);
	g_free(s->device_key);
	g_free(s);
	return NULL;
}

/* True when the answer is the one hoped for; tells otherwise. */
static bool answer_is_good(struct sign_in *s, const struct https_answer *answer)
{
	if (answer->status >= 200 && answer->status < 300)
		return true;
	if (answer->status == 0)
		s->out.refused(s->out.user, "no_answer", answer->error);
	else
		s->out.refused(s->out.user, https_problem_code(answer->body),
			json_text(answer->body, "title"));
	return false;
}

static void ticket_answered(void *user, const struct https_answer *answer)
{
	struct sign_in *s = user;
	struct seat_ticket ticket;
	char url[SEAT_URL_MAX];

	s->busy = false;
	if (!answer_is_good(s, answer))
		return;
	if (ticket_read(answer->body, &ticket, url) != 0)
		s->out.refused(s->out.user, "bad_answer", "not a ticket");
	else
		s->out.ticket(s->out.user, &ticket, url);
	OPENSSL_cleanse(&ticket, sizeof(ticket));
}

static void ticket_ask(struct sign_in *s)
{
	json_auto_t *body = json_pack("{s:s}", "device_key", s->device_key);
	g_autofree char *key = g_uuid_string_random();
	g_autofree char *url = g_strdup_printf("%s/api/v1/sessions/%s/tickets", s->api, s->session);
	const struct https_request asked = {.method = "POST",
		.url = url,
		.bearer = s->token,
		.idempotency_key = key,
		.body = body};

	s->busy = true;
	https_send(s->https, &asked, ticket_answered, s);
}

/* ---- the key that certifies ---- */

static void key_answered(void *user, const struct https_answer *answer)
{
	struct sign_in *s = user;

	s->busy = false;
	if (!answer_is_good(s, answer))
		return;
	s->key_known = true;
	ticket_ask(s);
}

static void key_tell(struct sign_in *s, const char *purpose, const char *key)
{
	json_auto_t *body = json_pack(
		"{s:s, s:s, s:s}", "purpose", purpose, "alg", "ed25519", "public_key", key);
	g_autofree char *once = g_uuid_string_random();
	g_autofree char *url = g_strconcat(s->api, "/api/v1/me/keys", NULL);
	const struct https_request asked = {.method = "POST",
		.url = url,
		.bearer = s->token,
		.idempotency_key = once,
		.body = body};

	s->busy = true;
	https_send(s->https, &asked, key_answered, s);
}

/* What the key of such an account is for; NULL: it certifies nothing. */
static const char *purpose_of(const json_t *account)
{
	static const char *const roles[][2] = {{"expert", "expert"}, {"host", "seat"},
		{"supervisor", "seat"}, {"venue", "seat"}, {"witness", "seat"}};
	const json_t *has = json_object_get(account, "roles");
	size_t i;
	json_t *role;

	json_array_foreach (has, i, role)
		for (size_t k = 0; k < G_N_ELEMENTS(roles); k++)
			if (g_strcmp0(json_string_value(role), roles[k][0]) == 0)
				return roles[k][1];
	return NULL;
}

static bool is_known(const json_t *keys, const char *purpose, const char *key)
{
	size_t i;
	json_t *known;

	json_array_foreach (keys, i, known)
		if (strcmp(json_text(known, "purpose"), purpose) == 0 &&
			strcmp(json_text(known, "public_key"), key) == 0)
			return true;
	return false;
}

static void me_answered(void *user, const struct https_answer *answer)
{
	struct sign_in *s = user;
	const json_t *account = json_object_get(answer->body, "account");
	const char *purpose = purpose_of(account);
	char key[BASE64_SIZE(ED25519_KEY_LEN)];

	s->busy = false;
	if (!answer_is_good(s, answer))
		return;
	if (purpose && !s->out.key(s->out.user, json_text(account, "id"), key)) {
		s->out.refused(s->out.user, "crypto", "the key of this account");
		return;
	}
	if (purpose && !is_known(json_object_get(answer->body, "keys"), purpose, key)) {
		key_tell(s, purpose, key);
		return;
	}
	s->key_known = true;
	ticket_ask(s);
}

static void certify(struct sign_in *s)
{
	g_autofree char *url = g_strconcat(s->api, "/api/v1/me", NULL);
	const struct https_request asked = {.method = "GET", .url = url, .bearer = s->token};

	if (s->key_known || !s->out.key) {
		ticket_ask(s);
		return;
	}
	s->busy = true;
	https_send(s->https, &asked, me_answered, s);
}

/* ---- signing in ---- */

static void sign_in_answered(void *user, const struct https_answer *answer)
{
	struct sign_in *s = user;
	const char *token = json_string_value(json_object_get(answer->body, "token"));

	s->busy = false;
	if (!answer_is_good(s, answer))
		return;
	if (!token) {
		s->out.refused(s->out.user, "bad_answer", "no token");
		return;
	}
	token_forget(s);
	s->token = g_strdup(token);
	s->key_known = false;
	certify(s);
}

int sign_in_enter(struct sign_in *s, const char *pass)
{
	json_auto_t *body = json_pack(
		"{s:s, s:s, s:b}", "pass", pass, "device_key", s->device_key, "bearer", 1);
	g_autofree char *url = g_strconcat(s->api, "/api/v1/seat/sign-in", NULL);
	const struct https_request asked = {.method = "POST", .url = url, .body = body};

	if (s->busy)
		return SIGN_IN_E_BUSY;
	s->busy = true;
	https_send(s->https, &asked, sign_in_answered, s);
	return 0;
}

int sign_in_again(struct sign_in *s)
{
	if (s->busy)
		return SIGN_IN_E_BUSY;
	if (!s->token)
		return SIGN_IN_E_NO_PASS;
	certify(s);
	return 0;
}
