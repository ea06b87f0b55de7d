/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The expert's own part: calls of the API under the seat's sign-in, and signatures by his key. */
#include <string.h>

#include "room-client/app_inner.h"

struct app_call {
	struct app *app;
	app_answered_fn *answered;
	void *data;
	GDestroyNotify done;
};

/* Of app->calls: whatever is still under way when the client goes. */
void app_call_free(void *user)
{
	struct app_call *c = user;

	c->done(c->data);
	g_free(c);
}

static void call_answered(void *user, const struct https_answer *answer)
{
	struct app_call *c = user;

	c->answered(c->data, answer->status, answer->body, answer->bytes);
	g_ptr_array_remove_fast(c->app->calls, c);
}

bool app_call(struct app *a, const struct app_request *asked, app_answered_fn *answered, void *data,
	GDestroyNotify done)
{
	g_autofree char *url = g_strconcat(a->api, "/api/v1", asked->path, NULL);
	g_autofree char *key = g_uuid_string_random();
	g_autofree char *version = g_strdup_printf("\"%" G_GINT64_FORMAT "\"", asked->version);
	const struct https_request request = {
		.method = asked->method,
		.url = url,
		.bearer = sign_in_token(a->sign_in),
		.idempotency_key = strcmp(asked->method, "POST") == 0 ? key : NULL,
		.if_match = asked->version >= 0 ? version : NULL,
		.body = asked->body,
	};
	struct app_call *c;

	if (!request.bearer) {
		done(data);
		return false;
	}
	c = g_new(struct app_call, 1);
	*c = (struct app_call){a, answered, data, done};
	g_ptr_array_add(a->calls, c);
	https_send(a->https, &request, call_answered, c);
	return true;
}

int app_sign(struct app *a, const char *account, const void *data, size_t len,
	struct keys_signature *ret)
{
	const struct keys_ring ring = {a->expert_key_file, a->state_dir};

	return keys_sign(&ring, account, data, len, ret);
}
