/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ticket.h"

#include <glib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is taken for a ticket ends within its fields, and says the same when written again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *json = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	char url[SEAT_URL_MAX], again_url[SEAT_URL_MAX];
	struct seat_ticket ticket, again;

	if (!json || ticket_read(json, &ticket, url) != 0)
		return 0;
	json_auto_t *written = json_pack("{s:s, s:s, s:I, s:s}", "ticket", ticket.ticket, "seat_id",
		ticket.seat, "epoch", (json_int_t)ticket.epoch, "url", url);
	g_assert(written && ticket_read(written, &again, again_url) == 0);
	g_assert(strcmp(again.ticket, ticket.ticket) == 0 && strcmp(again.seat, ticket.seat) == 0);
	g_assert(again.epoch == ticket.epoch && strcmp(again_url, url) == 0);
	return 0;
}
