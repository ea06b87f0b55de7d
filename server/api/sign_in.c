/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in and out over HTTP. A browser gets its token as a cookie no script can read and the
 * CSRF value in the answer; a program that asks for it ("bearer": true) gets the token itself.
 * Tries are throttled by login before any password is hashed; not by address, which an office shares.
 */
#include "server/act/acts.h"
#include "server/api/views.h"
#include "server/auth/throttle.h"
#include "server/store/account_store.h"

static int throttled(struct api_call *call, const char *login)
{
	struct refusal r = {0};
	int64_t wait_us = 0;
	g_autofree char *by_login = g_strdup_printf("login:%s", login);

	if (throttle_try(call->api->throttle, by_login, clock_mono_us(), &wait_us) == 0)
		return 0;
	g_autofree char *seconds =
		g_strdup_printf("%" G_GINT64_FORMAT, wait_us / CLOCK_SECOND_US + 1);
	refuse(&r, "auth.throttled", NULL, "try again in %s s", seconds);
	api_refuse(call, &r);
	response_header(call->response, "retry-after", seconds);
	return REFUSED;
}

static void set_cookie(struct api_call *call, const char *token, int64_t max_age_s)
{
	g_autofree char *cookie =
		g_strdup_printf("%s=%s; Path=/; Secure; HttpOnly; SameSite=Strict; "
				"Max-Age=%" G_GINT64_FORMAT,
			API_COOKIE, token, max_age_s);

	response_header(call->response, "set-cookie", cookie);
}

int api_sign_in(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = NULL, *out = NULL;
	int result = api_input(call, kind, &in, &r);
	bool bearer = !result && in_bool(in, "bearer", false);

	if (!result)
		json_object_del(in, "bearer");
	const char *key = result ? NULL : in_text(in, "login") ?: in_text(in, "pass");
	if (key && throttled(call, key)) {
		json_decref(in);
		return 0;
	}
	if (!result)
		result = api_perform(call, kind, in, &out, &r);
	if (!result && key) {
		g_autofree char *by_login = g_strdup_printf("login:%s", key);
		throttle_forgive(call->api->throttle, by_login);
	}
	g_autofree char *token = result ? NULL : g_strdup(in_text(out, "token"));
	if (token && !bearer)
		json_object_del(out, "token");
	api_answer(call, result, out, &r);
	if (token && !bearer)
		set_cookie(call, token, API_SIGN_IN_US / CLOCK_SECOND_US);
	json_decref(in);
	return 0;
}

static int end_sign_in(struct db_txn *txn, void *data)
{
	const struct api_call *call = data;

	return account_store_end_sign_in(txn, call->token_hash);
}

int api_sign_out(struct api_call *call)
{
	if (call->actor.account_id[0]) {
		int r = db_run(call->api->env->pool, end_sign_in, call);
		if (r)
			return r;
	}
	call->response = response_json(200, json_pack("{s:[]}", "events"));
	set_cookie(call, "", 0);
	return 0;
}
