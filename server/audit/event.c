/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/audit/event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/ledger_leaf.h"

static const struct event_kind kinds[] = {
#define EVENT(name, visibility) {name, EVENT_##visibility},
#include "server/audit/event_kinds.def"
#undef EVENT
};

static int kind_compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct event_kind *)row)->name);
}

const struct event_kind *event_kind_find(const char *name)
{
	return bsearch(name, kinds, G_N_ELEMENTS(kinds), sizeof(kinds[0]), kind_compare);
}

const struct event_kind *event_kinds(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(kinds);
	return kinds;
}

struct event *event_new(const char *kind, const char *actor, const char *subject_type,
	const char *subject_id, int64_t legal_us, int64_t real_us, json_t *body)
{
	struct event *e = g_new0(struct event, 1);

	e->kind = event_kind_find(kind);
	g_assert(e->kind && body);
	id_new(e->event_id);
	random_bytes(e->salt, sizeof(e->salt));
	g_strlcpy(e->actor, actor, sizeof(e->actor));
	g_snprintf(e->subject, sizeof(e->subject), "%s:%s", subject_type, subject_id);
	e->legal_us = legal_us;
	e->real_us = real_us;
	e->body = body;
	return e;
}

void event_free(struct event *e)
{
	if (!e)
		return;
	json_decref(e->body);
	g_clear_pointer(&e->leaf, g_bytes_unref);
	g_free(e);
}

int event_seal(struct event *e)
{
	struct ledger_event leaf = {
		.id = e->event_id,
		.kind = e->kind->name,
		.actor = e->actor,
		.subject = e->subject,
		.subject_no = e->subject_no,
		.at_us = e->legal_us,
		.real_us = e->real_us,
		.body = e->body,
	};
	size_t len;

	memcpy(leaf.salt, e->salt, sizeof(leaf.salt));
	g_clear_pointer(&e->leaf, g_bytes_unref);
	int r = ledger_leaf_encode(&leaf, &e->leaf);
	if (r)
		return r < 0 ? r : -EINVAL;
	const void *bytes = g_bytes_get_data(e->leaf, &len);
	return ledger_leaf_hash(bytes, len, e->leaf_hash);
}
