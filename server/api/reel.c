/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reels and their indexes over HTTP with Range, also while they grow. Who may see them is decided
 * by role alone; that somebody looked at the recording is on the record by its manifest.
 */
#include "server/api/views.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/auth/permission.h"
#include "server/record/recover.h"

const struct act_kind reel_view = {.name = "reel.read", .flags = ACT_READ};
const struct act_kind reel_original_view = {.name = "reel.original", .flags = ACT_READ};

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

bool reel_sees_originals(const struct actor *actor)
{
	return permission_check(
		       reel_original_view.name, actor->account_id[0] != 0, actor->roles, NULL) == 0;
}

/* What a masked track hides (原始音像) is for fewer eyes. The reel itself says what it is; while
 * its head cannot be read it shows nothing but to them. */
static int check_mask(struct api_call *call, const char *session_id, uint16_t track)
{
	g_autofree char *dir = g_build_filename(call->api->env->data_dir, "reels", NULL);
	struct reel_head head;
	struct refusal r = {0};

	if (!permission_check(reel_original_view.name, true, call->actor.roles, &r))
		return 0;
	if (record_head_read(dir, session_id, track, &head))
		return refuse_missing(call) ? -EIO : REFUSED;
	if (strcmp(head.mask, "original") != 0)
		return 0;
	return api_refuse(call, &r) ? -EIO : REFUSED;
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
	int refused = check_mask(call, session_id, (uint16_t)atoi(file));
	if (refused)
		return refused < 0 ? refused : 0;
	g_autofree char *path =
		g_build_filename(call->api->env->data_dir, "reels", session_id, file, NULL);
	return answer_file(call, path, type);
}
