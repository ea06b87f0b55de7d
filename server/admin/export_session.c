/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroomctl export-session SESSION DIR: one session's record for bidroom-verify. */
#include "server/admin/admin.h"

#include <errno.h>
#include <stdio.h>

#include "server/publish/session_export.h"
#include "server/record/reel_media.h"
#include "server/store/event_store.h"

/* The keeper releases events within a second or two. */
#define TRIES 20
#define PAUSE_US (G_USEC_PER_SEC / 2)

static int export(struct db_txn *txn, void *data)
{
	return session_export(txn, data);
}

int admin_export_session(struct admin *admin, int argc, char **argv)
{
	int r = -EAGAIN;

	if (argc != 3 || !id_valid(argv[1])) {
		fputs("bidroomctl export-session: name a session and a directory\n", stderr);
		return 2;
	}
	struct reel_shelf shelf = {admin->env.reel_dirs, admin->env.bucket, admin->env.data_dir};
	struct session_export x = {.key = admin->env.log_key,
		.scores = admin->env.scores,
		.session_id = argv[1],
		.data_dir = admin->env.data_dir,
		.reel_dirs = admin->env.reel_dirs,
		.reels_from = {reel_shelf_open, &shelf},
		.dir = argv[2]};
	for (int i = 0; r == -EAGAIN && i < TRIES; i++) {
		if (i)
			g_usleep(PAUSE_US);
		r = db_run_read(admin->env.pool, export, &x);
	}
	session_export_clear(&x);
	if (r == STORE_E_NONE) {
		fprintf(stderr, "bidroomctl export-session: there is no session %s\n", argv[1]);
		return 1;
	}
	if (r)
		return admin_failed("export-session", r, NULL);
	printf("{\"events\":%" G_GINT64_FORMAT "}\n", x.n_events);
	return 0;
}
