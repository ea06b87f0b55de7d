/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/presenter.h"

#include <glib.h>
#include <string.h>

/* A server takes two a second in the long run. */
#define PAUSE_US (600 * 1000)

static bool same(const struct place *a, const struct place *b)
{
	if (!a->on || !b->on)
		return a->on == b->on;
	return strcmp(a->bid, b->bid) == 0 && a->file == b->file && a->page == b->page;
}

void presenter_wish(struct presenter *p, const char *bid, int file, int page)
{
	p->wish = (struct place){.on = bid != NULL, .file = file, .page = page};
	if (bid)
		g_strlcpy(p->wish.bid, bid, sizeof(p->wish.bid));
}

int64_t presenter_due_us(const struct presenter *p)
{
	return p->id[0] || same(&p->wish, &p->said) ? INT64_MAX : p->next_us;
}

json_t *presenter_next(struct presenter *p, int64_t now_us)
{
	if (presenter_due_us(p) > now_us)
		return NULL;
	return p->wish.on ? json_pack("{s:b, s:s, s:i, s:i}", "on", 1, "bid", p->wish.bid, "file",
				    p->wish.file, "page", p->wish.page)
			  : json_pack("{s:b}", "on", 0);
}

void presenter_sent(struct presenter *p, const char *id, int64_t now_us)
{
	p->said = p->wish;
	g_strlcpy(p->id, id, sizeof(p->id));
	p->next_us = now_us + PAUSE_US;
}

bool presenter_answered(struct presenter *p, const char *id, bool refused)
{
	if (!p->id[0] || strcmp(p->id, id) != 0)
		return false;
	p->id[0] = '\0';
	if (refused)
		presenter_stop(p);
	return true;
}

void presenter_stop(struct presenter *p)
{
	p->wish = p->said = (struct place){0};
}
