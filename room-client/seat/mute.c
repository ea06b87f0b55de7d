/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/mute.h"

#include <string.h>

static const char *const names[MUTE_N_SOURCES] = {
	[MUTE_CAM] = "cam",
	[MUTE_MIC] = "mic",
	[MUTE_SCREEN] = "screen",
};

enum mute_source mute_source_from_name(const char *name)
{
	for (int i = 0; i < MUTE_N_SOURCES; i++) {
		if (strcmp(names[i], name) == 0)
			return (enum mute_source)i;
	}
	return MUTE_N_SOURCES;
}

const char *mute_source_name(enum mute_source source)
{
	return names[source];
}

bool mute_is_on(const struct mute *m, enum mute_source source)
{
	return m->self[source] || m->server[source];
}

void mute_pressed(struct mute *m, enum mute_source source, bool on)
{
	if (on)
		m->self[source] = true;
}

/* If the host has muted it again since, that stands. */
void mute_opened(struct mute *m, enum mute_source source, int64_t event_no)
{
	m->self[source] = false;
	if (m->newest_no[source] <= event_no)
		m->server[source] = false;
}

void mute_welcomed(struct mute *m, int64_t last_event_no)
{
	m->history_no = last_event_no;
}

/* The list does not say who wants the silence, so it never ends it: events do. */
void mute_listed(struct mute *m, enum mute_source source, bool on)
{
	if (on)
		m->server[source] = true;
}

/* Events sent after a reconnect tell what was, while the roster in the welcome tells what is: an
 * opening among them must not open anything now. */
void mute_event(struct mute *m, enum mute_source source, bool on, int64_t event_no)
{
	if (on || event_no > m->history_no)
		m->server[source] = on;
	m->newest_no[source] = event_no;
}
