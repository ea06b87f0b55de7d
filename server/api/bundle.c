/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bundle of a session over HTTP: ordered, made by a long job, looked after, and fetched as a
 * tar archive whose bytes are put together while they are sent.
 */
#include "server/publish/bundle.h"

#include <errno.h>
#include <unistd.h>

#include "server/api/views.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/publish/bundle_shelf.h"
#include "server/publish/bundle_tar.h"
#include "server/record/reel_media.h"

/* The keeper releases events within a second or two. */
#define TRIES 20
#define PAUSE_US (G_USEC_PER_SEC / 2)
#define TOLD_US (G_USEC_PER_SEC / 2)

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

/* --- Making. --- */

struct order {
	const struct act_env *env;
	struct reel_shelf shelf;
	struct bundle bundle;
	char *session_id, *page_dir, *dir;
	int lock; /* -1: not held */
	int64_t told_us;
};

static void order_free(void *data)
{
	struct order *o = data;

	bundle_end(&o->bundle);
	if (o->lock >= 0)
		close(o->lock);
	g_free(o->session_id);
	g_free(o->page_dir);
	g_free(o->dir);
	g_free(o);
}

static void tell(struct order *o, enum shelf_state state, const char *error)
{
	struct shelf_entry entry = {.state = state,
		.done_bytes = o->bundle.done_bytes,
		.total_bytes = o->bundle.total_bytes,
		.changed_us = clock_real_us(),
		.holds_bids = state == SHELF_MAKING || bundle_holds_bids(&o->bundle),
		.error = error};
	int r = shelf_write(o->env->data_dir, o->session_id, &entry);

	o->told_us = g_get_monotonic_time();
	if (r)
		log_fault("bundle.shelf", r, o->session_id);
}

static bool progress(void *ctx, uint64_t done, uint64_t total)
{
	struct order *o = ctx;

	if (g_get_monotonic_time() - o->told_us >= TOLD_US)
		tell(o, SHELF_MAKING, NULL);
	return false;
}

static int collect(struct db_txn *txn, void *data)
{
	return bundle_collect(txn, data);
}

static void make(void *data, void *thread_data)
{
	struct order *o = data;
	int r = -EAGAIN;

	for (int i = 0; r == -EAGAIN && i < TRIES; i++) {
		if (i)
			g_usleep(PAUSE_US);
		r = db_run_read(o->env->pool, collect, &o->bundle);
	}
	if (!r)
		r = bundle_write(&o->bundle);
	if (r)
		log_event(LOG_ERR, "bundle.failed", log_str("session", o->session_id),
			log_str("error", shelf_error(r)), log_int("result", r));
	tell(o, r ? SHELF_FAILED : SHELF_READY, r ? shelf_error(r) : NULL);
}

static struct order *order_new(const struct api *api, const char *session_id)
{
	struct order *o = g_new0(struct order, 1);

	o->env = api->env;
	o->lock = -1;
	o->session_id = g_strdup(session_id);
	o->page_dir = g_build_filename(api->console_dir, "bundle", NULL);
	o->dir = shelf_dir(api->env->data_dir, session_id);
	o->shelf = (struct reel_shelf){api->env->reel_dirs, api->env->bucket, api->env->data_dir};
	o->bundle = (struct bundle){.key = api->env->log_key,
		.cosigners = api->env->cosigners,
		.scores = api->env->scores,
		.cipher = api->env->cipher,
		.seals = api->env->reels,
		.session_id = o->session_id,
		.data_dir = api->env->data_dir,
		.reel_dirs = api->env->reel_dirs,
		.reels_from = {reel_shelf_open, &o->shelf},
		.page_dir = o->page_dir,
		.dir = o->dir,
		.now_us = clock_real_us(),
		.progress = progress,
		.progress_ctx = o};
	return o;
}

static int begin(struct order *o, struct refusal *r)
{
	int result;

	o->lock = shelf_lock(o->env->data_dir, o->session_id);
	if (o->lock < 0)
		return o->lock == -EBUSY ? refuse(r, "bundle.making", NULL, NULL) : o->lock;
	shelf_clear(o->env->data_dir, o->session_id, clock_real_us());
	result = bundle_begin(&o->bundle);
	if (result == BUNDLE_E_PAGE)
		return refuse(r, "server.unavailable", NULL, "the player page is not installed");
	return result > 0 ? -EEXIST : result;
}

int api_bundle_order(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	const char *session_id = http_request_param(call->request, "session_id");
	struct refusal r = {0};
	json_t *in = NULL, *out = NULL;

	if (api_check_permission(call, kind, &r))
		return api_refuse(call, &r);
	if (!id_valid(session_id))
		return refuse(&r, "input.not_found", "session_id", NULL), api_refuse(call, &r);
	int result = api_input(call, kind, &in, &r);
	struct order *o = order_new(call->api, session_id);
	if (!result)
		result = begin(o, &r);
	if (!result)
		result = api_perform(call, kind, in, &out, &r);
	if (!result) {
		tell(o, SHELF_MAKING, NULL);
		if (job_post(call->api->jobs, JOB_LANE_LONG, make, NULL, o, order_free) == 0)
			o = NULL;
		else
			tell(o, SHELF_FAILED, "fault");
	}
	if (o)
		order_free(o);
	json_decref(in);
	api_answer(call, result, out, &r);
	return 0;
}

/* --- Looking after it. --- */

static int run_view(struct act *a, const json_t *in, json_t *out)
{
	struct shelf_entry entry;

	shelf_read(a->env->data_dir, in_text(in, "session_id"), a->real_us, &entry);
	out_text(out, "state", shelf_state_name(entry.state));
	if (entry.state == SHELF_MAKING) {
		out_int(out, "done_bytes", (int64_t)entry.done_bytes);
		out_int(out, "total_bytes", (int64_t)entry.total_bytes);
	}
	if (entry.state == SHELF_READY)
		out_time(out, "made_at", entry.changed_us);
	if (entry.state == SHELF_FAILED)
		out_text(out, "error", entry.error);
	return 0;
}

const struct act_kind bundle_view = {
	.name = "bundle.get", .fields = fields, .run = run_view, .flags = ACT_READ};

/* --- Fetching it. --- */

/* An archive being sent: held by its response and by each pull under way. */
struct sending {
	gatomicrefcount refs;
	struct job_pool *jobs;
	struct bundle_tar *tar;
};

static void sending_unref(void *data)
{
	struct sending *s = data;

	if (!g_atomic_ref_count_dec(&s->refs))
		return;
	bundle_tar_free(s->tar);
	g_free(s);
}

struct pull {
	struct sending *sending;
	uint64_t at, left;
	struct http_reply_to to;
};

static void run_pull(void *data, void *thread_data)
{
	const struct pull *p = data;
	GBytes *piece = NULL;
	int r = bundle_tar_read(p->sending->tar, p->at, p->left, &piece);

	if (r)
		log_event(LOG_ERR, "bundle.read", log_int("result", r));
	http_feed(p->to, piece);
}

static void pull_free(void *data)
{
	struct pull *p = data;

	sending_unref(p->sending);
	g_free(p);
}

static void pull(void *ctx, uint64_t at, uint64_t left, struct http_reply_to to)
{
	struct sending *s = ctx;
	struct pull *p = g_new(struct pull, 1);

	g_atomic_ref_count_inc(&s->refs);
	*p = (struct pull){s, at, left, to};
	if (job_post(s->jobs, JOB_LANE_FILES, run_pull, NULL, p, pull_free) == 0)
		return;
	pull_free(p);
	http_feed(to, NULL);
}

static void respond(struct api_call *call, const char *session_id, struct bundle_tar *tar,
	const struct shelf_entry *entry)
{
	struct sending *s = g_new0(struct sending, 1);
	const struct http_source source = {bundle_tar_size(tar), pull, s, sending_unref};
	g_autofree char *etag = g_strdup_printf("%" G_GINT64_FORMAT, entry->changed_us);
	g_autofree char *disposition =
		g_strdup_printf("attachment; filename=\"bidroom-%s.tar\"", session_id);

	g_atomic_ref_count_init(&s->refs);
	s->jobs = call->api->jobs;
	s->tar = tar;
	call->response = response_source(&source, "application/x-tar", etag);
	response_header(call->response, "content-disposition", disposition);
	response_header(call->response, "cache-control", "no-store");
}

const struct act_kind bundle_tar_view = {.name = "bundle.fetch", .flags = ACT_READ};

int api_bundle_tar(struct api_call *call)
{
	const char *session_id = http_request_param(call->request, "session_id");
	const struct act_env *env = call->api->env;
	g_autofree char *dir = NULL, *prefix = g_strdup_printf("bidroom-%s/", session_id);
	struct shelf_entry entry = {0};
	struct bundle_tar *tar = NULL;
	struct refusal r = {0};

	if (api_check_permission(call, &bundle_tar_view, &r))
		return api_refuse(call, &r);
	if (id_valid(session_id))
		shelf_read(env->data_dir, session_id, clock_real_us(), &entry);
	if (entry.state != SHELF_READY) {
		refuse(&r, "input.not_found", "session_id", "no bundle lies ready");
		return api_refuse(call, &r);
	}
	dir = shelf_dir(env->data_dir, session_id);
	int result = bundle_tar_open(dir, prefix, &tar);
	if (result)
		return result;
	respond(call, session_id, tar, &entry);
	return 0;
}
