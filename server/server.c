/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/api/api.h"
#include "server/auth/throttle.h"
#include "server/base.h"
#include "server/core/config.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/follow/closer.h"
#include "server/follow/destroyer.h"
#include "server/follow/due.h"
#include "server/follow/exchange.h"
#include "server/follow/follower.h"
#include "server/follow/keeper.h"
#include "server/follow/mover.h"
#include "server/follow/open_data.h"
#include "server/follow/pages.h"
#include "server/follow/search.h"
#include "server/follow/shelf.h"
#include "server/net/loop.h"
#include "server/net/tls.h"
#include "server/record/recorder.h"
#include "server/record/recover.h"
#include "server/routes.h"
#include "server/search/index.h"
#include "server/sign/reel_key.h"
#include "server/ws/room_door.h"

/* Ten tries at once, then one every twenty seconds. */
#define SIGN_IN_BURST 10
#define SIGN_IN_INTERVAL_US (20 * CLOCK_SECOND_US)
/* So that one host, or one network of /64, takes days to fill what may wait. */
#define REGISTRATION_BURST 15
#define REGISTRATION_INTERVAL_US (600 * CLOCK_SECOND_US)

struct server {
	const struct config *config;
	struct base *base; /* database, keys, clock: what bidroomctl has too */
	struct act_env env;
	struct api api;
	struct job_pool *jobs;
	struct router *router;
	struct loop *loop;
	struct room_door *rooms; /* NULL: this process serves no rooms */
	struct recorder *recorder;
	struct record_keys reel_keys;
	struct keeper *keeper;
	struct pages *pages;
	struct search_follower *searching;
	struct due due;
	struct closer *closer;
	struct destroyer *destroyer;
	struct mover *mover;
	struct open_data *open_data;
	struct exchange *exchange;
	struct follower *keeping, *paging, *indexing, *opening, *exchanging, *timing, *publishing,
		*archiving, *closing, *clearing;
	struct static_site sites[2];
	char *cert_path, *key_path, *public_dir;
};

/* Parts that are not in the ledger when the program ends are found again by recovery. */
#define RECORDER_STOP_MS 5000

static void wake_loop(void *ctx)
{
	struct server *s = ctx;

	if (s->loop)
		loop_wake(s->loop);
}

static void drain_jobs(void *ctx)
{
	struct server *s = ctx;

	job_drain_done(s->jobs);
}

static void start_jobs(struct server *s)
{
	unsigned queue = (unsigned)config_number(s->config, "workers", "queue");
	struct job_config jobs = {
		.lanes =
			{
				[JOB_LANE_ACTS] = {(unsigned)config_number(
							   s->config, "workers", "acts"),
					queue},
				[JOB_LANE_HASH] = {(unsigned)config_number(
							   s->config, "workers", "hashes"),
					queue},
				[JOB_LANE_LONG] = {(unsigned)config_number(
							   s->config, "workers", "long"),
					queue},
				[JOB_LANE_FILES] = {(unsigned)config_number(
							    s->config, "workers", "files"),
					queue},
			},
		.wake = wake_loop,
		.ctx = s,
	};

	s->jobs = job_pool_new(&jobs);
}

static int prepare_tls(struct server *s)
{
	const char *cert = config_text(s->config, "tls", "certificate");
	const char *key = config_text(s->config, "tls", "key");
	const char *data_dir = config_text(s->config, "server", "data_dir");

	s->cert_path = *cert ? g_strdup(cert) : g_build_filename(data_dir, "tls.crt", NULL);
	s->key_path = *key ? g_strdup(key) : g_build_filename(data_dir, "tls.key", NULL);
	return tls_ensure_certificate(
		s->cert_path, s->key_path, config_text(s->config, "tls", "names"));
}

static int start_loop(struct server *s)
{
	size_t n_routes;
	const struct route *rows = routes(&n_routes);
	int r = prepare_tls(s);

	if (r) {
		log_fault("server.tls", r, s->cert_path);
		return r;
	}
	s->router = router_new(rows, n_routes);
	s->public_dir =
		g_build_filename(config_text(s->config, "server", "data_dir"), "public", NULL);
	s->sites[0] = (struct static_site){
		"/console/", config_text(s->config, "server", "console_dir"), "index.html"};
	s->sites[1] = (struct static_site){"/", s->public_dir, NULL};
	struct loop_config loop = {
		.address = config_text(s->config, "server", "listen_address"),
		.port = (int)config_number(s->config, "server", "https_port"),
		.cert_path = s->cert_path,
		.key_path = s->key_path,
		.connect_src = config_text(s->config, "server", "room_url"),
		.router = s->router,
		.http = {.request = api_request, .ctx = &s->api},
		.sites = s->sites,
		.n_sites = G_N_ELEMENTS(s->sites),
		.limits =
			{
				.max_connections =
					(unsigned)config_number(s->config, "limits", "connections"),
				.max_per_address = (unsigned)config_number(
					s->config, "limits", "connections_per_address"),
				.header_timeout_s = (unsigned)config_number(
					s->config, "limits", "header_timeout_s"),
				.body_timeout_s = (unsigned)config_number(
					s->config, "limits", "body_timeout_s"),
				.idle_timeout_s = (unsigned)config_number(
					s->config, "limits", "idle_timeout_s"),
				.max_body_memory_mib = (unsigned)config_number(
					s->config, "limits", "body_memory_mib"),
			},
		.ws = s->rooms ? room_door_ws_out(s->rooms) : NULL,
		.rooms_only = strcmp(config_text(s->config, "server", "role"), "room") == 0,
		.woken = drain_jobs,
		.woken_ctx = s,
	};
	r = loop_new(&loop, &s->loop);
	if (r)
		log_fault("server.listen", r, loop.address);
	return r;
}

static void reel_found(void *user, const struct record_found *found)
{
	if (found->state == RECORD_WHOLE)
		return;
	if (found->state == RECORD_UNREADABLE) {
		g_autofree char *reel = g_strdup_printf("%s/%u", found->session, found->track);
		metric_add(metric_gauge("bidroom_record_unreadable",
				   "Recordings that could not be read when the server started",
				   NULL, NULL),
			1);
		log_fault("record.unreadable", found->error, reel);
		return;
	}
	log_event(LOG_WARNING, "record.recovered", log_str("session", found->session),
		log_int("track", found->track), log_int("damaged", found->state == RECORD_DAMAGED),
		log_int("bytes_cut", (int64_t)found->n_cut), log_int("last_ms", found->last_ms));
}

/* The recorder's thread. */
static int reel_key(
	void *user, const char *dir, const char *session, uint8_t ret_key[RECORD_KEY_LEN])
{
	struct server *s = user;
	g_autofree char *folder = g_build_filename(dir, session, NULL);

	return reel_key_ensure(s->env.reels, folder, session, ret_key);
}

static void prepare_rooms(struct server *s)
{
	struct room_door_config config = {
		.env = &s->env,
		.jobs = s->jobs,
		/* Whoever serves this address is the owner, also after a restart. */
		.owner = config_text(s->config, "server", "room_url"),
		.url = config_text(s->config, "server", "room_url"),
		.version = BIDROOM_VERSION,
		.max_rooms = (unsigned)config_number(s->config, "room", "max_rooms"),
	};

	if (strcmp(config_text(s->config, "server", "role"), "portal") != 0)
		s->rooms = room_door_new(&config);
}

/* Makes the reels of before whole, then opens the doors of the rooms. */
static int start_rooms(struct server *s)
{
	const char *const *dirs = s->env.reel_dirs;
	struct recorder_options options = {
		.dirs = dirs,
		.keys = &s->reel_keys,
		.seal_all = strcmp(config_text(s->config, "record", "encrypt"), "all") == 0,
		.low_bytes = (uint64_t)s->env.reel_low_bytes,
		.stop_bytes = (uint64_t)s->env.reel_stop_bytes,
	};
	struct record_out out;
	int r = 0;

	if (!s->rooms)
		return 0;
	s->reel_keys = (struct record_keys){.get = reel_key, .user = s};
	for (size_t i = 0; !r && dirs[i]; i++)
		r = g_mkdir_with_parents(dirs[i], 0750) ? -errno : 0;
	if (!r)
		r = record_recover(dirs, reel_found, NULL);
	if (!r) {
		room_door_record_out(s->rooms, &out);
		r = recorder_new(&options, &out, &s->recorder);
	}
	if (r)
		log_fault("server.recorder", r, dirs[0]);
	else
		room_door_start(s->rooms, s->loop, s->recorder);
	return r;
}

/* After each commit of ours; what others commit is found by the followers' own rounds. */
static void committed(void *ctx)
{
	struct server *s = ctx;

	if (s->keeping)
		follower_wake(s->keeping);
	if (s->paging)
		follower_wake(s->paging);
	if (s->indexing)
		follower_wake(s->indexing);
	if (s->opening)
		follower_wake(s->opening);
	if (s->exchanging)
		follower_wake(s->exchanging);
}

static int refresh_clock(void *base)
{
	return base_refresh_clock(base);
}

static bool is_portal(const struct server *s)
{
	return strcmp(config_text(s->config, "server", "role"), "room") != 0;
}

static int open_search(struct server *s)
{
	g_autofree char *path =
		g_build_filename(config_text(s->config, "server", "data_dir"), "search.db", NULL);
	int r = is_portal(s) ? search_open(path, &s->env.search) : 0;

	if (r)
		log_fault("server.search", r, path);
	return r;
}

static void start_exchange(struct server *s)
{
	const struct exchange_config config = {
		.url = config_text(s->config, "exchange", "url"),
		.ca_file = config_text(s->config, "exchange", "ca"),
		.platform_code = s->env.exchange_platform,
		.service_code = s->env.exchange_service,
	};

	if (!*config.url)
		return;
	s->exchange = exchange_new(&s->env, &config);
	s->exchanging = follower_new("exchange", CLOCK_SECOND_US, exchange_step, s->exchange);
}

/* What lies on the disks is destroyed and moved by one thread: neither meets the other's half-done
 * work, and neither waits for the other's failures. */
static int archive_step(void *ctx)
{
	struct server *s = ctx;
	int r = destroyer_step(s->destroyer), m = mover_step(s->mover);

	return r < 0 ? r : m < 0 ? m : r > 0 || m > 0;
}

static void start_followers(struct server *s)
{
	g_autofree char *dir = g_build_filename(s->public_dir, "ledger", NULL);
	bool portal = is_portal(s);

	s->timing = follower_new("clock", CLOCK_SECOND_US, refresh_clock, s->base);
	s->clearing = follower_new("shelf", CLOCK_SECOND_US, shelf_step, &s->env);
	/* Who records has the disks. */
	if (s->rooms) {
		s->destroyer = destroyer_new(&s->env);
		s->mover = mover_new(&s->env);
		s->archiving = follower_new("archive", CLOCK_SECOND_US, archive_step, s);
	}
	if (portal) {
		s->pages = pages_new(&s->env, s->public_dir);
		s->due = (struct due){
			&s->env, config_number(s->config, "bidders", "registration_days")};
		s->publishing = follower_new("due", CLOCK_SECOND_US, due_step, &s->due);
		if (config_flag(s->config, "trade", "close_at_deadline")) {
			s->closer = closer_new(&s->env);
			s->closing =
				follower_new("closer", CLOCK_SECOND_US, closer_step, s->closer);
		}
		s->paging = follower_new("pages", CLOCK_SECOND_US, pages_step, s->pages);
		s->searching = search_follower_new(&s->env);
		s->indexing =
			follower_new("search", CLOCK_SECOND_US, search_follower_step, s->searching);
		s->open_data = open_data_new(&s->env, s->public_dir);
		s->opening =
			follower_new("open_data", CLOCK_SECOND_US, open_data_step, s->open_data);
		start_exchange(s);
	}
	if (portal && config_flag(s->config, "ledger", "keeper")) {
		s->keeper = keeper_new(&s->env, dir);
		s->keeping = follower_new("keeper", CLOCK_SECOND_US, keeper_step, s->keeper);
	}
}

int server_new(const struct config *config, struct server **ret)
{
	struct server *s = g_new0(struct server, 1);
	int r;

	s->config = config;
	r = base_new(config, BASE_OWNS_DATABASE, &s->base);
	if (!r) {
		base_env(s->base, &s->env);
		s->env.committed = committed;
		s->env.committed_ctx = s;
		s->api.env = &s->env;
		s->api.throttle = throttle_new(SIGN_IN_BURST, SIGN_IN_INTERVAL_US, 10000);
		s->api.registrations =
			throttle_new(REGISTRATION_BURST, REGISTRATION_INTERVAL_US, 10000);
		start_jobs(s);
		s->api.jobs = s->jobs;
		s->api.console_dir = config_text(s->config, "server", "console_dir");
		prepare_rooms(s);
		r = open_search(s);
	}
	if (!r) {
		r = start_loop(s);
	}
	if (!r)
		r = start_rooms(s);
	if (!r)
		start_followers(s);
	if (r) {
		server_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void server_run(struct server *s)
{
	/* Whoever waits for us reads the port from this line. */
	log_event(LOG_NOTICE, "server.ready", log_int("port", loop_port(s->loop)));
	loop_run(s->loop);
	log_event(LOG_NOTICE, "server.stopping");
}

void server_stop(struct server *s)
{
	loop_stop(s->loop);
}

struct server *server_free(struct server *s)
{
	if (!s)
		return NULL;
	/* Rooms end while acts can still be performed; what the recorder then hands up as its last
	 * parts is for the jobs. */
	if (s->rooms && s->recorder)
		room_door_stop(s->rooms);
	if (s->recorder)
		recorder_stop(s->recorder, RECORDER_STOP_MS);
	if (s->jobs)
		job_pool_stop(s->jobs);
	follower_free(s->closing);
	follower_free(s->keeping);
	follower_free(s->publishing);
	follower_free(s->paging);
	follower_free(s->indexing);
	follower_free(s->opening);
	follower_free(s->exchanging);
	follower_free(s->timing);
	follower_free(s->archiving);
	follower_free(s->clearing);
	closer_free(s->closer);
	destroyer_free(s->destroyer);
	mover_free(s->mover);
	pages_free(s->pages);
	search_follower_free(s->searching);
	open_data_free(s->open_data);
	exchange_free(s->exchange);
	search_free(s->env.search);
	keeper_free(s->keeper);
	loop_free(s->loop);
	room_door_free(s->rooms);
	recorder_free(s->recorder);
	job_pool_free(s->jobs);
	router_free(s->router);
	throttle_free(s->api.throttle);
	throttle_free(s->api.registrations);
	base_free(s->base);
	g_free(s->cert_path);
	g_free(s->key_path);
	g_free(s->public_dir);
	g_free(s);
	return NULL;
}
