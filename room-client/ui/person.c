/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/person.h"

struct _UiPerson {
	GObject parent;
	struct person_facts facts;
};

G_DEFINE_FINAL_TYPE(UiPerson, ui_person, G_TYPE_OBJECT)

static guint changed;

static void ui_person_init(UiPerson *p)
{
}

static void ui_person_class_init(UiPersonClass *class)
{
	changed = g_signal_new(
		"changed", UI_TYPE_PERSON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

UiPerson *ui_person_new(const char *seat)
{
	UiPerson *p = g_object_new(UI_TYPE_PERSON, NULL);

	g_strlcpy(p->facts.seat, seat, sizeof(p->facts.seat));
	return p;
}

const struct person_facts *ui_person_facts(UiPerson *p)
{
	return &p->facts;
}

void ui_person_set(UiPerson *p, const struct person_facts *facts)
{
	if (person_facts_equal(&p->facts, facts))
		return;
	p->facts = *facts;
	g_signal_emit(p, changed, 0);
}
