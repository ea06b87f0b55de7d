/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/attachment.h"

#include <stdbool.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <glib.h>

/*
 * By the bytes a file begins with; those of the formats that are ZIP archives by the name of the
 * one member each of them must have (ISO/IEC 29500, GB/T 33190), as the archive's own directory
 * tells: what stands somewhere in its bytes says nothing.
 */
static const struct row {
	struct attachment_type type;
	const char *magic;
	bool is_zip;
	const char *member; /* NULL: whatever is in it */
} rows[] = {
	{{"pdf", "application/pdf"}, "%PDF-"},
	{{"png", "image/png"}, "\x89PNG\r\n\x1a\n"},
	{{"jpg", "image/jpeg"}, "\xff\xd8\xff"},
	{{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"PK\x03\x04", true, "word/document.xml"},
	{{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"PK\x03\x04", true, "xl/workbook.xml"},
	{{"ofd", "application/ofd"}, "PK\x03\x04", true, "OFD.xml"},
	{{"zip", "application/zip"}, "PK\x03\x04", true, NULL},
};

static bool begins_with(const struct row *row, const void *bytes, size_t len)
{
	size_t magic_len = strlen(row->magic);

	return len >= magic_len && memcmp(bytes, row->magic, magic_len) == 0;
}

/* The names of a ZIP archive's members; NULL: it is none, or cannot be read to its end. */
static GHashTable *zip_members(const void *bytes, size_t len)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct archive *zip = archive_read_new();
	struct archive_entry *entry;
	int r = ARCHIVE_FATAL;

	if (zip && archive_read_support_format_zip_seekable(zip) == ARCHIVE_OK &&
		archive_read_open_memory(zip, bytes, len) == ARCHIVE_OK) {
		while ((r = archive_read_next_header(zip, &entry)) >= ARCHIVE_WARN &&
			r != ARCHIVE_EOF) {
			const char *name = archive_entry_pathname_utf8(entry);
			if (name)
				g_hash_table_add(names, g_strdup(name));
		}
	}
	archive_read_free(zip);
	return r == ARCHIVE_EOF ? g_steal_pointer(&names) : NULL;
}

const struct attachment_type *attachment_type_of(const void *bytes, size_t len)
{
	g_autoptr(GHashTable) members = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct row *row = &rows[i];

		if (!begins_with(row, bytes, len))
			continue;
		if (!row->is_zip)
			return &row->type;
		if (!members && !(members = zip_members(bytes, len)))
			return NULL;
		if (!row->member || g_hash_table_contains(members, row->member))
			return &row->type;
	}
	return NULL;
}

const struct attachment_type *attachment_type_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (strcmp(rows[i].type.name, name) == 0)
			return &rows[i].type;
	return NULL;
}

int attachment_check_name(const char *name, const struct attachment_type *type)
{
	const char *dot = strrchr(name, '.');

	if (!dot || name[0] == '.' || strpbrk(name, "/\\"))
		return ATTACHMENT_E_NAME;
	for (const char *at = name; *at; at++)
		if (g_ascii_iscntrl(*at))
			return ATTACHMENT_E_NAME;
	if (g_ascii_strcasecmp(dot + 1, type->name) == 0)
		return 0;
	return strcmp(type->name, "jpg") == 0 && g_ascii_strcasecmp(dot, ".jpeg") == 0
		       ? 0
		       : ATTACHMENT_E_ENDING;
}
