/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The expert's work in the client, whose server answers anything and whose expert does anything at
 *any time. The input is a script of lines; a line that means nothing is passed over.
 *
 *	n name kind             a notice of the client; kind is that of a room event
 *	= status answer         answers the oldest call; without one it is passed over
 *	p                       promises
 *	r ground …              steps back
 *	v member                votes for the leader
 *	s lot bid item typed    scores
 *	b paper bid item vote   judges
 *	S paper                 submits
 *	R   g opinion           has read the report; signs it
 *	c                       the client is gone
 *	.                       time passes
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "room-client/ui/work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_LINES 300

struct asked {
	work_answered *answered;
	void *data;
	GDestroyNotify done;
};

struct desk {
	UiWork *work;
	GQueue *calls; /* struct asked, oldest first */
};

static void asked_free(struct asked *a)
{
	a->done(a->data);
	g_free(a);
}

/* Whatever the server said before, what it is asked is a path of its API and a body of JSON. */
static bool out_call(void *user, const struct work_call *call, work_answered *answered, void *data,
	GDestroyNotify done)
{
	struct desk *d = user;
	struct asked *a = g_new(struct asked, 1);

	g_assert(call->path[0] == '/' && !strpbrk(call->path, " ?#\r\n"));
	g_assert(!strstr(call->path, "/..") && !strstr(call->path, "//"));
	g_assert(strcmp(call->method, "GET") == 0 || strcmp(call->method, "POST") == 0 ||
		 strcmp(call->method, "PUT") == 0);
	g_assert(!call->body || json_is_object(call->body));
	g_assert(strcmp(call->method, "GET") == 0 ? !call->body : true);
	*a = (struct asked){answered, data, done};
	g_queue_push_tail(d->calls, a);
	return true;
}

static int out_sign(
	void *user, const char *account, const void *data, size_t len, struct work_signature *ret)
{
	static const uint8_t seed[ED25519_KEY_LEN] = {7};
	struct work_report report = ui_work_report(((struct desk *)user)->work);

	/* Nobody signs what he was not shown, or what is not what the server says it is. */
	g_assert(report.there && report.same && report.shown);
	if (!ident_is_valid(account, strlen(account)))
		return -EINVAL;
	ed25519_public(seed, ret->key);
	ret->given = false;
	return ed25519_sign(seed, data, len, ret->sig);
}

static void answer(struct desk *d, const char *words)
{
	char *end;
	int status = (int)strtol(words, &end, 10);
	const char *text = *end ? end + 1 : end;
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	json_auto_t *body = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	struct asked *a = g_queue_pop_head(d->calls);

	if (!a)
		return;
	a->answered(a->data, CLAMP(status, 0, 599), body, status ? bytes : NULL);
	asked_free(a);
}

static void note(struct desk *d, const char *const *w)
{
	json_auto_t *state = json_pack("{s:s}", "session", "s1");
	json_auto_t *fields = w[2] ? json_pack("{s:s}", "kind", w[2]) : NULL;

	ui_work_notice(d->work, w[1], fields, state);
}

static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

/* Papers are of the lots that are shown: "LOT" or "LOT/STAGE". */
static bool is_shown(struct desk *d, const char *paper)
{
	size_t len = strcspn(paper, "/");

	for (unsigned i = 0; i < ui_work_n_lots(d->work); i++) {
		const char *lot = ui_work_lot(d->work, i).lot;

		if (strlen(lot) == len && strncmp(lot, paper, len) == 0)
			return !paper[len] ||
			       ident_is_valid(paper + len + 1, strlen(paper + len + 1));
	}
	return false;
}

static void score(struct desk *d, const char *const *w)
{
	const struct score_sheet *s = ui_work_sheet(d->work, w[1]);

	if (s && score_sheet_n_bids(s) && score_sheet_n_items(s))
		ui_work_score(d->work, w[1], number(w[2]) % score_sheet_n_bids(s),
			number(w[3]) % score_sheet_n_items(s), w[4]);
}

static void find(struct desk *d, const char *const *w)
{
	const struct ballot *b = ui_work_ballot(d->work, w[1]);

	if (b && ballot_n_bids(b) && ballot_n_items(b))
		ui_work_vote_bid(d->work, w[1], number(w[2]) % ballot_n_bids(b),
			number(w[3]) % ballot_n_items(b), (enum ballot_vote)(number(w[4]) % 3),
			w[1]);
}

static void judge(struct desk *d, const char *const *w, guint n)
{
	if (n < 2 || !is_shown(d, w[1]))
		return;
	if (w[0][0] == 'S')
		ui_work_submit(d->work, w[1]);
	else if (n == 5 && w[0][0] == 's' && !strchr(w[1], '/'))
		score(d, w);
	else if (n == 5 && w[0][0] == 'b' && strchr(w[1], '/'))
		find(d, w);
}

static void happen(struct desk *d, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	const char *const *w = (const char *const *)words;
	guint n = g_strv_length(words);

	if (line[0] == '=')
		answer(d, line + 1);
	else if (line[0] == 'n' && n > 1)
		note(d, w);
	else if (strcmp(line, "p") == 0)
		ui_work_promise(d->work);
	else if (line[0] == 'r' && n > 1)
		ui_work_recuse(d->work, w + 1);
	else if (line[0] == 'v' && n > 1)
		ui_work_vote(d->work, (int)number(w[1]));
	else if (strcmp(line, "R") == 0)
		ui_work_report_shown(d->work);
	else if (line[0] == 'g')
		ui_work_sign(d->work, n > 1 ? w[1] : "");
	else if (strcmp(line, "c") == 0)
		ui_work_clear(d->work);
	else if (strcmp(line, ".") == 0)
		g_main_context_iteration(NULL, FALSE);
	else
		judge(d, w, n);
}

static void look_at_papers(struct desk *d)
{
	char paper[WORK_PAPER_SIZE];

	for (unsigned i = 0; i < ui_work_n_lots(d->work); i++) {
		struct work_lot lot = ui_work_lot(d->work, i);

		g_assert(lot.lot && lot.name);
		ui_work_ballot_of(d->work, lot.lot, paper);
		if (*paper)
			ui_work_ballot(d->work, paper);
		ui_work_sheet(d->work, lot.lot);
		ui_work_draft(d->work, lot.lot);
	}
}

/* As the pages do when they are told that something changed. */
static void look(struct desk *d)
{
	const struct work_facts *f = ui_work_facts(d->work);

	g_assert(f->task >= WORK_NONE && f->task <= WORK_OUT);
	for (unsigned i = 0; i < ui_work_n_candidates(d->work); i++)
		g_assert(ui_work_candidate(d->work, i).name);
	for (guint i = 0; i < ui_work_bidders(d->work)->len; i++)
		g_assert(g_ptr_array_index(ui_work_bidders(d->work), i));
	if (f->task == WORK_SCORE || f->task == WORK_REVIEW)
		look_at_papers(d);
	if (f->task == WORK_SIGN)
		ui_work_report(d->work);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", MAX_LINES);
	struct desk d = {.calls = g_queue_new()};
	const struct ui_work_out out = {.user = &d, .call = out_call, .sign = out_sign};

	d.work = ui_work_new(&out);
	for (char **line = lines; *line; line++) {
		happen(&d, *line);
		look(&d);
	}
	g_queue_free_full(d.calls, (GDestroyNotify)asked_free);
	g_object_unref(d.work);
	while (g_main_context_iteration(NULL, FALSE))
		;
	return 0;
}
