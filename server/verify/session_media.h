/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_MEDIA_H
#define SERVER_VERIFY_SESSION_MEDIA_H

/*
 * The recording of a session against its events: which clusters the ledger holds (media.part), who
 * sat where with which device key (room.joined), and the reels themselves.
 */
#include "server/verify/session_record.h"

void session_media_check(const struct session_record *rec);

#endif
