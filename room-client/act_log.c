/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/act_log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct act_log {
	int fd;
	char *path;
};

static int torn_tail_cut(struct act_log *log)
{
	g_autofree char *text = NULL;
	size_t len;
	const char *end;

	if (!g_file_get_contents(log->path, &text, &len, NULL))
		return -EIO;
	end = len ? memrchr(text, '\n', len) : NULL;
	return ftruncate(log->fd, end ? end + 1 - text : 0) == 0 ? 0 : -errno;
}

int act_log_open(const char *dir, struct act_log **ret_log)
{
	struct act_log *log;
	int r;

	if (g_mkdir_with_parents(dir, 0700) != 0)
		return -errno;
	log = g_new0(struct act_log, 1);
	log->path = g_build_filename(dir, "acknowledged.jsonl", NULL);
	log->fd = open(log->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	r = log->fd < 0 ? -errno : torn_tail_cut(log);
	if (r != 0) {
		act_log_close(log);
		return r;
	}
	*ret_log = log;
	return 0;
}

struct act_log *act_log_close(struct act_log *log)
{
	if (!log)
		return NULL;
	if (log->fd >= 0)
		close(log->fd);
	g_free(log->path);
	g_free(log);
	return NULL;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

int act_log_add(
	struct act_log *log, const char *id, const char *kind, int64_t event_no, int64_t at_us)
{
	json_auto_t *entry = json_pack("{s:s, s:s, s:I, s:I}", "id", id, "kind", kind, "event_no",
		(json_int_t)event_no, "at_us", (json_int_t)at_us);
	g_autofree char *text = json_dumps(entry, JSON_COMPACT);
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	int r = write_all(log->fd, line, strlen(line));

	if (r == 0 && fdatasync(log->fd) != 0)
		r = -errno;
	return r;
}

int act_log_list(const struct act_log *log, json_t **ret_list)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	json_t *list;

	if (!g_file_get_contents(log->path, &text, NULL, NULL))
		return -EIO;
	lines = g_strsplit(text, "\n", -1);
	list = json_array();
	for (int i = 0; lines[i]; i++) {
		json_t *entry = json_loads(lines[i], JSON_REJECT_DUPLICATES, NULL);

		if (entry)
			json_array_append_new(list, entry);
	}
	*ret_list = list;
	return 0;
}
