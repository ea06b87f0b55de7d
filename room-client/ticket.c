/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ticket.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

static bool copy_text(const json_t *json, const char *name, char *ret_text, size_t size)
{
	const json_t *value = json_object_get(json, name);

	return json_is_string(value) && json_string_length(value) < size &&
	       g_strlcpy(ret_text, json_string_value(value), size) == json_string_length(value);
}

/* How long a ticket lives (proto/README.md): its end tells the server's clock. */
#define LIVES_US (60LL * G_USEC_PER_SEC)

/* When it was made; 0: it does not say. */
static int64_t issued_us(const json_t *json)
{
	const char *text = json_string_value(json_object_get(json, "expires_at"));
	g_autoptr(GDateTime) over = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	if (!over)
		return 0;
	return g_date_time_to_unix(over) * G_USEC_PER_SEC + g_date_time_get_microsecond(over) -
	       LIVES_US;
}

int ticket_read(const json_t *json, struct seat_ticket *ret_ticket, char ret_url[SEAT_URL_MAX])
{
	const json_t *epoch = json_object_get(json, "epoch");
	struct seat_ticket ticket;
	char url[SEAT_URL_MAX] = "";

	if (!copy_text(json, "ticket", ticket.ticket, sizeof(ticket.ticket)) ||
		!copy_text(json, "seat_id", ticket.seat, sizeof(ticket.seat)) ||
		(json_object_get(json, "url") && !copy_text(json, "url", url, sizeof(url))))
		return TICKET_E_FORM;
	if (!json_is_integer(epoch) || json_integer_value(epoch) < 0 ||
		json_integer_value(epoch) > UINT32_MAX)
		return TICKET_E_FORM;
	ticket.epoch = (uint32_t)json_integer_value(epoch);
	ticket.issued_us = issued_us(json);
	*ret_ticket = ticket;
	memcpy(ret_url, url, sizeof(url));
	return 0;
}

int ticket_load(const char *path, struct seat_ticket *ret_ticket, char ret_url[SEAT_URL_MAX])
{
	g_autofree char *text = NULL;
	json_auto_t *json = NULL;
	size_t len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return -EIO;
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	return json ? ticket_read(json, ret_ticket, ret_url) : TICKET_E_FORM;
}
