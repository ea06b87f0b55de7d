/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/window_language.h"

#include <glib.h>
#include <libintl.h>
#include <locale.h>

#define DOMAIN "bidroom-client"

/* Beside the program: in the build tree, or as installed under a prefix. */
static char *words_dir(void)
{
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *dir = g_path_get_dirname(program ? program : ".");
	char *built = g_build_filename(dir, "ui", "po", NULL);

	if (g_file_test(built, G_FILE_TEST_IS_DIR))
		return built;
	g_free(built);
	return g_build_filename(dir, "..", "share", "locale", NULL);
}

static const char *users_language(void)
{
	const char *const *names = g_get_language_names();

	return names[0] && g_str_has_prefix(names[0], "en") ? "en" : "zh_CN";
}

void window_language_set(const char *language)
{
	g_autofree char *dir = words_dir();

	g_setenv("LANGUAGE", language ? language : users_language(), TRUE);
	/* In the locale "C" nothing is translated. */
	if (!setlocale(LC_ALL, "") || g_strcmp0(setlocale(LC_MESSAGES, NULL), "C") == 0 ||
		g_strcmp0(setlocale(LC_CTYPE, NULL), "C") == 0)
		setlocale(LC_ALL, "C.UTF-8");
	bindtextdomain(DOMAIN, dir);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}
