/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of the work: read and hashed here, so that what is signed is what was read. */
#include <string.h>

#include "room-client/ui/work_inner.h"

void work_report_forget(UiWork *w)
{
	work_retry_stop(&w->report_retry);
	work_sign_forget(w);
	w->report_asked = w->report_shown = false;
	json_decref(w->report);
	w->report = NULL;
	g_clear_pointer(&w->pdf, g_bytes_unref);
	w->pdf_sha256[0] = '\0';
}

/* ---- fetching ---- */

/* It may not have been made yet: then an event tells when it is. */
static void report_missed(UiWork *w, int status)
{
	w->report_asked = false;
	if (work_may_pass(status))
		work_retry_later(w, &w->report_retry);
}

static void pdf_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;
	g_autofree char *digest = NULL;

	if (work_papers_are_gone(user))
		return;
	if (status != 200 || !bytes) {
		if (!w->report_retry.n_failures)
			work_is_good(w, status, body);
		report_missed(w, status);
		return;
	}
	work_retry_stop(&w->report_retry);
	g_clear_pointer(&w->pdf, g_bytes_unref);
	w->pdf = g_bytes_ref(bytes);
	w->report_shown = false;
	digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_strlcpy(w->pdf_sha256, digest, sizeof(w->pdf_sha256));
	g_signal_emit(w, work_signals[WORK_REPORT], 0);
}

static void report_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;
	g_autofree char *path = g_strdup_printf("/sessions/%s/report.pdf", w->facts.session);

	if (work_papers_are_gone(user))
		return;
	if (status != 200) {
		report_missed(w, status);
		return;
	}
	json_decref(w->report);
	w->report = json_deep_copy(body);
	work_send("GET", path, -1, NULL, pdf_answered, work_asked_new(w, ""));
}

static void report_ask(void *user)
{
	UiWork *w = user;
	g_autofree char *path = g_strdup_printf("/sessions/%s/report", w->facts.session);

	w->report_asked = work_send("GET", path, -1, NULL, report_answered, work_asked_new(w, ""));
}

void work_report_init(UiWork *w)
{
	w->report_retry = (struct work_retry){report_ask, w, 0, 0};
}

struct work_report ui_work_report(UiWork *w)
{
	const json_t *progress = json_object_get(w->session, "report");

	if (!w->report_asked && !w->report_retry.timer && progress)
		report_ask(w);
	return (struct work_report){
		.there = w->pdf != NULL,
		.same = strcmp(w->pdf_sha256, json_text(w->report, "sha256")) == 0,
		.shown = w->report_shown,
		.sha256 = w->pdf_sha256,
		.pdf = w->pdf,
		.n_signatures = (int)json_integer_value(json_object_get(progress, "signatures")),
		.of = (int)json_integer_value(json_object_get(progress, "of")),
	};
}

void ui_work_report_shown(UiWork *w)
{
	w->report_shown = w->pdf != NULL;
}
