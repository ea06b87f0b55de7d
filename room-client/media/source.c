/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/source.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *word;
	enum media_source_kind kind;
} KINDS[] = {
	{"device", MEDIA_SOURCE_DEVICE},
	{"file", MEDIA_SOURCE_FILE},
	{"none", MEDIA_SOURCE_NONE},
	{"shm", MEDIA_SOURCE_SHM},
	{"test", MEDIA_SOURCE_TEST},
};

static int kind_parse(const char *word, size_t len, enum media_source_kind *ret_kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(KINDS); i++) {
		if (strlen(KINDS[i].word) == len && memcmp(KINDS[i].word, word, len) == 0) {
			*ret_kind = KINDS[i].kind;
			return 0;
		}
	}
	return MEDIA_SOURCE_E_KIND;
}

/* A pattern is handed to GStreamer as an enumeration's nickname; a path never is parsed there. */
static int pattern_check(const char *pattern)
{
	size_t len = strspn(pattern, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return pattern[len] != '\0' || len == 0 ? MEDIA_SOURCE_E_PATTERN : 0;
}

int media_source_parse(const char *text, struct media_source *ret_source)
{
	const char *colon = strchrnul(text, ':');
	const char *detail = *colon ? colon + 1 : NULL;
	enum media_source_kind kind;
	int r;

	r = kind_parse(text, (size_t)(colon - text), &kind);
	if (r != 0)
		return r;
	if (kind == MEDIA_SOURCE_NONE && detail)
		return MEDIA_SOURCE_E_KIND;
	if ((kind == MEDIA_SOURCE_FILE || kind == MEDIA_SOURCE_SHM) && (!detail || *detail == '\0'))
		return MEDIA_SOURCE_E_PATH;
	if (kind == MEDIA_SOURCE_TEST && detail) {
		r = pattern_check(detail);
		if (r != 0)
			return r;
	}
	ret_source->kind = kind;
	ret_source->detail = g_strdup(detail);
	return 0;
}

void media_source_done(struct media_source *source)
{
	g_clear_pointer(&source->detail, g_free);
}
