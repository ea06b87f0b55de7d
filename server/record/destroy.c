/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/destroy.h"

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
#define KEY_NAME "seal.key"

struct record_digester {
	const char *const *dirs;
	char *session;
	GArray *tracks; /* uint16_t */
	GArray *reels;  /* struct record_reel_digest */
	int fd;         /* of the track being read; -1: none */
	EVP_MD_CTX *sha;
	struct record_reel_digest now;
};

int record_digester_new(const char *const *dirs, const char *session, struct record_digester **ret)
{
	g_autoptr(GArray) tracks = g_array_new(FALSE, FALSE, sizeof(uint16_t));

	record_tracks_list(dirs, session, tracks);
	for (guint i = 0; i < tracks->len; i++)
		if (record_growth(dirs, session, g_array_index(tracks, uint16_t, i)) ==
			RECORD_GROWING)
			return -EBUSY;
	struct record_digester *d = g_new0(struct record_digester, 1);
	d->dirs = dirs;
	d->session = g_strdup(session);
	d->tracks = g_steal_pointer(&tracks);
	d->reels = g_array_new(FALSE, FALSE, sizeof(struct record_reel_digest));
	d->fd = -1;
	d->sha = EVP_MD_CTX_new();
	*ret = d;
	return 0;
}

struct record_digester *record_digester_free(struct record_digester *d)
{
	if (!d)
		return NULL;
	if (d->fd >= 0)
		close(d->fd);
	EVP_MD_CTX_free(d->sha);
	g_array_unref(d->tracks);
	g_array_unref(d->reels);
	g_free(d->session);
	g_free(d);
	return NULL;
}

const char *record_digester_session(const struct record_digester *d)
{
	return d->session;
}

static int track_open(const struct record_digester *d, uint16_t track, const char *ending)
{
	const char *dir = record_dir_of(d->dirs, d->session, track);
	g_autofree char *path = dir ? reel_file_path(dir, d->session, track, ending) : NULL;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

	return path && fd < 0 ? -errno : path ? fd : -ENOENT;
}

/* A piece more of the open file into the digest; 0 at its end. */
static ssize_t read_piece(struct record_digester *d, uint8_t *piece)
{
	ssize_t n;

	do
		n = read(d->fd, piece, PIECE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (EVP_DigestUpdate(d->sha, piece, (size_t)n) != 1)
		return -EIO;
	/* Nobody will read it again. */
	posix_fadvise(d->fd, 0, 0, POSIX_FADV_DONTNEED);
	return n;
}

static int file_begin(struct record_digester *d, uint16_t track, const char *ending)
{
	int fd = track_open(d, track, ending);

	if (fd < 0)
		return fd;
	d->fd = fd;
	return EVP_DigestInit_ex(d->sha, EVP_sha256(), NULL) == 1 ? 0 : -EIO;
}

static int file_end(struct record_digester *d, uint8_t *ret)
{
	close(d->fd);
	d->fd = -1;
	return EVP_DigestFinal_ex(d->sha, ret, NULL) == 1 ? 0 : -EIO;
}

/* Indexes are small: in one go. One that is missing has the digest of nothing. */
static int read_index(struct record_digester *d, uint8_t *piece)
{
	int r = file_begin(d, d->now.track, "idx");
	ssize_t n = 0;

	if (r == -ENOENT)
		return EVP_Digest("", 0, d->now.index_sha256, NULL, EVP_sha256(), NULL) == 1 ? 0
											     : -EIO;
	while (!r && (n = read_piece(d, piece)) > 0)
		;
	return r ? r : n < 0 ? (int)n : file_end(d, d->now.index_sha256);
}

/* What was moved was read back when it was, and is not fetched again to be destroyed.
 * 1: it was not moved. */
static int take_away(struct record_digester *d)
{
	RECORD_AWAY_AUTO struct record_away away = {0};
	const char *dir = record_dir_of(d->dirs, d->session, d->now.track);
	int r;

	if (!record_is_away(d->dirs, d->session, d->now.track))
		return 1;
	r = record_away_read(dir, d->session, d->now.track, "away", &away);
	if (r)
		return r;
	d->now.length = away.length;
	memcpy(d->now.sha256, away.sha256, sizeof(d->now.sha256));
	return 0;
}

static int reel_begin(struct record_digester *d)
{
	int r;

	d->now = (struct record_reel_digest){
		.track = g_array_index(d->tracks, uint16_t, d->reels->len)};
	r = take_away(d);
	return r > 0 ? file_begin(d, d->now.track, "webm") : r;
}

/* A piece more of the reel; 0 when its digest is there. */
static ssize_t reel_step(struct record_digester *d, uint8_t *piece)
{
	ssize_t n = d->fd < 0 ? 0 : read_piece(d, piece);

	if (n > 0)
		d->now.length += (uint64_t)n;
	return n || d->fd < 0 ? n : file_end(d, d->now.sha256);
}

int record_digester_step(struct record_digester *d, uint64_t max_bytes)
{
	g_autofree uint8_t *piece = g_malloc(PIECE);
	uint64_t done = 0;
	ssize_t n;
	int r;

	while (done < max_bytes && d->reels->len < d->tracks->len) {
		if (d->fd < 0) {
			r = reel_begin(d);
			if (r)
				return r;
		}
		n = reel_step(d, piece);
		if (n < 0)
			return (int)n;
		done += (uint64_t)n;
		if (n)
			continue;
		r = read_index(d, piece);
		if (r)
			return r;
		g_array_append_val(d->reels, d->now);
	}
	return d->reels->len < d->tracks->len;
}

const GArray *record_digester_reels(const struct record_digester *d)
{
	return d->reels;
}

bool record_session_is_here(const char *const *dirs, const char *session)
{
	for (; dirs && *dirs; dirs++) {
		g_autofree char *path = g_build_filename(*dirs, session, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			return true;
	}
	return false;
}

static int remove_file(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

static int remove_taken(const char *dir, struct bucket *bucket, const char *session)
{
	g_autofree char *folder = g_build_filename(dir, session, NULL);
	g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
	const char *name;
	int r = files ? remove_file(folder, KEY_NAME) : 0;

	if (!r)
		r = record_away_remove(dir, session, bucket);
	while (!r && files && (name = g_dir_read_name(files)))
		r = remove_file(folder, name);
	if (!r && rmdir(folder) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

static int remove_folder(const char *dir, struct bucket *bucket, const char *session)
{
	int taken, r = record_away_take(dir, session, &taken);

	if (r == -ENOENT)
		return file_sync_dir(dir);
	if (r)
		return r;
	r = remove_taken(dir, bucket, session);
	close(taken);
	return r ? r : file_sync_dir(dir);
}

int record_session_remove(const char *const *dirs, struct bucket *bucket, const char *session)
{
	int r = 0;

	for (; !r && dirs && *dirs; dirs++)
		r = g_file_test(*dirs, G_FILE_TEST_IS_DIR) ? remove_folder(*dirs, bucket, session)
							   : 0;
	return r;
}
