/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score sheets of the work: fetched when shown, saved after a pause of typing, submitted once.
 */
#include <openssl/rand.h>
#include <string.h>

#include "proto/hex.h"
#include "room-client/ui/work_inner.h"

#define PAUSE_MS 800
#define AGAIN_MS 3000
#define SALT_LEN 16

struct sheet {
	UiWork *work;
	char lot[IDENT_SIZE];
	struct score_sheet *scores; /* NULL: not there yet */
	bool asking;
	enum work_draft draft;
	unsigned edit; /* counts what was typed */
	guint timer;   /* until it is saved */
	char *salt;    /* of the commitment; the same when it is submitted again */
	bool submitting;
};

static void sheet_free(void *user)
{
	struct sheet *s = user;

	if (s->timer)
		g_source_remove(s->timer);
	score_sheet_free(s->scores);
	g_free(s->salt);
	g_free(s);
}

GHashTable *work_sheets_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, sheet_free);
}

void work_sheets_forget(UiWork *w)
{
	g_hash_table_remove_all(w->sheets);
}

static struct sheet *sheet_of(UiWork *w, const char *lot)
{
	struct sheet *s = g_hash_table_lookup(w->sheets, lot);

	if (s)
		return s;
	s = g_new0(struct sheet, 1);
	s->work = w;
	g_strlcpy(s->lot, lot, sizeof(s->lot));
	g_hash_table_insert(w->sheets, g_strdup(lot), s);
	return s;
}

static void tell(struct sheet *s)
{
	g_autofree char *lot = g_strdup(s->lot);

	g_signal_emit(s->work, work_signals[WORK_SHEET], 0, lot);
}

static char *path_of(const struct sheet *s, const char *more)
{
	return g_strdup_printf(
		"/sessions/%s/lots/%s/sheet%s", s->work->facts.session, s->lot, more);
}

/* ---- fetching ---- */

/* What was typed meanwhile stays: only the version is taken. */
static void sheet_take(struct sheet *s, const json_t *body)
{
	struct score_sheet *scores = score_sheet_new(body);

	if (!scores)
		return;
	if (s->scores && s->draft != DRAFT_CLEAN && !score_sheet_is_submitted(scores)) {
		score_sheet_set_version(s->scores, score_sheet_version(scores));
		score_sheet_free(scores);
		return;
	}
	score_sheet_free(s->scores);
	s->scores = scores;
	s->draft = DRAFT_CLEAN;
}

static void sheet_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct sheet *s = g_hash_table_lookup(asked->work->sheets, asked->lot);

	if (!s)
		return;
	s->asking = false;
	if (work_is_good(asked->work, status, body))
		sheet_take(s, body);
	tell(s);
}

static void sheet_ask(struct sheet *s)
{
	g_autofree char *path = path_of(s, "");

	if (!s->asking)
		s->asking = work_send(
			"GET", path, -1, NULL, sheet_answered, work_asked_new(s->work, s->lot));
}

const struct score_sheet *ui_work_sheet(UiWork *w, const char *lot)
{
	struct sheet *s = sheet_of(w, lot);

	if (!s->scores)
		sheet_ask(s);
	return s->scores;
}

enum work_draft ui_work_draft(UiWork *w, const char *lot)
{
	return sheet_of(w, lot)->draft;
}

/* ---- drafts ---- */

static gboolean save_now(void *user);

static void save_in(struct sheet *s, guint ms)
{
	if (s->timer)
		g_source_remove(s->timer);
	s->timer = g_timeout_add(ms, save_now, s);
}

static void draft_set(struct sheet *s, enum work_draft draft)
{
	s->draft = draft;
	tell(s);
}

static void saved(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct sheet *s = g_hash_table_lookup(asked->work->sheets, asked->lot);

	if (!s)
		return;
	if (status >= 200 && status < 300) {
		score_sheet_set_version(
			s->scores, json_integer_value(json_object_get(body, "version")));
		if (s->edit != asked->edit)
			save_in(s, PAUSE_MS);
		draft_set(s, s->edit != asked->edit ? DRAFT_WAITING : DRAFT_SAVED);
		return;
	}
	draft_set(s, DRAFT_FAILED);
	if (status == 412) /* another window of the same expert was faster: on from there */
		sheet_ask(s);
	if (status == 412 || status == 0 || status >= 500)
		save_in(s, AGAIN_MS);
	else
		work_is_good(asked->work, status, body);
}

static gboolean save_now(void *user)
{
	struct sheet *s = user;
	g_autofree char *path = path_of(s, "");
	struct work_asked *asked;
	json_auto_t *body = NULL;

	s->timer = 0;
	if (s->draft == DRAFT_SAVING || s->submitting)
		return G_SOURCE_REMOVE;
	body = json_pack("{s:o}", "scores", score_sheet_scores(s->scores));
	asked = work_asked_new(s->work, s->lot);
	asked->edit = s->edit;
	draft_set(s, work_send("PUT", path, score_sheet_version(s->scores), body, saved, asked)
			     ? DRAFT_SAVING
			     : DRAFT_FAILED);
	return G_SOURCE_REMOVE;
}

void ui_work_score(UiWork *w, const char *lot, unsigned bid, unsigned item, const char *typed)
{
	struct sheet *s = sheet_of(w, lot);

	if (!s->scores || score_sheet_is_submitted(s->scores) ||
		!score_sheet_set(s->scores, bid, item, typed))
		return;
	s->edit++;
	if (s->draft == DRAFT_SAVING)
		return; /* saved() sees that there is more */
	save_in(s, PAUSE_MS);
	draft_set(s, DRAFT_WAITING);
}

/* ---- for good ---- */

static void submitted(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	UiWork *w = asked->work;
	struct sheet *s = g_hash_table_lookup(w->sheets, asked->lot);

	if (s) {
		s->submitting = false;
		if (work_is_good(w, status, body))
			s->draft = DRAFT_CLEAN;
		sheet_ask(s);
	}
	work_set_busy(w, false);
	work_refresh(w);
}

void ui_work_submit(UiWork *w, const char *lot)
{
	struct sheet *s = sheet_of(w, lot);
	g_autofree char *path = path_of(s, "/submit");
	uint8_t salt[SALT_LEN];
	json_auto_t *body = NULL;

	if (!s->scores || w->facts.busy)
		return;
	if (!s->salt) {
		if (RAND_bytes(salt, sizeof(salt)) != 1)
			g_error("no randomness");
		s->salt = hex_encode(salt, sizeof(salt));
	}
	if (s->timer)
		g_source_remove(s->timer);
	s->timer = 0;
	body = json_pack("{s:o, s:s}", "scores", score_sheet_scores(s->scores), "salt", s->salt);
	s->submitting = work_send("POST", path, -1, body, submitted, work_asked_new(w, lot));
	work_set_busy(w, s->submitting);
}
