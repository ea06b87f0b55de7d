/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_DRAW_H
#define SERVER_VERIFY_SESSION_DRAW_H

/* The draw of a session's experts: draw.json computed again and held against the draw's events. */
#include "server/verify/session_record.h"

void session_draw_check(const struct session_record *rec);

#endif
