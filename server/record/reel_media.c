/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/reel_media.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/core/file.h"
#include "server/record/away.h"
#include "server/record/reel_file.h"
#include "server/record/reels.h"

#define PIECE ((size_t)1 << 20)

struct reel_media {
	int fd; /* -1: moved */
	uint64_t size;
	struct bucket *bucket;
	struct record_away away;
	char *session;
	uint16_t track;
};

struct reel_media *reel_media_free(struct reel_media *m)
{
	if (!m)
		return NULL;
	if (m->fd >= 0)
		close(m->fd);
	record_away_clear(&m->away);
	g_free(m->session);
	g_free(m);
	return NULL;
}

static int open_here(struct reel_media *m, const char *dir)
{
	g_autofree char *path = reel_file_path(dir, m->session, m->track, "webm");
	struct stat st;

	m->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (m->fd < 0 || fstat(m->fd, &st) < 0)
		return -errno;
	m->size = (uint64_t)st.st_size;
	return S_ISREG(st.st_mode) ? 0 : -ENOENT;
}

static int open_away(struct reel_media *m, const char *dir)
{
	int r = record_away_read(dir, m->session, m->track, "away", &m->away);

	m->size = m->away.length;
	return r ? r : m->bucket ? 0 : -EHOSTUNREACH;
}

int reel_media_open(const char *const *dirs, struct bucket *bucket, const char *session,
	uint16_t track, struct reel_media **ret)
{
	const char *dir = record_dir_of(dirs, session, track);
	struct reel_media *m;
	int r;

	if (!dir)
		return -ENOENT;
	m = g_new0(struct reel_media, 1);
	m->fd = -1;
	m->bucket = bucket;
	m->session = g_strdup(session);
	m->track = track;
	r = open_here(m, dir);
	/* It may have been moved this moment. */
	if (r == -ENOENT)
		r = open_away(m, dir);
	if (r) {
		reel_media_free(m);
		return r;
	}
	*ret = m;
	return 0;
}

uint64_t reel_media_size(const struct reel_media *m)
{
	return m->size;
}

int reel_media_fd(const struct reel_media *m)
{
	return m->fd;
}

static int64_t read_here(const struct reel_media *m, uint64_t at, uint8_t *ret, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(m->fd, ret + done, len - done, (off_t)(at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (int64_t)done;
}

int64_t reel_media_read(struct reel_media *m, uint64_t at, uint8_t *ret, size_t len)
{
	int r;

	if (m->fd >= 0)
		return read_here(m, at, ret, len);
	if (at >= m->size)
		return 0;
	len = (size_t)MIN(len, m->size - at);
	r = record_away_fetch(&m->away, m->bucket, m->session, m->track, at, len, ret);
	return r ? r : (int64_t)len;
}

static int copy_away(struct reel_media *m, int to, EVP_MD_CTX *sha)
{
	g_autofree uint8_t *piece = g_malloc(PIECE);
	uint8_t digest[32];
	int r = EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1 ? 0 : -EIO;

	for (uint64_t at = 0; !r && at < m->size;) {
		int64_t n = reel_media_read(m, at, piece, PIECE);

		r = n < 0 ? (int)n : file_write_all(to, piece, (size_t)n);
		if (!r && EVP_DigestUpdate(sha, piece, (size_t)n) != 1)
			r = -EIO;
		at += (uint64_t)MAX(n, 0);
	}
	if (!r && EVP_DigestFinal_ex(sha, digest, NULL) != 1)
		r = -EIO;
	return !r && memcmp(digest, m->away.sha256, sizeof(digest)) != 0 ? -EBADMSG : r;
}

static int fetch(struct reel_media *m, const char *tmp_dir)
{
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	int fd = open(tmp_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : copy_away(m, fd, sha);

	EVP_MD_CTX_free(sha);
	if (!r)
		return fd;
	if (fd >= 0)
		close(fd);
	return r;
}

int reel_shelf_open(void *shelf, const char *session, uint16_t track)
{
	const struct reel_shelf *s = shelf;
	struct reel_media *m;
	int r = reel_media_open(s->dirs, s->bucket, session, track, &m);

	if (r)
		return r;
	if (m->fd < 0) {
		r = fetch(m, s->tmp_dir);
	} else {
		r = m->fd;
		m->fd = -1;
	}
	reel_media_free(m);
	return r;
}
