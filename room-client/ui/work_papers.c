/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The papers of the work, score sheets and ballots: fetched when shown, saved after a pause of
 * typing, submitted once. */
#include <openssl/rand.h>
#include <string.h>

#include "proto/hex.h"
#include "room-client/ui/work_inner.h"

#define SALT_LEN 16

/* What differs between a sheet and a ballot. */
struct paper_kind {
	const char *field; /* of what was filled in */
	void *(*read)(const json_t *body);
	void (*free)(void *content);
	void (*keep)(void *content, const void *from);
	void (*keep_unlawful)(void *content, const void *from);
	json_t *(*lawful)(const void *content);
};

struct paper {
	UiWork *work;
	const struct paper_kind *kind;
	char *name;    /* as "paper" tells it */
	char *path;    /* below "/api/v1" */
	void *content; /* NULL: not there yet */
	int64_t version;
	bool submitted, asking, ask_again, submitting;
	bool refused;            /* its draft, as "refused" told */
	struct work_retry retry; /* of asking */
	enum work_draft draft;
	unsigned edit;      /* counts what was typed */
	unsigned n_unsaved; /* tries since it was saved */
	guint timer;        /* until it is saved */
	char *salt;         /* of the commitment; the same when it is submitted again */
};

static void *sheet_read(const json_t *body)
{
	return score_sheet_new(body);
}

static void sheet_free(void *content)
{
	score_sheet_free(content);
}

static void sheet_keep(void *content, const void *from)
{
	score_sheet_keep(content, from);
}

static void sheet_keep_unlawful(void *content, const void *from)
{
	score_sheet_keep_unlawful(content, from);
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

static void votes_keep(void *content, const void *from)
{
	ballot_keep(content, from);
}

static void votes_keep_unlawful(void *content, const void *from)
{
	ballot_keep_unlawful(content, from);
}

static json_t *ballot_lawful(const void *content)
{
	return ballot_votes(content);
}

static const struct paper_kind SHEET = {
	"scores", sheet_read, sheet_free, sheet_keep, sheet_keep_unlawful, sheet_lawful};
static const struct paper_kind BALLOT = {
	"votes", ballot_read, ballot_drop, votes_keep, votes_keep_unlawful, ballot_lawful};

static void timer_stop(struct paper *p)
{
	if (p->timer)
		g_source_remove(p->timer);
	p->timer = 0;
}

static void paper_free(void *user)
{
	struct paper *p = user;

	timer_stop(p);
	work_retry_stop(&p->retry);
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
	w->papers_no++;
	w->facts.paper_refused = false;
}

static void paper_ask(void *paper);

static struct paper *paper_make(UiWork *w, const char *name)
{
	const char *slash = strchr(name, '/');
	struct paper *p = g_new0(struct paper, 1);

	p->work = w;
	p->retry = (struct work_retry){paper_ask, p, 0, 0};
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

static void refusals_count(UiWork *w)
{
	GHashTableIter i;
	void *user;

	w->facts.paper_refused = false;
	g_hash_table_iter_init(&i, w->papers);
	while (g_hash_table_iter_next(&i, NULL, &user)) {
		const struct paper *p = user;

		w->facts.paper_refused |= p->refused || p->retry.n_failures;
	}
}

static void refused_set(struct paper *p, bool refused)
{
	p->refused = refused;
	refusals_count(p->work);
}

static void draft_is_over(struct paper *p)
{
	timer_stop(p);
	p->draft = DRAFT_CLEAN;
	p->n_unsaved = 0;
	refused_set(p, false);
}

/* What was typed stays, at those bids that are still there. But if all that was lawful is saved,
 * and the server has something newer, another window of the same expert wrote it. */
static void typed_keep(const struct paper *p, void *content, bool newer)
{
	bool all_saved = p->draft == DRAFT_CLEAN || p->draft == DRAFT_SAVED;

	if (newer && all_saved)
		p->kind->keep_unlawful(content, p->content);
	else
		p->kind->keep(content, p->content);
}

/* False: what came is no such paper. */
static bool paper_take(struct paper *p, const struct work_asked *asked, const json_t *body)
{
	int64_t version = json_integer_value(json_object_get(body, "version"));
	bool newer = version > MAX(asked->version, p->version);
	bool submitted = strcmp(json_text(body, "state"), "submitted") == 0;
	void *content = p->kind->read(body);

	if (!content)
		return false;
	/* A draft that was saved since then knows better. */
	if (newer || asked->version == p->version)
		p->version = version;
	if (submitted)
		draft_is_over(p);
	else if (p->submitted)
		g_clear_pointer(&p->salt, g_free); /* undone: what is given then is another one */
	else if (p->content)
		typed_keep(p, content, newer);
	p->submitted = submitted;
	p->kind->free(p->content);
	p->content = content;
	return true;
}

/* Refused or lost, it is asked for again by itself; that is told once. */
static void paper_missed(struct paper *p, int status, const json_t *body)
{
	bool first = !p->retry.n_failures;

	work_retry_later(p->work, &p->retry);
	refusals_count(p->work);
	if (first && work_is_good(p->work, status, body))
		work_refuse(p->work, "bad_answer", "");
}

/* NULL: it is forgotten. */
static struct paper *asked_paper(const struct work_asked *asked)
{
	return work_papers_are_gone(asked) ? NULL
					   : g_hash_table_lookup(asked->work->papers, asked->paper);
}

static void paper_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct paper *p = asked_paper(asked);

	if (!p)
		return;
	p->asking = false;
	if (p->ask_again) {
		paper_ask(p);
		return;
	}
	if (status < 200 || status >= 300 || !paper_take(p, asked, body)) {
		paper_missed(p, status, body);
		return;
	}
	work_retry_stop(&p->retry);
	refusals_count(p->work);
	tell(p);
}

static void paper_ask(void *paper)
{
	struct paper *p = paper;
	struct work_asked *asked;

	p->ask_again = p->asking;
	if (p->asking)
		return;
	work_retry_hold(&p->retry);
	asked = work_asked_new(p->work, p->name);
	asked->version = p->version;
	p->asking = work_send("GET", p->path, -1, NULL, paper_answered, asked);
}

void work_papers_renew(UiWork *w)
{
	GHashTableIter i;
	void *paper;

	g_hash_table_iter_init(&i, w->papers);
	while (g_hash_table_iter_next(&i, NULL, &paper))
		paper_ask(paper);
}

static void *content_of(UiWork *w, const char *name)
{
	struct paper *p = paper_of(w, name);

	if (!p->content && !p->asking && !p->retry.timer)
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
	timer_stop(p);
	p->timer = g_timeout_add(ms, save_now, p);
}

static void draft_set(struct paper *p, enum work_draft draft)
{
	p->draft = draft;
	tell(p);
}

/* Whatever it was, the draft is not given up; a refusal is told once. */
static void save_failed(struct paper *p, int status, const json_t *body)
{
	bool refused = !work_may_pass(status) && status != 412, told = p->refused;

	save_in(p, work_retry_ms(p->work, p->n_unsaved++));
	refused_set(p, refused || told);
	draft_set(p, DRAFT_FAILED);
	/* Another window of the same expert was faster, or bids are out: on from there. */
	if (!work_may_pass(status))
		paper_ask(p);
	if (refused && !told)
		work_is_good(p->work, status, body);
}

static void saved(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct paper *p = asked_paper(asked);

	if (!p || p->submitted)
		return;
	if (status < 200 || status >= 300) {
		save_failed(p, status, body);
		return;
	}
	p->version = json_integer_value(json_object_get(body, "version"));
	p->n_unsaved = 0;
	refused_set(p, false);
	if (p->edit != asked->edit)
		save_in(p, p->work->out.pause_ms);
	draft_set(p, p->edit != asked->edit ? DRAFT_WAITING : DRAFT_SAVED);
}

static void draft_send(struct paper *p)
{
	json_auto_t *body = json_pack("{s:o}", p->kind->field, p->kind->lawful(p->content));
	struct work_asked *asked = work_asked_new(p->work, p->name);

	asked->edit = p->edit;
	if (work_send("PUT", p->path, p->version, body, saved, asked))
		draft_set(p, DRAFT_SAVING);
	else
		save_failed(p, 0, NULL);
}

static gboolean save_now(void *user)
{
	struct paper *p = user;

	p->timer = 0;
	if (p->draft == DRAFT_SAVING || p->submitting)
		return G_SOURCE_REMOVE;
	if (p->work->facts.task == WORK_HELD)
		draft_set(p, DRAFT_WAITING); /* work_papers_resume() */
	else
		draft_send(p);
	return G_SOURCE_REMOVE;
}

static bool is_unsaved(const struct paper *p)
{
	return p->draft == DRAFT_WAITING || p->draft == DRAFT_FAILED;
}

void work_papers_resume(UiWork *w)
{
	GHashTableIter i;
	void *user;

	g_hash_table_iter_init(&i, w->papers);
	while (g_hash_table_iter_next(&i, NULL, &user)) {
		struct paper *p = user;

		if (is_unsaved(p))
			save_in(p, w->out.pause_ms);
	}
}

static void edited(struct paper *p)
{
	p->edit++;
	if (p->draft == DRAFT_SAVING)
		return; /* saved() sees that there is more */
	save_in(p, p->work->out.pause_ms);
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
	struct paper *p = asked_paper(asked);

	if (p) {
		p->submitting = false;
		if (work_is_good(w, status, body)) {
			p->submitted = true;
			draft_is_over(p);
		} else if (is_unsaved(p)) {
			save_in(p, w->out.pause_ms);
		}
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
	timer_stop(p);
	refused_set(p, false); /* what is told from now on is of this */
	body = json_pack(
		"{s:o, s:s}", p->kind->field, p->kind->lawful(p->content), "salt", p->salt);
	p->submitting = work_send("POST", path, -1, body, submitted, work_asked_new(w, paper));
	if (!p->submitting && is_unsaved(p))
		save_in(p, w->out.pause_ms);
	work_set_busy(w, p->submitting);
}
