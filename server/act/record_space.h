/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_RECORD_SPACE_H
#define SERVER_ACT_RECORD_SPACE_H

struct act;

/* 0, or REFUSED with record.no_space when the recording of a new session would find no room. */
int record_space_check(struct act *a);

#endif
