/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/authenticate.h"

#include <string.h>

#include "server/auth/token.h"
#include "server/store/account_store.h"

struct lookup {
	const uint8_t *token_hash;
	struct sign_in sign_in;
	uint32_t roles;
};

static int find_sign_in(struct db_txn *txn, void *data)
{
	struct lookup *l = data;
	ACCOUNT_AUTO struct account *account = NULL;
	int r = account_store_find_sign_in(txn, l->token_hash, clock_real_us(), &l->sign_in);

	if (!r)
		r = account_store_get(txn, l->sign_in.account_id, &account);
	if (r)
		return r;
	l->roles = account->locked ? 0 : account->roles;
	return account->locked ? STORE_E_NONE : 0;
}

static char *presented_token(struct api_call *call)
{
	const char *authorization = http_request_header(call->request, HTTP_AUTHORIZATION);

	if (authorization && g_ascii_strncasecmp(authorization, "Bearer ", 7) == 0)
		return g_strdup(authorization + 7);
	call->by_cookie = true;
	return http_request_cookie(call->request, API_COOKIE);
}

static bool changes(const struct http_request *request)
{
	return request->method != HTTP_GET && request->method != HTTP_HEAD;
}

int api_authenticate(struct api_call *call, struct refusal *r)
{
	unsigned flags = call->request->route->flags;
	if (flags & API_PUBLIC)
		return 0;

	g_autofree char *token = presented_token(call);
	if (!token)
		return 0;
	token_hash(token, call->token_hash);
	struct lookup l = {.token_hash = call->token_hash};
	int result = db_run_read(call->api->env->pool, find_sign_in, &l);
	if (result == STORE_E_NONE)
		return refuse(r, "auth.required", NULL, "the sign-in has ended; sign in again");
	if (result)
		return result;
	if (call->by_cookie && changes(call->request) && !(flags & API_NO_CSRF)) {
		const char *csrf = http_request_header(call->request, HTTP_X_CSRF_TOKEN);
		if (!csrf || !token_equal(csrf, l.sign_in.csrf))
			return refuse(r, "auth.csrf", "x-csrf-token",
				"send the csrf value of the sign-in with every change");
	}
	struct actor *actor = &call->actor;
	actor->roles = l.roles;
	g_strlcpy(actor->account_id, l.sign_in.account_id, sizeof(actor->account_id));
	g_strlcpy(actor->session_id, l.sign_in.session_id, sizeof(actor->session_id));
	g_strlcpy(actor->csrf, l.sign_in.csrf, sizeof(actor->csrf));
	g_strlcpy(actor->seat_id, l.sign_in.seat_id, sizeof(actor->seat_id));
	return 0;
}
