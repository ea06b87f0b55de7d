/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/away.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "proto/hex.h"
#include "server/record/bucket.h"
#include "server/record/reel_file.h"

void record_away_clear(struct record_away *a)
{
	g_clear_pointer(&a->head, g_bytes_unref);
}

static int take_head(const char *text, struct record_away *ret)
{
	gsize len = 0;
	guchar *head = text ? g_base64_decode(text, &len) : NULL;

	if (!head || len > AWAY_HEAD_MAX) {
		g_free(head);
		return -EBADMSG;
	}
	ret->head = g_bytes_new_take(head, len);
	return 0;
}

int record_away_read(const char *dir, const char *session, uint16_t track, const char *ending,
	struct record_away *ret)
{
	g_autofree char *path = reel_file_path(dir, session, track, ending), *text = NULL;
	const char *sha256 = NULL, *head = NULL;
	struct record_away a = {0};
	json_int_t length = 0, piece = 0;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return access(path, F_OK) < 0 && errno == ENOENT ? -ENOENT : -EIO;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	int r = json_unpack(json, "{s:I, s:I, s:s, s:s}", "length", &length, "piece", &piece,
			"sha256", &sha256, "head", &head) ||
				length <= 0 || piece <= 0 ||
				!hex_decode_exact(
					sha256, strlen(sha256), a.sha256, sizeof(a.sha256))
			? -EBADMSG
			: take_head(head, &a);
	json_decref(json);
	if (r)
		return r;
	a.length = (uint64_t)length;
	a.piece_len = (uint64_t)piece;
	*ret = a;
	return 0;
}

int record_away_write(const char *dir, const char *session, uint16_t track, const char *ending,
	const struct record_away *a)
{
	g_autofree char *path = reel_file_path(dir, session, track, ending);
	g_autofree char *sha256 = hex_encode(a->sha256, sizeof(a->sha256));
	gsize len;
	const guchar *bytes = g_bytes_get_data(a->head, &len);
	g_autofree char *head = g_base64_encode(bytes, len);
	json_t *json = json_pack("{s:I, s:I, s:s, s:s}", "length", (json_int_t)a->length, "piece",
		(json_int_t)a->piece_len, "sha256", sha256, "head", head);
	g_autofree char *text = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	return g_file_set_contents_full(path, text, -1,
		       G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0640, NULL)
		       ? 0
		       : -EIO;
}

char *record_away_key(const char *session, uint16_t track, uint64_t piece)
{
	return g_strdup_printf("%s/%u/%06" G_GUINT64_FORMAT, session, track, piece);
}

int record_away_fetch(const struct record_away *a, struct bucket *bucket, const char *session,
	uint16_t track, uint64_t at, size_t len, uint8_t *ret)
{
	int r = 0;

	g_assert(at + len <= a->length);
	while (!r && len) {
		uint64_t piece = at / a->piece_len, from = at % a->piece_len;
		size_t n = (size_t)MIN(len, a->piece_len - from);
		g_autofree char *key = record_away_key(session, track, piece);

		r = bucket_get(bucket, key, from, n, ret);
		at += n;
		ret += n;
		len -= n;
	}
	return r;
}

int record_away_take(const char *dir, const char *session, int *ret_fd)
{
	g_autofree char *folder = g_build_filename(dir, session, NULL);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		r = errno == EWOULDBLOCK ? -EBUSY : -errno;
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

/* --- Removal ---------------------------------------------------------------------------------- */

/* "17.away" or "17.moving". */
static const char *ending_of(const char *name, uint16_t *ret_track)
{
	char *end;
	guint64 track = g_ascii_strtoull(name, &end, 10);

	if (!track || track > UINT16_MAX ||
		(strcmp(end, ".away") != 0 && strcmp(end, ".moving") != 0))
		return NULL;
	*ret_track = (uint16_t)track;
	return end + 1;
}

static int remove_objects(const char *dir, const char *session, uint16_t track, const char *ending,
	struct bucket *bucket)
{
	RECORD_AWAY_AUTO struct record_away a = {0};
	int r = record_away_read(dir, session, track, ending, &a);

	for (uint64_t at = 0; !r && at < a.length; at += a.piece_len) {
		g_autofree char *key = record_away_key(session, track, at / a.piece_len);

		r = bucket_delete(bucket, key);
	}
	return r;
}

int record_away_remove(const char *dir, const char *session, struct bucket *bucket)
{
	g_autofree char *folder = g_build_filename(dir, session, NULL);
	g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
	const char *name;
	int r = 0;

	while (!r && files && (name = g_dir_read_name(files))) {
		uint16_t track;
		const char *ending = ending_of(name, &track);

		if (ending)
			r = bucket ? remove_objects(dir, session, track, ending, bucket)
				   : -EHOSTUNREACH;
	}
	return r;
}
