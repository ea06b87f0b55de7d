/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_SECOND_PERSON_H
#define SERVER_ACT_SECOND_PERSON_H

/*
 * Who may write a draft of a notice or of a project, and who is a second person for it (双人复核):
 * neither its author, nor whom the author named to take over (AB角), nor anybody else who had a
 * hand in it, even when that person may write no more.
 */
#include <stdbool.h>

#include "server/act/act.h"

/* Whether the actor is the author (an account), or the deputy he named. 0 or negative errno. */
int act_is_author(struct act *a, const char *author, bool *ret);

/* Whether the actor wrote any of it; the subject of its events is "type:id". */
int act_had_a_hand(struct act *a, const char *subject_type, const char *id, bool *ret);

#endif
