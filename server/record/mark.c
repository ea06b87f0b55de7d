/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/record/mark.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

static char *path_of(const char *dir, const char *session)
{
	return g_build_filename(dir, session, "open", NULL);
}

static char *boot_id(void)
{
	char *id = NULL;

	return g_file_get_contents(BOOT_ID, &id, NULL, NULL) ? id : g_strdup("unknown");
}

/* It becomes durable with the first reels, and before that there is nothing to be told of. */
void record_mark_set(const char *dir, const char *session)
{
	g_autofree char *path = path_of(dir, session), *id = boot_id();

	g_file_set_contents_full(path, id, -1, G_FILE_SET_CONTENTS_NONE, 0640, NULL);
}

void record_mark_clear(const char *dir, const char *session)
{
	g_autofree char *path = path_of(dir, session);

	g_unlink(path);
}

enum record_mark record_mark_get(const char *dir, const char *session)
{
	g_autofree char *path = path_of(dir, session), *now = boot_id(), *then = NULL;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return RECORD_MARK_NONE;
	if (!g_file_get_contents(path, &then, NULL, NULL) || strcmp(then, now) != 0)
		return RECORD_MARK_OTHER_BOOT;
	return RECORD_MARK_THIS_BOOT;
}
