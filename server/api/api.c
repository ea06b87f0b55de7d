/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/api.h"

#include <errno.h>
#include <string.h>

#include "db/fault.h"
#include "proto/canon.h"
#include "server/api/authenticate.h"
#include "server/auth/permission.h"
#include "server/core/arrivals.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/core/metrics.h"

struct api_job {
	struct api_call call;
	struct http_reply_to to;
	int64_t began_us;
};

static bool hands_in(const struct api_job *job)
{
	return job->call.request->route->flags & API_HANDS_IN;
}

static void api_job_free(void *data)
{
	struct api_job *job = data;

	if (hands_in(job))
		arrivals_leave(job->call.api->env->arrivals, job->call.legal_us);
	http_request_free(job->call.request);
	response_free(job->call.response);
	g_free(job);
}

int api_refuse(struct api_call *call, const struct refusal *r)
{
	response_free(call->response);
	call->response = response_problem(r, call->request->id);
	return 0;
}

static void api_fault(struct api_call *call, int fault)
{
	struct refusal r = {0};

	log_event(LOG_ERR, "api.fault", log_str("request", call->request->id),
		log_str("route", call->request->route->pattern), log_int("errno", -fault),
		log_str("error", g_strerror(-fault)), log_str("db", db_fault_text()));
	if (fault == -EAGAIN)
		refuse(&r, "server.unavailable", NULL, "the database does not answer; try again");
	else
		refuse(&r, "server.fault", NULL, "see the log for request %s", call->request->id);
	api_refuse(call, &r);
	if (fault == -EAGAIN)
		response_header(call->response, "retry-after", "2");
}

/* A query or path value as the type the table asks for. */
static json_t *typed_value(const struct field *fields, const char *name, const char *text)
{
	for (const struct field *f = fields; f && f->name; f++) {
		char *end;
		if (strcmp(f->name, name) != 0)
			continue;
		if (f->type == FIELD_BOOL)
			return !strcmp(text, "true")    ? json_true()
			       : !strcmp(text, "false") ? json_false()
							: json_string(text);
		if (f->type != FIELD_INT)
			break;
		errno = 0;
		long long n = strtoll(text, &end, 10);
		if (!errno && end != text && !*end)
			return json_integer(n);
	}
	return json_string(text);
}

static int load_body(struct api_call *call, json_t **ret_in, struct refusal *r)
{
	const char *type = http_request_header(call->request, HTTP_CONTENT_TYPE);
	size_t len;
	const void *bytes = g_bytes_get_data(call->request->body, &len);
	json_error_t where = {.text = ""};

	if (!len) {
		*ret_in = json_object();
		return 0;
	}
	if (!type || strncmp(type, "application/json", 16) != 0 ||
		(type[16] && type[16] != ';' && type[16] != ' '))
		return refuse(r, "http.unsupported_type", NULL, "send application/json");
	int result = canon_load(bytes, len, SIZE_MAX, ret_in, &where);
	if (result)
		return refuse(r, "input.malformed", NULL, "%s: %s", canon_refusal_code(result),
			where.text);
	return 0;
}

void api_query_input(const struct api_call *call, const struct act_kind *kind, json_t *in)
{
	const struct http_request *request = call->request;

	for (unsigned i = 0; i < request->n_query; i++)
		json_object_set_new(in, request->query[i].name,
			typed_value(kind->fields, request->query[i].name, request->query[i].value));
}

int api_input(
	struct api_call *call, const struct act_kind *kind, json_t **ret_in, struct refusal *r)
{
	const struct http_request *request = call->request;
	json_t *in = NULL;
	int refused = load_body(call, &in, r);

	if (refused)
		return refused;
	if (!json_is_object(in)) {
		json_decref(in);
		return refuse(r, "input.malformed", NULL, "a JSON object is expected");
	}
	api_query_input(call, kind, in);
	for (unsigned i = 0; i < request->n_path_params; i++)
		json_object_set_new(in, request->path_params[i].name,
			typed_value(kind->fields, request->path_params[i].name,
				request->path_params[i].value));
	*ret_in = in;
	return 0;
}

int api_check_permission(
	const struct api_call *call, const struct act_kind *kind, struct refusal *r)
{
	return permission_check(kind->name, call->actor.account_id[0] != 0, call->actor.roles, r);
}

int api_check_type(const struct api_call *call, const char *type, struct refusal *r)
{
	const char *said = http_request_header(call->request, HTTP_CONTENT_TYPE);
	size_t len = strlen(type);

	return said && strncmp(said, type, len) == 0 && strchr("; ", said[len])
		       ? 0
		       : refuse(r, "http.unsupported_type", NULL, "send %s", type);
}

/* If-Match: "7" → 7; 0 when absent or not one of ours. */
static int64_t if_match(const struct http_request *request)
{
	const char *text = http_request_header(request, HTTP_IF_MATCH);

	return text && *text == '"' ? g_ascii_strtoll(text + 1, NULL, 10) : 0;
}

int api_perform(struct api_call *call, const struct act_kind *kind, const json_t *in,
	json_t **ret_out, struct refusal *r)
{
	struct act_call how = {
		.idempotency_key = http_request_header(call->request, HTTP_IDEMPOTENCY_KEY),
		.if_match = if_match(call->request),
		.legal_us = call->legal_us,
		.body = call->request->body,
	};

	return act_perform(call->api->env, &call->actor, kind, in, &how, ret_out, r);
}

void api_answer(struct api_call *call, int result, json_t *out, const struct refusal *r)
{
	if (result < 0) {
		json_decref(out);
		api_fault(call, result);
		return;
	}
	if (result == REFUSED) {
		/* A refusal on the record has a receipt like any other act. */
		response_free(call->response);
		call->response = response_problem_with(
			r, call->request->id, "events", json_object_get(out, "events"));
		json_decref(out);
		return;
	}
	const struct act_kind *kind = call->request->route->data;
	const json_t *version = json_object_get(out, "version");
	g_autofree char *etag = json_is_integer(version) ? g_strdup_printf("%" JSON_INTEGER_FORMAT,
								   json_integer_value(version))
							 : NULL;
	response_free(call->response);
	call->response = response_json(kind && kind->flags & ACT_CREATES ? 201 : 200, out);
	if (etag)
		response_etag(call->response, etag);
	response_header(call->response, "cache-control", "no-store");
}

static int perform_route(struct api_call *call, json_t **ret_out, struct refusal *r)
{
	const struct act_kind *kind = call->request->route->data;
	json_auto_t *in = NULL;
	int result = api_input(call, kind, &in, r);

	return result ? result : api_perform(call, kind, in, ret_out, r);
}

int api_act(struct api_call *call)
{
	struct refusal r = {0};
	json_t *out = NULL;
	int result = perform_route(call, &out, &r);

	api_answer(call, result, out, &r);
	return 0;
}

json_t *api_act_out(struct api_call *call)
{
	struct refusal r = {0};
	json_t *out = NULL;
	int result = perform_route(call, &out, &r);

	if (!result)
		return out;
	api_answer(call, result, out, &r);
	return NULL;
}

static void run_job(void *data, void *thread_data)
{
	struct api_job *job = data;
	struct api_call *call = &job->call;
	struct refusal r = {0};
	int result = api_authenticate(call, &r);

	if (result == REFUSED)
		api_refuse(call, &r);
	else if (!result)
		result = call->request->route->handle(call);
	if (result < 0)
		api_fault(call, result);
	metric_observe_us(metric_histogram("bidroom_http_request_seconds",
				  "Time from request to answer, by lane of work", NULL, NULL),
		clock_mono_us() - job->began_us);
	http_reply(job->to, g_steal_pointer(&call->response));
}

void api_request(void *ctx, struct http_request *request, struct http_reply_to to)
{
	struct api *api = ctx;
	struct api_job *job = g_new0(struct api_job, 1);
	enum job_lane lane = request->route->lane;

	job->call.api = api;
	job->call.request = request;
	job->to = to;
	job->began_us = clock_mono_us();
	job->call.legal_us = clock_legal_us(api->env->clock);
	g_strlcpy(job->call.actor.peer, request->peer, sizeof(job->call.actor.peer));
	if (hands_in(job))
		arrivals_enter(api->env->arrivals, job->call.legal_us);
	if (job_post(api->jobs, lane, run_job, NULL, job, api_job_free) == 0)
		return;
	struct http_response *busy = response_refusal("http.overloaded", request->id);
	response_header(busy, "retry-after", "1");
	http_reply(to, busy);
	api_job_free(job);
}
