/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/sign_in.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <string.h>

#include "room-client/ticket.h"

struct sign_in {
	struct https *https;
	struct sign_in_out out;
	char *api, *session, *device_key;
	char *token; /* NULL before the first sign-in */
	bool busy;
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
	const char *code = json_string_value(json_object_get(answer->body, "code"));
	const char *title = json_string_value(json_object_get(answer->body, "title"));

	if (answer->status >= 200 && answer->status < 300)
		return true;
	if (answer->status == 0)
		s->out.refused(s->out.user, "no_answer", answer->error);
	else
		s->out.refused(s->out.user, code ? code : "bad_answer", title ? title : "");
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
	ticket_ask(s);
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
	ticket_ask(s);
	return 0;
}
