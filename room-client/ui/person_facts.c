/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/person_facts.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <string.h>

#include "proto/json_text.h"
#include "room-client/ui/words.h"

static void copy_text(const json_t *entry, const char *name, char *to, size_t size)
{
	g_strlcpy(to, json_text(entry, name), size);
}

static bool is_on(const json_t *entry, const char *name)
{
	return json_is_true(json_object_get(entry, name));
}

static enum presence presence_from_name(const char *name)
{
	static const char *const names[] = {
		[PRESENCE_ABSENT] = "absent",
		[PRESENCE_PRESENT] = "present",
		[PRESENCE_LOST] = "lost",
		[PRESENCE_REMOVED] = "removed",
	};

	for (size_t i = 0; name && i < G_N_ELEMENTS(names); i++) {
		if (strcmp(names[i], name) == 0)
			return (enum presence)i;
	}
	return PRESENCE_ABSENT;
}

void person_facts_read(struct person_facts *f, const json_t *entry)
{
	copy_text(entry, "seat", f->seat, sizeof(f->seat));
	copy_text(entry, "name", f->name, sizeof(f->name));
	copy_text(entry, "person", f->person, sizeof(f->person));
	copy_text(entry, "venue", f->venue, sizeof(f->venue));
	copy_text(entry, "role", f->role, sizeof(f->role));
	copy_text(entry, "reason", f->reason, sizeof(f->reason));
	f->presence = presence_from_name(json_string_value(json_object_get(entry, "presence")));
	f->leader = is_on(entry, "leader");
	f->moderator = is_on(entry, "moderator");
	f->hand = is_on(entry, "hand");
	f->knocking = is_on(entry, "knocking");
	f->mic_muted = is_on(entry, "mic_muted");
	f->cam_muted = is_on(entry, "cam_muted");
	f->mic_dead = is_on(entry, "mic_dead");
}

bool person_facts_equal(const struct person_facts *a, const struct person_facts *b)
{
	return strcmp(a->seat, b->seat) == 0 && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->person, b->person) == 0 && strcmp(a->venue, b->venue) == 0 &&
	       strcmp(a->role, b->role) == 0 && strcmp(a->reason, b->reason) == 0 &&
	       a->presence == b->presence && a->own == b->own && a->leader == b->leader &&
	       a->moderator == b->moderator && a->hand == b->hand && a->knocking == b->knocking &&
	       a->mic_muted == b->mic_muted && a->cam_muted == b->cam_muted &&
	       a->mic_dead == b->mic_dead && a->has_cam == b->has_cam && a->has_mic == b->has_mic &&
	       a->has_screen == b->has_screen && a->speaking == b->speaking &&
	       a->quality == b->quality && a->level >= b->level && a->level <= b->level;
}

char *person_facts_title(const struct person_facts *f)
{
	g_autofree char *known = f->person[0] && strcmp(f->person, f->name) != 0
					 ? g_strdup_printf("%s · %s", f->name, f->person)
					 : g_strdup(f->name);

	/* Translators: the own seat in a list of names */
	return f->own ? g_strdup_printf(_("%s (you)"), known) : g_steal_pointer(&known);
}

static const char *presence_word(enum presence presence)
{
	switch (presence) {
	case PRESENCE_PRESENT:
		return NULL; /* the rest of the line says it */
	case PRESENCE_LOST:
		return _("connection lost");
	case PRESENCE_REMOVED:
		return _("removed");
	case PRESENCE_ABSENT:
		break;
	}
	return _("offline");
}

static const char *sound_word(const struct person_facts *f)
{
	if (f->mic_muted)
		return _("muted");
	if (f->mic_dead)
		return _("muted in hardware");
	return f->speaking ? _("speaking") : _("seated");
}

char *person_facts_status(const struct person_facts *f)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new();

	g_ptr_array_add(parts, (char *)words_role(f->role));
	if (f->leader)
		g_ptr_array_add(parts, (char *)_("committee leader"));
	if (f->moderator)
		g_ptr_array_add(parts, (char *)_("leads the room"));
	if (f->presence != PRESENCE_PRESENT) {
		g_ptr_array_add(parts, (char *)presence_word(f->presence));
	} else {
		g_ptr_array_add(parts, (char *)sound_word(f));
		if (f->cam_muted)
			g_ptr_array_add(parts, (char *)_("video stopped"));
		if (f->quality == QUALITY_FAIR)
			g_ptr_array_add(parts, (char *)_("fair connection"));
		if (f->quality == QUALITY_POOR)
			g_ptr_array_add(parts, (char *)_("poor connection"));
	}
	if (f->knocking)
		g_ptr_array_add(parts, (char *)_("another device asks for the seat"));
	if (f->venue[0])
		g_ptr_array_add(parts, (char *)f->venue);
	g_ptr_array_add(parts, NULL);
	return g_strjoinv(" · ", (char **)parts->pdata);
}
