/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/shelf.h"

#include <errno.h>
#include <unistd.h>

#include "server/act/act.h"
#include "server/core/log.h"
#include "server/publish/bundle_shelf.h"
#include "server/store/project_key_store.h"

struct asked {
	const char *session_id;
	bool destroyed;
};

static int ask(struct db_txn *txn, void *data)
{
	struct asked *asked = data;

	return project_key_store_is_destroyed(txn, asked->session_id, &asked->destroyed);
}

/* One that is being made is taken away once it is ready, unless it turned out to hold none. */
static int take_away(const struct act_env *env, const char *session_id)
{
	struct shelf_entry entry;
	int lock = shelf_lock(env->data_dir, session_id);

	if (lock < 0)
		return lock == -EBUSY ? 0 : lock;
	shelf_read(env->data_dir, session_id, clock_real_us(), &entry);
	if (entry.holds_bids) {
		shelf_remove(env->data_dir, session_id);
		log_event(LOG_NOTICE, "bundle.taken_away", log_str("session", session_id));
	}
	close(lock);
	return 0;
}

int shelf_step(void *data)
{
	const struct act_env *env = data;
	g_autoptr(GPtrArray) ids = shelf_holding_bids(env->data_dir, clock_real_us());
	int fault = 0;

	for (guint i = 0; i < ids->len; i++) {
		struct asked asked = {.session_id = g_ptr_array_index(ids, i)};
		int r = db_run_read(env->pool, ask, &asked);
		if (!r && asked.destroyed)
			r = take_away(env, asked.session_id);
		fault = r ? r : fault;
	}
	return fault;
}
