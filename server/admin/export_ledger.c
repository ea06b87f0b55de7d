/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroomctl export-ledger DIR [--full]: the ledger as files for bidroom-verify. */
#include "server/admin/admin.h"

#include <stdio.h>

#include "server/publish/ledger_export.h"

struct job {
	const struct admin *admin;
	const char *dir;
	gboolean full;
	int64_t size;
};

static int export(struct db_txn *txn, void *data)
{
	struct job *job = data;

	return ledger_export(txn, job->admin->env.log_key, job->dir, job->full, &job->size);
}

static gboolean is_empty(const char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);

	return !d || !g_dir_read_name(d);
}

int admin_export_ledger(struct admin *admin, int argc, char **argv)
{
	struct job job = {.admin = admin};
	const GOptionEntry options[] = {
		{"full", 0, 0, G_OPTION_ARG_NONE, &job.full,
			"Show every event's leaf, not only the public ones", NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("DIR - export the ledger");
	g_autoptr(GError) error = NULL;

	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 2) {
		fprintf(stderr, "bidroomctl export-ledger: %s\n",
			error ? error->message : "name one directory");
		return 2;
	}
	job.dir = argv[1];
	if (!is_empty(job.dir)) {
		fprintf(stderr, "bidroomctl export-ledger: %s is not empty\n", job.dir);
		return 2;
	}
	int r = db_run_read(admin->env.pool, export, &job);
	if (r)
		return admin_failed("export-ledger", r, NULL);
	printf("{\"size\":%" G_GINT64_FORMAT "}\n", job.size);
	return 0;
}
