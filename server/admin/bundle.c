/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroomctl bundle SESSION DIR: everything of one session in a folder that needs no server. */
#include "server/admin/admin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/publish/bundle.h"
#include "server/record/reel_media.h"

/* The keeper releases events within a second or two. */
#define TRIES 20
#define PAUSE_US (G_USEC_PER_SEC / 2)
#define MIB (1 << 20)

struct meter {
	bool on_terminal;
	int64_t shown_us;
	unsigned shown_tenth;
};

/* On a terminal a line that changes, in a log one for each tenth. */
static bool show_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct meter *m = ctx;
	unsigned percent = total ? (unsigned)MIN(100, done * 100 / total) : 100;
	int64_t now_us = g_get_monotonic_time();

	if (m->on_terminal ? now_us - m->shown_us < PAUSE_US : percent / 10 <= m->shown_tenth)
		return false;
	m->shown_us = now_us;
	m->shown_tenth = percent / 10;
	fprintf(stderr, "%s%3u %%  %" PRIu64 " of %" PRIu64 " MiB%s", m->on_terminal ? "\r" : "",
		percent, done / MIB, total / MIB, m->on_terminal ? "" : "\n");
	return false;
}

static int collect(struct db_txn *txn, void *data)
{
	return bundle_collect(txn, data);
}

static int make(struct admin *admin, struct bundle *b)
{
	int r = bundle_begin(b);

	for (int i = 0; !r && i < TRIES; i++) {
		r = db_run_read(admin->env.pool, collect, b);
		if (r != -EAGAIN)
			break;
		g_usleep(PAUSE_US);
		r = i + 1 < TRIES ? 0 : r;
	}
	return r ? r : bundle_write(b);
}

static int refused(const struct bundle *b, int r)
{
	FILE *err = stderr;

	fputs("bidroomctl bundle: ", err);
	switch (r) {
	case BUNDLE_E_EXISTS:
		fprintf(err, "%s is there already\n", b->dir);
		break;
	case BUNDLE_E_BUSY:
		fprintf(err,
			"%s.part is there: another run makes it, or one was killed; then remove "
			"it\n",
			b->dir);
		break;
	case BUNDLE_E_SESSION:
		fprintf(err, "there is no session %s\n", b->session_id);
		break;
	case BUNDLE_E_PAGE:
		fprintf(err, "the player page is not in %s (server.console_dir)\n", b->page_dir);
		break;
	case BUNDLE_E_SPACE:
		fprintf(err,
			"%" PRIu64 " MiB are needed, %" PRIu64 " MiB are free; nothing was "
			"written\n",
			b->need_bytes / MIB + 1, b->free_bytes / MIB);
		break;
	case -ENOSPC:
	case -EDQUOT:
		fprintf(err,
			"the disk became full after %" PRIu64 " of %" PRIu64 " MiB; what had "
			"been written was removed\n",
			b->done_bytes / MIB, b->total_bytes / MIB);
		break;
	case -EAGAIN:
		fputs("its last events are not in the signed ledger yet; does the keeper run?\n",
			err);
		break;
	default:
		fprintf(err, "%s\n", strerror(-r));
	}
	return 1;
}

static void report(const struct bundle *b)
{
	if (b->n_missing)
		fprintf(stderr,
			"bidroomctl bundle: %u of %u reels are missing; bundle.json names "
			"them, and the verifier will\n",
			b->n_missing, b->n_reels);
	if (b->n_sealed)
		fprintf(stderr,
			"bidroomctl bundle: %u of %u reels do not open; they are in it as they lie "
			"on the disk\n",
			b->n_sealed, b->n_reels);
	if (b->n_expired)
		fputs("bidroomctl bundle: the reels were destroyed when their time was over; the "
		      "bundle holds the record of it\n",
			stderr);
	if (!b->record.closed)
		fputs("bidroomctl bundle: the session is not closed; the bundle ends at the last "
		      "signed checkpoint and holds no bid documents\n",
			stderr);
	json_t *out = json_pack("{s:I, s:b, s:i, s:i, s:i, s:i, s:i, s:I}", "events",
		(json_int_t)b->record.n_events, "closed", b->record.closed, "reels", b->n_reels,
		"missing", b->n_missing, "withheld", b->n_withheld, "sealed", b->n_sealed,
		"expired", b->n_expired, "bytes", (json_int_t)b->done_bytes);
	json_dumpf(out, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(out);
}

int admin_bundle(struct admin *admin, int argc, char **argv)
{
	g_autofree char *page_dir = g_build_filename(admin->console_dir, "bundle", NULL);
	struct meter meter = {.on_terminal = isatty(STDERR_FILENO)};

	if (argc != 3 || !id_valid(argv[1])) {
		fputs("bidroomctl bundle: name a session and a folder that is not there yet\n",
			stderr);
		return 2;
	}
	g_autofree char *dir = g_canonicalize_filename(argv[2], NULL);
	struct reel_shelf shelf = {admin->env.reel_dirs, admin->env.bucket, admin->env.data_dir};
	struct bundle b = {.key = admin->env.log_key,
		.cosigners = admin->env.cosigners,
		.scores = admin->env.scores,
		.cipher = admin->env.cipher,
		.seals = admin->env.reels,
		.session_id = argv[1],
		.data_dir = admin->env.data_dir,
		.reel_dirs = admin->env.reel_dirs,
		.reels_from = {reel_shelf_open, &shelf},
		.page_dir = page_dir,
		.dir = dir,
		.now_us = clock_real_us(),
		.progress = show_progress,
		.progress_ctx = &meter};
	int r = make(admin, &b);
	if (meter.on_terminal && meter.shown_us)
		fputc('\n', stderr);
	int status = r ? refused(&b, r) : 0;
	if (!r)
		report(&b);
	bundle_end(&b);
	return status;
}
