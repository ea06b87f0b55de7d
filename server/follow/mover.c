/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/mover.h"

#include <errno.h>

#include "proto/hex.h"
#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/log.h"
#include "server/record/move.h"
#include "server/store/archive_store.h"

/* All folders are looked through so often while there is nothing to move. */
#define LOOK_EVERY_US (10 * CLOCK_SECOND_US)

struct mover {
	const struct act_env *env;
	struct record_move *now; /* the reel on its way; NULL: none */
	int64_t looked_us;
};

struct mover *mover_new(const struct act_env *env)
{
	struct mover *m = g_new0(struct mover, 1);

	m->env = env;
	return m;
}

struct mover *mover_free(struct mover *m)
{
	if (!m)
		return NULL;
	record_move_free(m->now);
	g_free(m);
	return NULL;
}

/* Whether it is time for a session. */
struct due {
	const char *session_id;
	int64_t closed_before_us;
	bool is_due;
};

static int read_due(struct db_txn *txn, void *data)
{
	struct due *due = data;

	return archive_store_may_move(txn, due->session_id, due->closed_before_us, &due->is_due);
}

static int is_due(struct mover *m, const char *session_id, bool *ret)
{
	struct due due = {.session_id = session_id,
		.closed_before_us = clock_real_us() - m->env->bucket_after_us};
	int r = db_run_read(m->env->pool, read_due, &due);

	*ret = !r && due.is_due;
	return r;
}

/* The next reel in a directory. 0: m->now, or none. */
static int look_in(struct mover *m, const char *dir)
{
	g_autoptr(GDir) sessions = g_dir_open(dir, 0, NULL);
	const char *session;
	int r = 0;

	while (!r && !m->now && sessions && (session = g_dir_read_name(sessions))) {
		bool due = false;

		if (!id_valid(session) || !record_move_is_left(dir, session))
			continue;
		r = is_due(m, session, &due);
		if (!r && due)
			r = record_move_new(dir, session, m->env->bucket, &m->now);
		if (r == -ENOENT || r == -EBUSY)
			r = 0;
	}
	return r;
}

static int look(struct mover *m)
{
	int64_t now_us = clock_real_us();
	int r = 0;

	if (now_us - m->looked_us < LOOK_EVERY_US)
		return 0;
	for (const char *const *dir = m->env->reel_dirs; !r && !m->now && *dir; dir++)
		r = look_in(m, *dir);
	if (!m->now)
		m->looked_us = now_us;
	return r;
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

static int go_on(struct mover *m)
{
	int r = record_move_step(m->now);

	if (r > 0)
		return 1;
	if (!r)
		r = say(m);
	if (!r)
		r = record_move_finish(m->now);
	if (!r)
		log_event(LOG_NOTICE, "archive.moved",
			log_str("session", record_move_session(m->now)),
			log_int("track", record_move_track(m->now)));
	m->now = record_move_free(m->now);
	return r == -ECANCELED ? 0 : r ? r : 1;
}

int mover_step(struct mover *m)
{
	int r = m->now || !m->env->bucket ? 0 : look(m);

	return r || !m->now ? r : go_on(m);
}
