/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_session.h"

#include "server/verify/session_events.h"
#include "server/verify/session_media.h"

int verify_session(const char *dir, const struct note_key *key, struct findings *findings)
{
	g_autoptr(GArray) events = NULL;
	int r = session_events_read(dir, key, findings, &events);

	if (r)
		return r;
	finding_note(findings, dir, "%u events", events->len);
	session_media_check(dir, events, findings);
	return 0;
}
