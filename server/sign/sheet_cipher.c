/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/sheet_cipher.h"

#include <errno.h>

#include "proto/canon.h"

#define PURPOSE "sheet"
#define CONTENT_MAX ((size_t)8 << 20)

static char *row_id(const struct sheet_place *place)
{
	return g_strdup_printf("%s/%s%s%s/%d", place->session_id, place->lot_id,
		place->stage ? "/review/" : "", place->stage ? place->stage : "", place->member_no);
}

int sheet_cipher_seal(const struct field_cipher *c, const struct sheet_place *place,
	const json_t *content, GBytes **ret)
{
	g_autofree char *id = row_id(place);
	g_autoptr(GString) text = NULL;
	int r = canon_dump(content, &text);

	if (r)
		return r < 0 ? r : -EINVAL;
	return field_cipher_seal(c, PURPOSE, id, text->str, text->len, ret);
}

int sheet_cipher_open(const struct field_cipher *c, const struct sheet_place *place,
	GBytes *wrapped, json_t **ret_content)
{
	g_autofree char *id = row_id(place);
	g_autoptr(GBytes) plain = NULL;
	size_t len;
	int r = field_cipher_open(c, PURPOSE, id, wrapped, &plain);

	if (r)
		return r < 0 ? r : -EBADMSG;
	const void *text = g_bytes_get_data(plain, &len);
	r = canon_load_exact(text, len, CONTENT_MAX, ret_content);
	return r <= 0 ? r : -EBADMSG;
}
