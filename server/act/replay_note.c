/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A supervisor's note at a moment of the recording (监督记录). It stands on a subject of its own:
 * what supervisors write down is no part of the record the panel signs for.
 */
#include "server/act/acts.h"

#include "server/store/replay_store.h"

#define NOTE_MAX 2000

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"session_ms", FIELD_INT, true, 0, UINT32_MAX},
	{"text", FIELD_TEXT, true, 1, NOTE_MAX},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	struct replay_session session = {0};
	int r = act_found(
		a, replay_store_session(a->txn, session_id, a->real_us, &session), "session_id");

	replay_session_clear(&session);
	return r ? r
		 : act_event(a, "replay.noted", "supervision", session_id,
			   json_pack("{s:I, s:s}", "session_ms",
				   (json_int_t)in_int(in, "session_ms", 0), "text",
				   in_text(in, "text")));
}

const struct act_kind replay_note_act = {.name = "replay.note", .fields = fields, .run = run};
