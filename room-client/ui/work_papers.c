/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The papers of the work, score sheets and ballots: fetched when shown, saved after a pause of
 * typing, submitted once. */
#include <openssl/rand.h>
#include <string.h>

#include "proto/hex.h"
#include "room-client/ui/work_inner.h"

#define PAUSE_MS 800
#define AGAIN_MS 3000
#define SALT_LEN 16

/* What differs between a sheet and a ballot. */
struct paper_kind {
	const char *field; /* of what was filled in */
	void *(*read)(const json_t *body);
	void (*free)(void *content);
	json_t *(*lawful)(const void *content);
};

struct paper {
	UiWork *work;
	const struct paper_kind *kind;
	char *name;    /* as "paper" tells it */
	char *path;    /* below "/api/v1" */
	void *content; /* NULL: not there yet */
	int64_t version;
	bool submitted, asking, submitting;
	enum work_draft draft;
	unsigned edit; /* counts what was typed */
	guint timer;   /* until it is saved */
	char *salt;    /* of the commitment; the same when it is submitted again */
};

static void *sheet_read(const json_t *body)
{
	return score_sheet_new(body);
}

static void sheet_free(void *content)
{
	score_sheet_free(content);
}

static json_t *sheet_lawful(const void *content)
{
	return score_sheet_scores(content);
}

static void *ballot_read(const json_t *body)
{
	return ballot_new(body);
}

static void ballot_drop(void *content)
{
	ballot_free(content);
}

static json_t *ballot_lawful(const void *content)
{
	return ballot_votes(content);
}

static const struct paper_kind SHEET = {"scores", sheet_read, sheet_free, sheet_lawful};
static const struct paper_kind BALLOT = {"votes", ballot_read, ballot_drop, ballot_lawful};

static void paper_free(void *user)
{
	struct paper *p = user;

	if (p->timer)
		g_source_remove(p->timer);
	p->kind->free(p->content);
	g_free(p->name);
	g_free(p->path);
	g_free(p->salt);
	g_free(p);
}

GHashTable *work_papers_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, paper_free);
}

void work_papers_forget(UiWork *w)
{
	g_hash_table_remove_all(w->papers);
}

static struct paper *paper_make(UiWork *w, const char *name)
{
	const char *slash = strchr(name, '/');
	struct paper *p = g_new0(struct paper, 1);

	p->work = w;
	p->kind = slash ? &BALLOT : &SHEET;
	p->name = g_strdup(name);
	p->path = slash ? g_strdup_printf("/sessions/%s/lots/%.*s/review%s", w->facts.session,
				  (int)(slash - name), name, slash)
			: g_strdup_printf("/sessions/%s/lots/%s/sheet", w->facts.session, name);
	g_hash_table_insert(w->papers, p->name, p);
	return p;
}

static struct paper *paper_of(UiWork *w, const char *name)
{
	struct paper *p = g_hash_table_lookup(w->papers, name);

	return p ? p : paper_make(w, name);
}

static void tell(struct paper *p)
{
	g_autofree char *name = g_strdup(p->name);

	g_signal_emit(p->work, work_signals[WORK_PAPER], 0, name);
}

/* ---- fetching ---- */

/* What was typed meanwhile stays: only the version is taken. */
static void paper_take(struct paper *p, const json_t *body)
{
	void *content = p->kind->read(body);

	if (!content)
		return;
	p->version = json_integer_value(json_object_get(body, "version"));
	p->submitted = strcmp(work_text(body, "state"), "submitted") == 0;
	if (p->content && p->draft != DRAFT_CLEAN && !p->submitted) {
		p->kind->free(content);
		return;
	}
	p->kind->free(p->content);
	p->content = content;
	p->draft = DRAFT_CLEAN;
}

static void paper_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct paper *p = g_hash_table_lookup(asked->work->papers, asked->paper);

	if (!p)
		return;
	p->asking = false;
	if (work_is_good(asked->work, status, body))
		paper_take(p, body);
	tell(p);
}

static void paper_ask(struct paper *p)
{
	if (!p->asking)
		p->asking = work_send(
			"GET", p->path, -1, NULL, paper_answered, work_asked_new(p->work, p->name));
}

static void *content_of(UiWork *w, const char *name)
{
	struct paper *p = paper_of(w, name);

	if (!p->content)
		paper_ask(p);
	return p->content;
}

const struct score_sheet *ui_work_sheet(UiWork *w, const char *lot)
{
	return content_of(w, lot);
}

const struct ballot *ui_work_ballot(UiWork *w, const char *paper)
{
	g_assert(strchr(paper, '/'));
	return content_of(w, paper);
}

enum work_draft ui_work_draft(UiWork *w, const char *paper)
{
	return paper_of(w, paper)->draft;
}

/* ---- drafts ---- */

static gboolean save_now(void *user);

static void save_in(struct paper *p, guint ms)
{
	if (p->timer)
		g_source_remove(p->timer);
	p->timer = g_timeout_add(ms, save_now, p);
}

static void draft_set(struct paper *p, enum work_draft draft)
{
	p->draft = draft;
	tell(p);
}

static void saved(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct paper *p = g_hash_table_lookup(asked->work->papers, asked->paper);

	if (!p)
		return;
	if (status >= 200 && status < 300) {
		p->version = json_integer_value(json_object_get(body, "version"));
		if (p->edit != asked->edit)
			save_in(p, PAUSE_MS);
		draft_set(p, p->edit != asked->edit ? DRAFT_WAITING : DRAFT_SAVED);
		return;
	}
	draft_set(p, DRAFT_FAILED);
	if (status == 412) /* another window of the same expert was faster: on from there */
		paper_ask(p);
	if (status == 412 || status == 0 || status >= 500)
		save_in(p, AGAIN_MS);
	else
		work_is_good(asked->work, status, body);
}

static gboolean save_now(void *user)
{
	struct paper *p = user;
	struct work_asked *asked;
	json_auto_t *body = NULL;

	p->timer = 0;
	if (p->draft == DRAFT_SAVING || p->submitting)
		return G_SOURCE_REMOVE;
	body = json_pack("{s:o}", p->kind->field, p->kind->lawful(p->content));
	asked = work_asked_new(p->work, p->name);
	asked->edit = p->edit;
	draft_set(p, work_send("PUT", p->path, p->version, body, saved, asked) ? DRAFT_SAVING
									       : DRAFT_FAILED);
	return G_SOURCE_REMOVE;
}

static void edited(struct paper *p)
{
	p->edit++;
	if (p->draft == DRAFT_SAVING)
		return; /* saved() sees that there is more */
	save_in(p, PAUSE_MS);
	draft_set(p, DRAFT_WAITING);
}

void ui_work_score(UiWork *w, const char *lot, unsigned bid, unsigned item, const char *typed)
{
	struct paper *p = paper_of(w, lot);

	if (p->content && !p->submitted && score_sheet_set(p->content, bid, item, typed))
		edited(p);
}

void ui_work_vote_bid(UiWork *w, const char *paper, unsigned bid, unsigned item,
	enum ballot_vote vote, const char *reason)
{
	struct paper *p = paper_of(w, paper);

	if (p->content && !p->submitted && ballot_set(p->content, bid, item, vote, reason))
		edited(p);
}

/* ---- for good ---- */

static void submitted(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	UiWork *w = asked->work;
	struct paper *p = g_hash_table_lookup(w->papers, asked->paper);

	if (p) {
		p->submitting = false;
		if (work_is_good(w, status, body))
			p->draft = DRAFT_CLEAN;
		paper_ask(p);
	}
	work_set_busy(w, false);
	work_refresh(w);
}

void ui_work_submit(UiWork *w, const char *paper)
{
	struct paper *p = paper_of(w, paper);
	g_autofree char *path = g_strconcat(p->path, "/submit", NULL);
	uint8_t salt[SALT_LEN];
	json_auto_t *body = NULL;

	if (!p->content || w->facts.busy)
		return;
	if (!p->salt) {
		if (RAND_bytes(salt, sizeof(salt)) != 1)
			g_error("no randomness");
		p->salt = hex_encode(salt, sizeof(salt));
	}
	if (p->timer)
		g_source_remove(p->timer);
	p->timer = 0;
	body = json_pack(
		"{s:o, s:s}", p->kind->field, p->kind->lawful(p->content), "salt", p->salt);
	p->submitting = work_send("POST", path, -1, body, submitted, work_asked_new(w, paper));
	work_set_busy(w, p->submitting);
}
