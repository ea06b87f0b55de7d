/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/mover.h"

#include <errno.h>

#include "proto/hex.h"
#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/log.h"
#include "server/record/move.h"
#include "server/store/archive_store.h"

/*
 * Each step asks the database for the sessions that became due since the one before. All folders
 * are looked through only at the start, so often after it, and when something was left behind: a
 * house has thousands of them.
 */
#define LOOK_EVERY_US (600 * CLOCK_SECOND_US)
/* After a failure, twice as long after each further one, until something succeeds. */
#define FIRST_PAUSE_US CLOCK_SECOND_US
#define LONGEST_PAUSE_US (60 * CLOCK_SECOND_US)

struct mover {
	const struct act_env *env;
	struct record_move *now; /* the reel on its way; NULL: none */
	GPtrArray *sessions;     /* char *: what is left of this round, the last one first */
	GHashTable *failed;      /* "SESSION/TRACK": what failed in this round */
	int fault;               /* the last failure of this round */
	bool left_behind;        /* something was in use */
	int64_t asked_us;        /* sessions that were closed until then were asked for */
	int64_t look_us, again_us, pause_us;
};

struct mover *mover_new(const struct act_env *env)
{
	struct mover *m = g_new0(struct mover, 1);

	m->env = env;
	m->sessions = g_ptr_array_new_with_free_func(g_free);
	m->failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return m;
}

struct mover *mover_free(struct mover *m)
{
	if (!m)
		return NULL;
	record_move_free(m->now);
	g_ptr_array_unref(m->sessions);
	g_hash_table_unref(m->failed);
	g_free(m);
	return NULL;
}

/* --- What is due ------------------------------------------------------------------------------ */

struct ask {
	const char *session_id; /* NULL: all of this span */
	int64_t closed_after_us, closed_until_us;
	GPtrArray *sessions;
};

static int read_due(struct db_txn *txn, void *data)
{
	struct ask *ask = data;

	g_ptr_array_set_size(ask->sessions, 0);
	return archive_store_movable(
		txn, ask->session_id, ask->closed_after_us, ask->closed_until_us, ask->sessions);
}

static bool has_reels(const struct mover *m, const char *session)
{
	g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(uint16_t));

	for (const char *const *dir = m->env->reel_dirs; *dir; dir++)
		record_move_list(*dir, session, tracks);
	return tracks->len;
}

static int add_if_due(struct mover *m, const char *session, int64_t until_us)
{
	struct ask ask = {.session_id = session,
		.closed_until_us = until_us,
		.sessions = g_ptr_array_new_with_free_func(g_free)};
	int r = id_valid(session) && has_reels(m, session)
			? db_run_read(m->env->pool, read_due, &ask)
			: 0;

	if (!r && ask.sessions->len &&
		!g_ptr_array_find_with_equal_func(m->sessions, session, g_str_equal, NULL))
		g_ptr_array_add(m->sessions, g_strdup(session));
	g_ptr_array_unref(ask.sessions);
	return r;
}

static int look_through_all(struct mover *m, int64_t until_us)
{
	int r = 0;

	for (const char *const *dir = m->env->reel_dirs; !r && *dir; dir++) {
		g_autoptr(GDir) sessions = g_dir_open(*dir, 0, NULL);
		const char *session;

		while (!r && sessions && (session = g_dir_read_name(sessions)))
			r = add_if_due(m, session, until_us);
	}
	return r;
}

static int round_begin(struct mover *m, int64_t now_us)
{
	/* A session is closed at a legal time. */
	int64_t until_us = clock_legal_us(m->env->clock) - m->env->bucket_after_us;
	bool all = now_us >= m->look_us;
	struct ask ask = {.closed_after_us = m->asked_us,
		.closed_until_us = until_us,
		.sessions = m->sessions};
	int r = all ? look_through_all(m, until_us) : db_run_read(m->env->pool, read_due, &ask);

	if (r) {
		g_ptr_array_set_size(m->sessions, 0);
		return r;
	}
	m->asked_us = until_us;
	if (all)
		m->look_us = now_us + LOOK_EVERY_US;
	return 0;
}

/* --- Moving ----------------------------------------------------------------------------------- */

static char *name_of(const char *session, uint16_t track)
{
	return g_strdup_printf("%s/%u", session, track);
}

/* The others have their turn before this one has it again. */
static void fail(struct mover *m, const char *session, uint16_t track, int fault)
{
	log_event(LOG_ERR, "archive.move_failed", log_str("session", session),
		log_int("track", track), log_str("error", g_strerror(-fault)));
	g_hash_table_add(m->failed, name_of(session, track));
	m->fault = fault;
	/* Where nobody answers the next one gets no answer either. */
	if (fault == -EHOSTUNREACH)
		g_ptr_array_set_size(m->sessions, 0);
}

/* Begins the first of the session's reels in dir that can be. */
static void begin_in(struct mover *m, const char *dir, const char *session)
{
	g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(uint16_t));

	record_move_list(dir, session, tracks);
	for (guint i = 0; !m->now && i < tracks->len; i++) {
		uint16_t track = g_array_index(tracks, uint16_t, i);
		g_autofree char *name = name_of(session, track);
		int r = g_hash_table_contains(m->failed, name)
				? 0
				: record_move_new(dir, session, track, m->env->bucket, &m->now);

		if (r == -EBUSY)
			m->left_behind = true;
		else if (r && r != -ENOENT)
			fail(m, session, track, r);
	}
}

static void begin_next(struct mover *m)
{
	while (!m->now && m->sessions->len) {
		g_autofree char *session = g_strdup(m->sessions->pdata[m->sessions->len - 1]);

		for (const char *const *dir = m->env->reel_dirs; !m->now && *dir; dir++)
			begin_in(m, *dir, session);
		if (!m->now && m->sessions->len)
			g_ptr_array_set_size(m->sessions, (gint)m->sessions->len - 1);
	}
}

/* 0: the event is committed, now or before; -ECANCELED: it may not be moved any more. */
static int say(struct mover *m)
{
	const struct record_away *away = record_move_result(m->now);
	g_autofree char *sha256 = hex_encode(away->sha256, sizeof(away->sha256));
	struct actor self = {.roles = ROLE_OPERATOR};
	struct refusal refusal;
	json_t *in = json_pack("{s:s, s:i, s:I, s:s}", "session_id", record_move_session(m->now),
		"track", record_move_track(m->now), "length", (json_int_t)away->length, "sha256",
		sha256);
	json_t *out = NULL;
	int r = act_perform(m->env, &self, &archive_move_act, in, NULL, &out, &refusal);

	json_decref(out);
	json_decref(in);
	return r > 0 ? -ECANCELED : r;
}

static void go_on(struct mover *m)
{
	g_autofree char *session = g_strdup(record_move_session(m->now));
	uint16_t track = record_move_track(m->now);
	int r = record_move_step(m->now);

	if (r >= 0)
		m->pause_us = 0;
	if (r > 0)
		return;
	if (!r)
		r = say(m);
	if (!r)
		r = record_move_finish(m->now);
	m->now = record_move_free(m->now);
	if (!r)
		log_event(LOG_NOTICE, "archive.moved", log_str("session", session),
			log_int("track", track));
	else if (r == -ECANCELED)
		g_ptr_array_remove_index(m->sessions, m->sessions->len - 1);
	else
		fail(m, session, track, r);
}

/* What failed, or was in use, is found again when all is looked through. */
static int round_end(struct mover *m, int64_t now_us)
{
	int r = m->fault;

	if (r || m->left_behind) {
		m->pause_us = CLAMP(m->pause_us * 2, FIRST_PAUSE_US, LONGEST_PAUSE_US);
		m->again_us = now_us + m->pause_us;
		m->look_us = 0;
	}
	m->fault = 0;
	m->left_behind = false;
	g_hash_table_remove_all(m->failed);
	return r;
}

int mover_step(struct mover *m)
{
	int64_t now_us = clock_mono_us();
	int r;

	if (!m->env->bucket || now_us < m->again_us)
		return 0;
	if (!m->now && !m->sessions->len) {
		r = round_begin(m, now_us);
		if (r)
			return r;
	}
	if (m->now)
		go_on(m);
	else
		begin_next(m);
	return m->now || m->sessions->len ? 1 : round_end(m, now_us);
}
