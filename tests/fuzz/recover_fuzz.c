/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lies in the folder of recordings when a server starts: "s1/7.webm", "s1/7.idx", "s1/open";
 * see files.h. Whatever it was, a second look finds nothing to do, and what is called whole holds.
 */
#include "server/record/recover.h"

#include "proto/reel_check.h"
#include "server/record/reel_file.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct look {
	const char *dir;
	bool again;
};

static void take(void *user, const struct record_found *found)
{
	const struct look *look = user;
	g_autofree char *path = reel_file_path(look->dir, found->session, found->track, "webm");
	g_autofree char *bytes = NULL;
	gsize len = 0;

	g_assert(g_file_get_contents(path, &bytes, &len, NULL));
	g_assert(found->end <= len);
	if (found->state == RECORD_RECOVERED)
		g_assert(found->end == len && found->n_recovered <= found->n_entries);
	if (look->again)
		g_assert(found->state != RECORD_RECOVERED || !found->n_cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *dir = files_unpack(data, size);
	const char *const dirs[] = {dir, NULL};
	struct look look = {dir, false};

	record_recover(dirs, take, &look);
	look.again = true;
	record_recover(dirs, take, &look);
	files_remove(dir);
	return 0;
}
