/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reels and their indexes over HTTP with Range, also while they grow. Who may see them is decided
 * by role alone; that somebody looked at the recording is on the record by its manifest.
 */
#include "server/api/views.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/auth/permission.h"

const struct act_kind reel_view = {.name = "reel.read", .flags = ACT_READ};

/* "17.webm" or "17.idx": a track number from 1 on and one of two suffixes. */
static const char *content_type(const char *file)
{
	unsigned track = 0;
	int suffix = 0;

	if (*file < '1' || *file > '9' || sscanf(file, "%5u%n", &track, &suffix) != 1 ||
		track > UINT16_MAX)
		return NULL;
	if (strcmp(file + suffix, ".webm") == 0)
		return "video/webm";
	return strcmp(file + suffix, ".idx") == 0 ? "application/octet-stream" : NULL;
}

static int refuse_missing(struct api_call *call)
{
	struct refusal r = {0};

	refuse(&r, "input.not_found", "track", "there is no such reel");
	return api_refuse(call, &r);
}

static int answer_file(struct api_call *call, const char *path, const char *type)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? refuse_missing(call) : -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return refuse_missing(call);
	}
	/* A reel only grows, so its beginning never changes: one validator for all its life. */
	g_autofree char *etag = g_strdup_printf("%llx", (unsigned long long)st.st_ino);
	call->response = response_file(fd, (uint64_t)st.st_size, type, etag);
	response_header(call->response, "cache-control", "no-store");
	return 0;
}

int api_reel(struct api_call *call)
{
	const char *session_id = http_request_param(call->request, "session_id");
	const char *file = http_request_param(call->request, "track");
	const char *type = content_type(file);
	struct refusal r = {0};

	if (permission_check(reel_view.name, call->actor.account_id[0] != 0, call->actor.roles, &r))
		return api_refuse(call, &r);
	if (!type || !id_valid(session_id))
		return refuse_missing(call);
	g_autofree char *path =
		g_build_filename(call->api->env->data_dir, "reels", session_id, file, NULL);
	return answer_file(call, path, type);
}
