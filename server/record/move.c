/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/move.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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
	int fd, mark; /* mark: locked, so that nobody else moves or removes it */
};

struct record_move *record_move_free(struct record_move *m)
{
	if (!m)
		return NULL;
	if (m->fd >= 0)
		close(m->fd);
	if (m->mark >= 0)
		close(m->mark);
	EVP_MD_CTX_free(m->sha);
	record_away_clear(&m->away);
	g_free(m->dir);
	g_free(m->session);
	g_free(m);
	return NULL;
}

static int read_all(int fd, uint64_t at, uint8_t *ret, size_t len)
{
	while (len) {
		ssize_t n = pread(fd, ret, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		ret += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

static int take_length(struct record_move *m)
{
	uint8_t head[AWAY_HEAD_MAX];
	struct stat st;
	int r = fstat(m->fd, &st) < 0 ? -errno : st.st_size ? 0 : -ENOENT;
	size_t n = r ? 0 : MIN(sizeof(head), (size_t)st.st_size);

	if (!r)
		r = read_all(m->fd, 0, head, n);
	if (r)
		return r;
	m->away.length = (uint64_t)st.st_size;
	m->away.piece_len = AWAY_PIECE_LEN;
	m->away.head = g_bytes_new(head, n);
	return 0;
}

/* Nothing is sent before something here says what to remove again. */
static int set_mark(struct record_move *m)
{
	g_autofree char *path = reel_file_path(m->dir, m->session, m->track, "moving");
	int r = record_away_write(m->dir, m->session, m->track, "moving", &m->away);

	if (r)
		return r;
	m->mark = open(path, O_RDONLY | O_CLOEXEC);
	if (m->mark < 0)
		return -errno;
	return flock(m->mark, LOCK_EX | LOCK_NB) < 0 ? -EBUSY : 0;
}

static bool is_moved_by_another(const struct record_move *m)
{
	g_autofree char *path = reel_file_path(m->dir, m->session, m->track, "moving");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0;

	if (fd >= 0)
		close(fd);
	return locked;
}

static int move_begin(struct record_move *m)
{
	g_autofree char *path = reel_file_path(m->dir, m->session, m->track, "webm");
	int r = record_away_read(m->dir, m->session, m->track, "away", &m->away);

	m->is_whole = !r;
	if (r && r != -ENOENT)
		return r;
	m->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (m->fd < 0)
		return -errno;
	if (is_moved_by_another(m))
		return -EBUSY;
	if (m->is_whole)
		return 0;
	m->sha = EVP_MD_CTX_new();
	r = EVP_DigestInit_ex(m->sha, EVP_sha256(), NULL) == 1 ? take_length(m) : -EIO;
	return r ? r : set_mark(m);
}

bool record_move_is_left(const char *dir, const char *session)
{
	g_autofree char *folder = g_build_filename(dir, session, NULL);
	g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
	const char *name;
	uint16_t track;

	while (files && (name = g_dir_read_name(files)))
		if (record_track_of_name(name, &track))
			return true;
	return false;
}

static int find_track(const char *dir, const char *session, uint16_t *ret)
{
	const char *const dirs[] = {dir, NULL};
	g_autofree char *folder = g_build_filename(dir, session, NULL);
	g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
	const char *name;

	while (files && (name = g_dir_read_name(files)))
		if (record_track_of_name(name, ret) &&
			record_growth(dirs, session, *ret) == RECORD_COMPLETE)
			return 0;
	return -ENOENT;
}

int record_move_new(
	const char *dir, const char *session, struct bucket *bucket, struct record_move **ret)
{
	uint16_t track;
	int r = find_track(dir, session, &track);

	if (r)
		return r;
	struct record_move *m = g_new0(struct record_move, 1);
	m->dir = g_strdup(dir);
	m->session = g_strdup(session);
	m->bucket = bucket;
	m->track = track;
	m->fd = m->mark = -1;
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
	int r = read_all(m->fd, m->done, here, n);

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
