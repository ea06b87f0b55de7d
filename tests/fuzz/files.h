/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FUZZ_FILES_H
#define TESTS_FUZZ_FILES_H

/*
 * Several files as one input, for readers of a directory: "=== name\n" begins a file, its bytes
 * reach up to the newline before the next such line. A name that could lead elsewhere is passed
 * over.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static inline void files_remove(const char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			files_remove(path);
		else
			g_unlink(path);
	}
	g_rmdir(dir);
}

static inline bool files_name_is_safe(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && !strchr("./", *p) &&
			(unsigned char)*p < 0x80)
			return false;
	return *name && *name != '/' && !strstr(name, "..") && strlen(name) <= 80;
}

static inline void files_write(void *dir, const char *name, const char *bytes, gsize len)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	FILE *f;

	if (!files_name_is_safe(name))
		return;
	g_mkdir_with_parents(parent, 0700);
	f = fopen(path, "w");
	if (!f)
		return;
	fwrite(bytes, 1, len, f);
	fclose(f);
}

/* name ends with a NUL; bytes are borrowed from the input. */
typedef void files_each_fn(void *user, const char *name, const char *bytes, gsize len);

static inline void files_each(const uint8_t *data, size_t size, files_each_fn *each, void *user)
{
	static const char mark[] = "=== ";
	const char *at = (const char *)data, *end = at + size;

	while ((size_t)(end - at) > strlen(mark) && memcmp(at, mark, strlen(mark)) == 0) {
		const char *name = at + strlen(mark);
		const char *newline = memchr(name, '\n', (size_t)(end - name));
		const char *bytes = newline ? newline + 1 : end;
		const char *next = memmem(bytes, (size_t)(end - bytes), "\n=== ", 5);
		g_autofree char *copy = g_strndup(name, (gsize)((newline ? newline : end) - name));

		each(user, copy, bytes, (gsize)((next ? next : end) - bytes));
		at = next ? next + 1 : end;
	}
}

/* A new directory with these files; files_remove and g_free it. */
static inline char *files_unpack(const uint8_t *data, size_t size)
{
	char *dir = g_dir_make_tmp("fuzz-XXXXXX", NULL);

	files_each(data, size, files_write, dir);
	return dir;
}

#endif
