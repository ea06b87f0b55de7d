/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/attachment.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

/*
 * By the bytes a file begins with; those of the formats that are ZIP archives by the name of the
 * one member each of them must have (ISO/IEC 29500, GB/T 33190).
 */
static const struct row {
	struct attachment_type type;
	const char *magic, *member;
} rows[] = {
	{{"pdf", "application/pdf"}, "%PDF-", NULL},
	{{"png", "image/png"}, "\x89PNG\r\n\x1a\n", NULL},
	{{"jpg", "image/jpeg"}, "\xff\xd8\xff", NULL},
	{{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"PK\x03\x04", "word/document.xml"},
	{{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"PK\x03\x04", "xl/workbook.xml"},
	{{"ofd", "application/ofd"}, "PK\x03\x04", "OFD.xml"},
	{{"zip", "application/zip"}, "PK\x03\x04", NULL},
};

static bool is_of(const struct row *row, const void *bytes, size_t len)
{
	size_t magic_len = strlen(row->magic);

	if (len < magic_len || memcmp(bytes, row->magic, magic_len) != 0)
		return false;
	return !row->member || memmem(bytes, len, row->member, strlen(row->member));
}

const struct attachment_type *attachment_type_of(const void *bytes, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (is_of(&rows[i], bytes, len))
			return &rows[i].type;
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
