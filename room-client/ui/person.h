/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A seat in the lists of the window. The signal "changed" follows a change of its facts. */

#include <glib-object.h>

#include "room-client/ui/person_facts.h"

#define UI_TYPE_PERSON (ui_person_get_type())
G_DECLARE_FINAL_TYPE(UiPerson, ui_person, UI, PERSON, GObject)

UiPerson *ui_person_new(const char *seat);

/* Valid until the next change. */
const struct person_facts *ui_person_facts(UiPerson *p);
void ui_person_set(UiPerson *p, const struct person_facts *facts);
