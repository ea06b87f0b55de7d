/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents' part of the wiring: list, downloads beside the voices, presenting. */
#include "room-client/app_inner.h"

#include <string.h>

#include "proto/frame.h"
#include "proto/json_text.h"

/* Always from the main loop: the seat may be telling something and is not to be called then. */
static gboolean present_say(void *user)
{
	struct app *a = user;
	int64_t now_us = app_now_us();
	json_auto_t *fields = presenter_next(&a->presenter, now_us);
	char id[CONTROL_ID_MAX + 1];

	a->present_timer = 0;
	if (fields && seat_act(a->seat, NULL, CONTROL_PRESENT, fields, now_us, id) == 0)
		presenter_sent(&a->presenter, id, now_us);
	else if (fields)
		presenter_stop(&a->presenter);
	return G_SOURCE_REMOVE;
}

static void present_soon(struct app *a)
{
	int64_t due_us = presenter_due_us(&a->presenter);

	if (a->present_timer)
		g_source_remove(a->present_timer);
	a->present_timer =
		due_us == INT64_MAX
			? 0
			: g_timeout_add((guint)(MAX(due_us - app_now_us(), 0) / 1000 + 1),
				  present_say, a);
}

void app_present_answered(struct app *a, const char *id, const char *refused)
{
	json_auto_t *fields = refused ? json_pack("{s:s}", "code", refused) : NULL;

	if (!presenter_answered(&a->presenter, id, refused != NULL))
		return;
	if (refused)
		app_tell(a, "present_refused", fields);
	present_soon(a);
}

/* What the seat tells that documents depend on. */
void app_documents_notice(struct app *a, const char *name, const json_t *fields)
{
	const char *presenter = json_text(json_object_get(fields, "presenting"), "seat");
	int64_t level;

	if (g_str_equal(name, "joined") || g_str_equal(name, "rights")) {
		documents_refresh(a->documents);
	} else if (g_str_equal(name, "act_refused")) {
		app_present_answered(a, json_text(fields, "ref"), json_text(fields, "code"));
	} else if (g_str_equal(name, "presenting")) {
		if (*presenter && !g_str_equal(presenter, seat_name(a->seat)))
			presenter_stop(&a->presenter);
	} else if (g_str_equal(name, "lag")) {
		level = json_integer_value(json_object_get(fields, "level"));
		if (level > 0)
			pace_trouble(a->pace, app_now_us());
		if (level >= 3)
			pace_hold(a->pace, app_now_us());
	}
}

static const char *documents_token(void *user)
{
	return sign_in_token(((struct app *)user)->sign_in);
}

static bool sending_is_behind(void *user)
{
	struct app *a = user;

	return !ws_has_room(a->ws, OUTBOX_AUDIO) || !ws_has_room(a->ws, OUTBOX_VIDEO);
}

static void documents_listed(void *user)
{
	struct app *a = user;
	json_auto_t *list = documents_list(a->documents);
	json_auto_t *fields = json_pack("{s:i, s:O*}", "bids",
		(int)json_array_size(json_object_get(list, "bids")), "code",
		json_object_get(list, "code"));

	app_tell(a, "documents", fields);
}

static void document_changed(void *user, const json_t *document)
{
	app_tell(user, "document", document);
}

/* Downloads give way when voices come late. */
void app_voice_heard(struct app *a, GBytes *message, int64_t arrived_us)
{
	size_t len;
	const uint8_t *bytes = g_bytes_get_data(message, &len);
	struct frame f;

	if (frame_parse(bytes, len, &f) == 0 && f.codec == FRAME_CODEC_OPUS)
		pace_heard(a->pace, arrived_us - (int64_t)f.session_ms * 1000, arrived_us);
}

struct documents_out app_documents_out(struct app *a)
{
	return (struct documents_out){
		a, documents_token, sending_is_behind, documents_listed, document_changed};
}

/* ---- for who shows it ---- */

json_t *app_documents(const struct app *a)
{
	return documents_list(a->documents);
}

bool app_document_want(struct app *a, const char *bid, int file)
{
	return documents_want(a->documents, bid, file);
}

GInputStream *app_document_open(struct app *a, const char *bid, int file)
{
	return documents_open(a->documents, bid, file);
}

void app_present(struct app *a, const char *bid, int file, int page)
{
	presenter_wish(&a->presenter, bid, file, page);
	present_soon(a);
}
