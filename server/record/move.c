/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/move.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/core/file.h"
#include "server/record/bucket.h"
#include "server/record/reel_file.h"
#include "server/record/reels.h"

struct record_move {
	char *dir, *session;
	struct bucket *bucket;
	struct record_away away;
	EVP_MD_CTX *sha;
	uint64_t done;
	uint16_t track;
	bool is_whole;
	int fd, taken; /* of the reel, and of the folder that is taken; -1: none */
};

struct record_move *record_move_free(struct record_move *m)
{
	if (!m)
		return NULL;
	if (m->fd >= 0)
		close(m->fd);
	if (m->taken >= 0)
		close(m->taken);
	EVP_MD_CTX_free(m->sha);
	record_away_clear(&m->away);
	g_free(m->dir);
	g_free(m->session);
	g_free(m);
	return NULL;
}

static int take_length(struct record_move *m)
{
	uint8_t head[AWAY_HEAD_MAX];
	struct stat st;
	int r = fstat(m->fd, &st) < 0 ? -errno : st.st_size ? 0 : -ENOENT;
	size_t n = r ? 0 : MIN(sizeof(head), (size_t)st.st_size);

	if (!r)
		r = file_read_at(m->fd, head, n, 0);
	if (r)
		return r;
	m->away.length = (uint64_t)st.st_size;
	m->away.piece_len = AWAY_PIECE_LEN;
	m->away.head = g_bytes_new(head, n);
	return 0;
}

static int move_begin(struct record_move *m)
{
	const char *const dirs[] = {m->dir, NULL};
	g_autofree char *path = reel_file_path(m->dir, m->session, m->track, "webm");
	int r = record_away_take(m->dir, m->session, &m->taken);

	if (r)
		return r;
	if (record_growth(dirs, m->session, m->track) == RECORD_GROWING)
		return -EBUSY;
	m->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (m->fd < 0)
		return -errno;
	r = record_away_read(m->dir, m->session, m->track, "away", &m->away);
	m->is_whole = !r;
	if (r != -ENOENT)
		return r;
	m->sha = EVP_MD_CTX_new();
	r = EVP_DigestInit_ex(m->sha, EVP_sha256(), NULL) == 1 ? take_length(m) : -EIO;
	/* Nothing is sent before something here says what to remove again. */
	return r ? r : record_away_write(m->dir, m->session, m->track, "moving", &m->away);
}

static int compare_tracks(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

void record_move_list(const char *dir, const char *session, GArray *tracks)
{
	g_autofree char *folder = g_build_filename(dir, session, NULL);
	g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
	const char *name;
	uint16_t track;

	while (files && (name = g_dir_read_name(files))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		struct stat st;

		if (record_track_of_name(name, &track) && stat(path, &st) == 0 && st.st_size > 0)
			g_array_append_val(tracks, track);
	}
	g_array_sort(tracks, compare_tracks);
}

int record_move_new(const char *dir, const char *session, uint16_t track, struct bucket *bucket,
	struct record_move **ret)
{
	struct record_move *m = g_new0(struct record_move, 1);
	int r;

	m->dir = g_strdup(dir);
	m->session = g_strdup(session);
	m->bucket = bucket;
	m->track = track;
	m->fd = m->taken = -1;
	r = move_begin(m);
	if (r) {
		record_move_free(m);
		return r;
	}
	*ret = m;
	return 0;
}

/* Sends and reads back the piece at m->done. */
static int move_piece(struct record_move *m, uint8_t *here, uint8_t *there, size_t n)
{
	g_autofree char *key = record_away_key(m->session, m->track, m->done / m->away.piece_len);
	int r = file_read_at(m->fd, here, n, m->done);

	if (!r)
		r = bucket_put(m->bucket, key, here, n);
	if (!r)
		r = bucket_get(m->bucket, key, 0, n, there);
	if (!r && memcmp(here, there, n) != 0)
		r = -EBADMSG;
	if (!r && EVP_DigestUpdate(m->sha, there, n) != 1)
		r = -EIO;
	posix_fadvise(m->fd, (off_t)m->done, (off_t)n, POSIX_FADV_DONTNEED);
	return r;
}

int record_move_step(struct record_move *m)
{
	g_autofree uint8_t *here = NULL, *there = NULL;
	size_t n;
	int r;

	if (m->is_whole)
		return 0;
	n = (size_t)MIN(m->away.piece_len, m->away.length - m->done);
	here = g_malloc(n);
	there = g_malloc(n);
	r = move_piece(m, here, there, n);
	if (r)
		return r;
	m->done += n;
	if (m->done < m->away.length)
		return 1;
	if (EVP_DigestFinal_ex(m->sha, m->away.sha256, NULL) != 1)
		return -EIO;
	r = record_away_write(m->dir, m->session, m->track, "away", &m->away);
	m->is_whole = !r;
	return r;
}

const char *record_move_session(const struct record_move *m)
{
	return m->session;
}

uint16_t record_move_track(const struct record_move *m)
{
	return m->track;
}

const struct record_away *record_move_result(const struct record_move *m)
{
	return &m->away;
}

static int remove_here(const struct record_move *m, const char *ending)
{
	g_autofree char *path = reel_file_path(m->dir, m->session, m->track, ending);

	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

int record_move_finish(struct record_move *m)
{
	int r = m->is_whole ? remove_here(m, "webm") : -EINVAL;

	return r ? r : remove_here(m, "moving");
}
