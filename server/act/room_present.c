/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include "proto/control.h"
#include "proto/sealed_manifest.h"
#include "server/act/bid_document.h"
#include "server/act/seat_act.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"on", FIELD_BOOL, true},
	{"bid_id", FIELD_ID, false},
	{"file_no", FIELD_INT, false, 1, SEALED_FILES_MAX},
	{"page", FIELD_INT, false, 1, CONTROL_PAGE_MAX},
	{NULL},
};

static int begin(struct act *a, const json_t *in, const char *session_id)
{
	static const char *const needed[] = {"bid_id", "file_no", "page"};
	const char *bid_id = in_text(in, "bid_id");
	int64_t file_no = in_int(in, "file_no", 0);
	json_auto_t *file = NULL;
	int r;

	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++)
		if (!in_has(in, needed[i]))
			return refuse(a->refusal, "input.missing", needed[i], NULL);
	r = bid_document_for_act(a, bid_id, file_no, "room.present", &file);
	if (r)
		return r;
	return seat_act_event(a, session_id, "room.present",
		json_pack("{s:b, s:s, s:I, s:I}", "on", 1, "bid", bid_id, "file",
			(json_int_t)file_no, "page", (json_int_t)in_int(in, "page", 1)));
}

/*
 * A member shows the others which page he looks at (展示). Each page is on the record, so that a
 * replay shows what was talked about; how many pages the document has is not looked at.
 */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	int r = seat_act_check_seated(a, session_id);

	if (r)
		return r;
	return in_bool(in, "on", true)
		       ? begin(a, in, session_id)
		       : seat_act_event(a, session_id, "room.present", json_pack("{s:b}", "on", 0));
}

const struct act_kind room_present_act = {.name = "room.present", .fields = fields, .run = run};
