/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/notice_media.h"

#include <errno.h>
#include <string.h>

#include "server/publish/notice_plain.h"
#include "server/trade/medium.h"

static const struct field medium_fields[] = {
	{"name", FIELD_TEXT, true, 1, MEDIUM_NAME_MAX},
	{"address", FIELD_TEXT, true, 1, MEDIUM_ADDRESS_MAX},
	{NULL},
};

static bool is_named_before(const json_t *media, size_t upto)
{
	const char *name = in_text(json_array_get(media, upto), "name");

	for (size_t i = 0; i < upto; i++)
		if (strcmp(in_text(json_array_get(media, i), "name"), name) == 0)
			return true;
	return false;
}

int notice_media_read(struct act *a, const json_t *in, struct notice_row *row)
{
	json_t *media = json_object_get(in, "media"), *medium;
	size_t i;

	json_array_foreach (media, i, medium) {
		int r = fields_check(medium_fields, medium, a->refusal);

		if (!r && is_named_before(media, i))
			r = refuse(a->refusal, "input.invalid", "media", "a medium twice");
		if (r)
			return r;
	}
	json_decref(row->media);
	row->notice.media = row->media = media ? json_incref(media) : json_array();
	return 0;
}

int notice_media_plain(struct db_txn *txn, const char *notice_id, char **ret)
{
	g_autoptr(GBytes) text = NULL, signature = NULL;
	int r = notice_store_published_text(txn, notice_id, &text, &signature);

	*ret = NULL;
	if (r || !text)
		return r > 0 ? -EBADMSG : r;
	gsize len;
	const char *bytes = g_bytes_get_data(text, &len);
	json_auto_t *published = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
	if (!published)
		return -EBADMSG;
	*ret = notice_plain(published);
	return 0;
}
