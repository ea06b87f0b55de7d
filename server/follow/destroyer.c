/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/destroyer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/log.h"
#include "server/publish/bundle_shelf.h"
#include "server/record/destroy.h"
#include "server/store/archive_store.h"
#include "server/store/replay_store.h"

#define DUE_MAX 100
/* How often all folders here are looked through for parts of a recording that another machine has
 * destroyed, and that was not noticed on that day. */
#define LOOK_EVERY_US (600 * CLOCK_SECOND_US)
/* A follower's step ends within a second or so. */
#define STEP_BYTES ((uint64_t)64 << 20)

struct destroyer {
	const struct act_env *env;
	struct record_digester *digester; /* of the session being read; NULL: none */
	char after[ID_SIZE];              /* the list goes on behind this one */
	GHashTable *failed;               /* ids: since all folders were looked through */
	int64_t looked_us;
};

struct destroyer *destroyer_new(const struct act_env *env)
{
	struct destroyer *d = g_new0(struct destroyer, 1);

	d->env = env;
	d->failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return d;
}

struct destroyer *destroyer_free(struct destroyer *d)
{
	if (!d)
		return NULL;
	record_digester_free(d->digester);
	g_hash_table_unref(d->failed);
	g_free(d);
	return NULL;
}

/* One session as it stands. */
struct due {
	const char *session_id;
	struct archive_record record;
	bool was_recorded;
};

static int read_due(struct db_txn *txn, void *data)
{
	g_autoptr(GPtrArray) tracks = NULL;
	struct due *due = data;
	int r;

	archive_record_clear(&due->record);
	due->record = (struct archive_record){.state = ARCHIVE_KEPT};
	r = archive_store_get(txn, due->session_id, &due->record);
	if (r == STORE_E_NONE)
		return 0;
	if (!r)
		r = replay_store_tracks(txn, due->session_id, &tracks);
	if (!r)
		due->was_recorded = tracks->len > 0;
	return r > 0 ? -EBADMSG : r;
}

/* Takes in. Positive: refused; most often because another process was faster. */
static int perform(struct destroyer *d, const struct act_kind *kind, json_t *in)
{
	struct actor self = {.roles = ROLE_OPERATOR};
	struct refusal refusal;
	json_t *out = NULL;
	int r = act_perform(d->env, &self, kind, in, NULL, &out, &refusal);

	json_decref(out);
	json_decref(in);
	return r;
}

static json_t *reels_json(const GArray *reels)
{
	json_t *list = json_array();

	for (guint i = 0; i < reels->len; i++) {
		const struct record_reel_digest *reel =
			&g_array_index(reels, struct record_reel_digest, i);
		json_t *row = json_object();

		out_int(row, "track", reel->track);
		out_int(row, "length", (int64_t)reel->length);
		out_hex(row, "sha256", reel->sha256, sizeof(reel->sha256));
		out_hex(row, "index_sha256", reel->index_sha256, sizeof(reel->index_sha256));
		json_array_append_new(list, row);
	}
	return list;
}

/* Reads a piece of the reels, and writes the record when all are read. 1: there is more to do.
 * ret_written: the record names all that is here. */
static int destroy(struct destroyer *d, const char *session_id, bool *ret_written)
{
	int r = d->digester ? 0 : record_digester_new(d->env->reel_dirs, session_id, &d->digester);

	*ret_written = false;
	if (r)
		return r == -EBUSY ? 0 : r;
	r = record_digester_step(d->digester, STEP_BYTES);
	if (!r)
		r = perform(d, &archive_destroy_act,
			json_pack("{s:s, s:o}", "session_id", session_id, "reels",
				reels_json(record_digester_reels(d->digester))));
	else if (r > 0)
		return 1;
	d->digester = record_digester_free(d->digester);
	*ret_written = !r;
	return r < 0 ? r : 1;
}

/* Copies made of it go too. */
static int clear_shelf(const struct destroyer *d, const char *session_id)
{
	int lock = shelf_lock(d->env->data_dir, session_id);

	if (lock < 0)
		return lock;
	shelf_clear(d->env->data_dir, session_id, clock_real_us());
	close(lock);
	return 0;
}

static int remove_files(struct destroyer *d, const char *session_id)
{
	int r = clear_shelf(d, session_id);

	if (!r)
		r = record_session_remove(d->env->reel_dirs, d->env->bucket, session_id);
	/* A copy is just being made, or another process moves a reel. */
	if (r == -EBUSY)
		return 0;
	if (!r)
		log_event(LOG_NOTICE, "archive.removed", log_str("session", session_id));
	if (!r)
		r = perform(d, &archive_removed_act, json_pack("{s:s}", "session_id", session_id));
	return r < 0 ? r : 0;
}

/* The part of a recording that was on this machine when another one destroyed its own: what no
 * record names stays. */
static int destroy_rest(struct destroyer *d, const char *session_id)
{
	bool written;
	int r = destroy(d, session_id, &written);

	if (written)
		return remove_files(d, session_id);
	return r > 0 && !d->digester ? -ECANCELED : r;
}

static int go_on_with(struct destroyer *d, const char *session_id)
{
	struct due due = {.session_id = session_id};
	bool written;
	int r = db_run_read(d->env->pool, read_due, &due);
	enum archive_state state = due.record.state;
	bool mine = due.record.destroyer && strcmp(due.record.destroyer, d->env->room_url) == 0;
	bool is_here = record_session_is_here(d->env->reel_dirs, session_id);

	if (r)
		; /* the answer */
	else if (state == ARCHIVE_EXPIRED && (is_here || !due.was_recorded))
		r = destroy(d, session_id, &written);
	else if (state == ARCHIVE_DESTROYED && mine)
		r = remove_files(d, session_id);
	else if ((state == ARCHIVE_DESTROYED || state == ARCHIVE_REMOVED) && is_here)
		r = destroy_rest(d, session_id);
	archive_record_clear(&due.record);
	if (r < 0) {
		g_hash_table_add(d->failed, g_strdup(session_id));
		log_event(LOG_ERR, "archive.destroy_failed", log_str("session", session_id),
			log_str("error", g_strerror(-r)));
	}
	return r;
}

/* Sessions of which nothing here should be left. */
static int look(struct destroyer *d)
{
	int64_t now_us = clock_real_us();
	int r = 0, fault = 0;

	if (now_us - d->looked_us < LOOK_EVERY_US)
		return 0;
	d->looked_us = now_us;
	for (const char *const *dir = d->env->reel_dirs; !d->digester && *dir; dir++) {
		g_autoptr(GDir) sessions = g_dir_open(*dir, 0, NULL);
		const char *session;

		while (!d->digester && sessions && (session = g_dir_read_name(sessions))) {
			bool wanted =
				id_valid(session) && !g_hash_table_contains(d->failed, session);

			r = wanted ? go_on_with(d, session) : 0;
			fault = r < 0 ? r : fault;
		}
	}
	/* What is being read is gone on with; then the rest is looked at. */
	if (d->digester)
		d->looked_us = 0;
	else
		g_hash_table_remove_all(d->failed);
	return fault ? fault : r;
}

struct due_list {
	const char *after;
	GArray *ids;
};

static int list_due(struct db_txn *txn, void *data)
{
	struct due_list *list = data;

	g_clear_pointer(&list->ids, g_array_unref);
	return archive_store_due(
		txn, list->after, clock_real_us() - CLOCK_DAY_US, DUE_MAX, &list->ids);
}

/* The next of the list, up to one that takes longer. One that fails, or whose disks are elsewhere,
 * keeps no other from its turn. */
static int go_through(struct destroyer *d, const GArray *ids)
{
	int r = 0, fault = 0;

	for (guint i = 0; r <= 0 && i < ids->len; i++) {
		const char *id = ids->data + (gsize)i * ID_SIZE;

		g_strlcpy(d->after, id, sizeof(d->after));
		r = go_on_with(d, id);
		fault = r < 0 ? r : fault;
	}
	if (r <= 0 && ids->len < DUE_MAX)
		*d->after = '\0';
	return fault ? fault : r > 0 || *d->after;
}

int destroyer_step(void *destroyer)
{
	struct destroyer *d = destroyer;
	struct due_list list = {.after = d->after};
	int r;

	/* One recording after the other. */
	if (d->digester) {
		g_autofree char *id = g_strdup(record_digester_session(d->digester));
		return go_on_with(d, id);
	}
	r = db_run_read(d->env->pool, list_due, &list);
	if (!r)
		r = go_through(d, list.ids);
	g_clear_pointer(&list.ids, g_array_unref);
	return r ? r : look(d);
}
