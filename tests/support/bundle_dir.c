/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/bundle_dir.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "proto/canon.h"

static const char *dir;

void check(int r)
{
	if (r)
		g_error("a step of make_bundle failed: %d", r);
}

void bundle_dir_open(const char *path)
{
	static const char *const folders[] = {"reels", "player"};

	dir = path;
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *folder = bundle_dir_path(folders[i], 0);
		check(g_mkdir_with_parents(folder, 0755) ? -errno : 0);
	}
}

char *bundle_dir_path(const char *name, unsigned no)
{
	g_autofree char *within = no ? g_strdup_printf("reels/%u.%s", no, name) : g_strdup(name);

	return g_build_filename(dir, within, NULL);
}

void bundle_dir_write(const char *name, const char *text, gssize len)
{
	g_autofree char *path = bundle_dir_path(name, 0);

	check(g_file_set_contents(path, text, len, NULL) ? 0 : -EIO);
}

void bundle_dir_write_json(const char *name, json_t *json)
{
	g_autoptr(GString) text = NULL;

	check(canon_dump(json, &text));
	json_decref(json);
	bundle_dir_write(name, text->str, (gssize)text->len);
}
