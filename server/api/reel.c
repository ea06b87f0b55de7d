/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reels and their indexes over HTTP with Range, also while they grow. Who may see them is decided
 * by role alone; that somebody looked at the recording is on the record by its manifest.
 *
 * A reel only grows, so its length says which bytes it has: the length is its strong validator. An
 * If-Range with the validator of an earlier length is answered with the whole, as RFC 9110 has it.
 *
 * A sealed reel is sent as it was before it was sealed, opened cluster by cluster on a worker while
 * the socket takes it. One that was moved to the bucket comes from there the same way, so that
 * nobody who watches it knows.
 */
#include "server/api/views.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/txn.h"
#include "server/act/acts.h"
#include "server/api/replay_shown.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/record/reel_media.h"
#include "server/record/reel_reader.h"
#include "server/record/reels.h"
#include "server/store/archive_store.h"
#include "server/sign/reel_key.h"

const struct act_kind reel_view = {.name = "reel.read", .flags = ACT_READ};

#define INDEX_TYPE "application/octet-stream"
#define REEL_TYPE "video/webm"

/* "17.webm" or "17.idx": a track number from 1 on and one of two suffixes. */
static bool name_parse(const char *file, uint16_t *ret_track, bool *ret_is_index)
{
	unsigned track = 0;
	int suffix = 0;

	if (*file < '1' || *file > '9' || sscanf(file, "%5u%n", &track, &suffix) != 1 ||
		track > UINT16_MAX)
		return false;
	*ret_track = (uint16_t)track;
	*ret_is_index = strcmp(file + suffix, ".idx") == 0;
	return *ret_is_index || strcmp(file + suffix, ".webm") == 0;
}

static int refuse_missing(struct api_call *call)
{
	struct refusal r = {0};

	refuse(&r, "input.not_found", "track", "there is no such reel");
	return api_refuse(call, &r);
}

/* Takes fd. */
static void answer_fd(struct api_call *call, int fd, uint64_t size, const char *type)
{
	g_autofree char *etag = g_strdup_printf("%" G_GINT64_MODIFIER "x", size);

	call->response = response_file(fd, size, type, etag);
	response_header(call->response, "cache-control", "no-store");
}

static int answer_index(struct api_call *call, const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? refuse_missing(call) : -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return refuse_missing(call);
	}
	answer_fd(call, fd, (uint64_t)st.st_size, INDEX_TYPE);
	return 0;
}

/* --- Reels that are sealed or lie elsewhere --------------------------------------------------- */

/* The index that belongs to what the player gets; it lies in memory alone. */
static int answer_unsealed_index(struct api_call *call, const char *session_id, uint16_t track)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	uint8_t bytes[REEL_ENTRY_LEN];
	int fd = memfd_create("reel-index", MFD_CLOEXEC);
	int r = fd < 0 ? -errno
		       : record_index_tail(call->api->env->reel_dirs, session_id, track, 0,
				 G_MAXUINT / REEL_ENTRY_LEN, entries);

	for (guint i = 0; !r && i < entries->len; i++) {
		reel_entry_encode(&g_array_index(entries, struct reel_entry, i), bytes);
		if (write(fd, bytes, sizeof(bytes)) != sizeof(bytes))
			r = -EIO;
	}
	if (!r)
		answer_fd(call, fd, (uint64_t)entries->len * REEL_ENTRY_LEN, INDEX_TYPE);
	else if (fd >= 0)
		close(fd);
	return r;
}

/* A reel being sent: held by its response and by each pull under way. Pulls come one at a time. */
struct opened {
	gatomicrefcount refs;
	struct job_pool *jobs;
	struct reel_reader *reader; /* of a sealed reel, else NULL */
	struct reel_media *media;   /* of one that was moved, else NULL */
};

static void opened_unref(void *data)
{
	struct opened *o = data;

	if (!g_atomic_ref_count_dec(&o->refs))
		return;
	reel_reader_free(o->reader);
	reel_media_free(o->media);
	g_free(o);
}

struct pull {
	struct opened *opened;
	uint64_t at, left;
	struct http_reply_to to;
};

/* What is asked of the bucket at once: a range of the player in one or two requests. */
#define MOVED_PIECE ((uint64_t)512 << 10)

static int read_moved(struct reel_media *media, uint64_t at, uint64_t left, GBytes **ret_piece)
{
	size_t len = (size_t)MIN(left, MOVED_PIECE);
	g_autofree uint8_t *bytes = g_malloc(len);
	int64_t n = reel_media_read(media, at, bytes, len);

	if (n <= 0)
		return n ? (int)n : -EBADMSG;
	*ret_piece = g_bytes_new_take(g_steal_pointer(&bytes), (gsize)n);
	return 0;
}

static void run_pull(void *data, void *thread_data)
{
	const struct pull *p = data;
	const struct opened *o = p->opened;
	GBytes *piece = NULL;
	int r = o->reader ? reel_reader_read(o->reader, p->at, p->left, &piece)
			  : read_moved(o->media, p->at, p->left, &piece);

	(void)thread_data;
	if (r)
		log_event(LOG_ERR, "reel.read", log_int("result", r));
	http_feed(p->to, piece);
}

static void pull_free(void *data)
{
	struct pull *p = data;

	opened_unref(p->opened);
	g_free(p);
}

static void pull(void *ctx, uint64_t at, uint64_t left, struct http_reply_to to)
{
	struct opened *o = ctx;
	struct pull *p = g_new(struct pull, 1);

	g_atomic_ref_count_inc(&o->refs);
	*p = (struct pull){o, at, left, to};
	if (job_post(o->jobs, JOB_LANE_FILES, run_pull, NULL, p, pull_free) == 0)
		return;
	pull_free(p);
	http_feed(to, NULL);
}

static int reader_open(
	struct api_call *call, const char *session_id, uint16_t track, struct reel_reader **ret)
{
	const char *dir = record_dir_of(call->api->env->reel_dirs, session_id, track);
	g_autofree char *folder = dir ? g_build_filename(dir, session_id, NULL) : NULL;
	uint8_t key[KEYSTORE_KEY_LEN];
	int r = dir ? reel_key_read(call->api->env->reels, folder, session_id, key) : -ENOENT;

	if (!r)
		r = reel_reader_open(dir, call->api->env->bucket, session_id, track, key, ret);
	OPENSSL_cleanse(key, sizeof(key));
	return r;
}

/* Takes what o has. */
static void answer_opened(struct api_call *call, const struct opened *have, uint64_t size)
{
	struct opened *o = g_memdup2(have, sizeof(*have));
	struct http_source source = {size, pull, o, opened_unref};
	g_autofree char *etag = g_strdup_printf("%" G_GINT64_MODIFIER "x", size);

	g_atomic_ref_count_init(&o->refs);
	o->jobs = call->api->jobs;
	call->response = response_source(&source, REEL_TYPE, etag);
	response_header(call->response, "cache-control", "no-store");
}

static int answer_unsealed(struct api_call *call, const char *session_id, uint16_t track)
{
	struct opened o = {0};
	int r = reader_open(call, session_id, track, &o.reader);

	if (!r)
		answer_opened(call, &o, reel_reader_size(o.reader));
	return r;
}

static int answer_plain(struct api_call *call, const char *session_id, uint16_t track)
{
	const struct act_env *env = call->api->env;
	struct opened o = {0};
	int r = reel_media_open(env->reel_dirs, env->bucket, session_id, track, &o.media);

	if (r)
		return r == -ENOENT ? refuse_missing(call) : r;
	if (reel_media_fd(o.media) < 0) {
		answer_opened(call, &o, reel_media_size(o.media));
		return 0;
	}
	int fd = fcntl(reel_media_fd(o.media), F_DUPFD_CLOEXEC, 0);
	if (fd >= 0)
		answer_fd(call, fd, reel_media_size(o.media), REEL_TYPE);
	r = fd < 0 ? -errno : 0;
	reel_media_free(o.media);
	return r;
}

/* --- The route -------------------------------------------------------------------------------- */

/* What a masked track hides (原始音像) is for whom two roles opened it, and each look at it is on
 * the record before it is answered. */
static int check_mask(
	struct api_call *call, const char *session_id, uint16_t track, const struct reel_head *head)
{
	const char *range = http_request_header(call->request, HTTP_RANGE);
	struct refusal r = {0};
	json_t *out = NULL;

	if (strcmp(head->mask, "original") != 0)
		return 0;
	json_t *in = json_pack("{s:s, s:i, s:s, s:s}", "session_id", session_id, "track", track,
		"seat_id", head->seat, "range", range && *range ? range : "all");
	int result =
		act_perform(call->api->env, &call->actor, &original_read_act, in, NULL, &out, &r);
	json_decref(in);
	json_decref(out);
	if (result <= 0)
		return result;
	return api_refuse(call, &r) ? -EIO : REFUSED;
}

/* For whom the reel is, which says so itself; while its head cannot be read it shows nothing. */
static int check_head(struct api_call *call, const char *session_id, uint16_t track,
	int head_result, const struct reel_head *head)
{
	if (head_result || (head->to[0] && !replay_shows_asides(&call->actor)))
		return refuse_missing(call) ? -EIO : REFUSED;
	return check_mask(call, session_id, track, head);
}

static int answer(struct api_call *call, const char *session_id, uint16_t track, bool is_index)
{
	const char *const *dirs = call->api->env->reel_dirs;
	const char *dir = record_dir_of(dirs, session_id, track);
	struct reel_head head = {0};
	int head_result = record_head_read(dirs, session_id, track, &head);
	int refused = check_head(call, session_id, track, head_result, &head);

	if (refused)
		return refused < 0 ? refused : 0;
	if (!dir)
		return refuse_missing(call);
	if (head.is_sealed)
		return is_index ? answer_unsealed_index(call, session_id, track)
				: answer_unsealed(call, session_id, track);
	if (!is_index)
		return answer_plain(call, session_id, track);
	g_autofree char *name = g_strdup_printf("%u.idx", track);
	g_autofree char *path = g_build_filename(dir, session_id, name, NULL);
	return answer_index(call, path);
}

struct expiry {
	const char *session_id;
	bool expired;
};

static int read_expiry(struct db_txn *txn, void *data)
{
	struct expiry *e = data;

	return archive_store_is_expired(txn, e->session_id, &e->expired);
}

/* Two roles agreed on its end (归档到期): from their word on, not from when the files are gone. An
 * answer that is on its way by then is finished. */
static int check_expiry(struct api_call *call, const char *session_id)
{
	struct expiry e = {.session_id = session_id};
	struct refusal r = {0};
	int result = db_run_read(call->api->env->pool, read_expiry, &e);

	if (result || !e.expired)
		return result;
	refuse(&r, "archive.expired", "session_id", "two roles agreed on its end");
	return api_refuse(call, &r) ? -EIO : REFUSED;
}

int api_reel(struct api_call *call)
{
	const char *session_id = http_request_param(call->request, "session_id");
	struct refusal r = {0};
	bool is_index;
	uint16_t track;

	if (api_check_permission(call, &reel_view, &r))
		return api_refuse(call, &r);
	if (!name_parse(http_request_param(call->request, "track"), &track, &is_index) ||
		!id_valid(session_id))
		return refuse_missing(call);
	int result = check_expiry(call, session_id);
	if (result)
		return result < 0 ? result : 0;
	return answer(call, session_id, track, is_index);
}
