/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_draw.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/core/fields.h"
#include "server/eval/draw.h"

#define FILE_MAX ((size_t)256 << 20)

static const char *meaning(int refusal)
{
	switch (refusal) {
	case DRAW_E_RECORD:
		return "the record has not the form of a draw";
	case DRAW_E_DIGEST:
		return "the snapshot is not the one the record names";
	case DRAW_E_COMMITMENT:
		return "a nonce is not the one its party committed to";
	case DRAW_E_SEED:
		return "the seed does not follow from snapshot and nonces";
	case DRAW_E_RESULT:
		return "the experts are not those the seed draws";
	case DRAW_E_TOO_FEW:
		return "there are not enough eligible entries";
	}
	return "the snapshot cannot be read";
}

static void say_what_was_drawn(const json_t *record, const struct draw_snapshot *snapshot,
	const char *place, struct findings *findings)
{
	finding_note(findings, place,
		"drawn anew: %zu experts and %zu standbys from %zu eligible of %u entries, seed %s",
		json_array_size(json_object_get(record, "selected")),
		json_array_size(json_object_get(record, "standbys")),
		draw_snapshot_n_eligible(snapshot), snapshot->entries->len,
		in_text(record, "seed"));
}

void verify_draw_json(const json_t *draw, const char *place, struct findings *findings)
{
	const json_t *record = json_object_get(draw, "record");
	const json_t *text = json_object_get(draw, "snapshot");
	struct draw_snapshot *snapshot = NULL;

	if (!json_is_object(record) || !json_is_string(text)) {
		finding_fault(findings, place, "has no record and snapshot of a draw");
		return;
	}
	int r = draw_snapshot_parse(json_string_value(text), json_string_length(text), &snapshot);
	if (!r)
		r = draw_verify(record, snapshot);
	if (r)
		finding_fault(findings, place, "%s: %s", draw_refusal_code(r) ?: "draw.fault",
			meaning(r));
	else
		say_what_was_drawn(record, snapshot, place, findings);
	draw_snapshot_free(snapshot);
}

int verify_draw(const char *path, struct findings *findings)
{
	g_autofree char *text = NULL;
	json_t *draw = NULL;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return -ENOENT;
	if (canon_load(text, len, FILE_MAX, &draw, NULL) != 0)
		return -EBADMSG;
	verify_draw_json(draw, path, findings);
	json_decref(draw);
	return 0;
}
