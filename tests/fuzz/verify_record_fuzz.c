/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a record's events say against its files, with the ledger left out, so that any event can be
 * told: the file "events" has one a line, {"kind", "subject", "actor", "body"}; the others are
 * those of a record. See files.h.
 */
#include "proto/canon.h"
#include "server/core/fields.h"
#include "server/verify/session_draw.h"
#include "server/verify/session_media.h"
#include "server/verify/session_report.h"
#include "server/verify/session_result.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void event_clear(void *data)
{
	json_decref(((struct session_event *)data)->object);
}

static void take_line(GArray *events, const char *line)
{
	struct session_event row = {.line = events->len + 1};

	if (canon_load(line, strlen(line), 1 << 18, &row.object, NULL) != 0)
		return;
	row.event = (struct ledger_event){.id = "e",
		.kind = in_text(row.object, "kind"),
		.subject = in_text(row.object, "subject"),
		.actor = in_text(row.object, "actor"),
		.subject_no = 1,
		.at_us = 1772323300000000,
		.real_us = 1772323300000000,
		.body = json_object_get(row.object, "body")};
	/* What a leaf has in any case. */
	if (!row.event.kind || !row.event.subject || !row.event.actor ||
		!json_is_object(row.event.body))
		json_decref(row.object);
	else
		g_array_append_val(events, row);
}

static GArray *read_events(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "events", NULL);
	g_autofree char *text = NULL;
	GArray *events = g_array_new(FALSE, FALSE, sizeof(struct session_event));

	g_array_set_clear_func(events, event_clear);
	if (g_file_get_contents(path, &text, NULL, NULL)) {
		g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

		for (char **line = lines; *line; line++)
			take_line(events, *line);
	}
	return events;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *dir = files_unpack(data, size);
	g_autoptr(GArray) events = read_events(dir);
	struct findings findings = {.out = fopen("/dev/null", "w")};
	const struct session_record rec = {.dir = dir,
		.session_id = "01jd0000000000000000000000",
		.events = events,
		.findings = &findings};

	session_media_check(&rec);
	session_draw_check(&rec);
	session_result_check(&rec);
	session_report_check(&rec);
	fclose(findings.out);
	files_remove(dir);
	return 0;
}
