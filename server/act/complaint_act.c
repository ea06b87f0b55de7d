/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/complaint_act.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/act/personal_reason.h"
#include "server/sign/field_cipher.h"

#define PURPOSE "complaint"

int complaint_open_told(const struct act *a, const struct complaint_row *c, json_t **ret)
{
	g_autoptr(GBytes) plain = NULL;
	gsize len;
	int r = field_cipher_open(a->env->cipher, PURPOSE, c->complaint_id, c->told, &plain);

	if (r)
		return r < 0 ? r : -EBADMSG;
	const char *text = g_bytes_get_data(plain, &len);
	*ret = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	return *ret ? 0 : -EBADMSG;
}

static int wrap(struct act *a, struct complaint_row *c, const json_t *told)
{
	g_autoptr(GString) text = NULL;
	int r = canon_dump(told, &text);

	if (r)
		return r < 0 ? r : -EINVAL;
	g_clear_pointer(&c->told, g_bytes_unref);
	r = field_cipher_seal(
		a->env->cipher, PURPOSE, c->complaint_id, text->str, text->len, &c->told);
	return r <= 0 ? r : -EIO;
}

int complaint_say(struct act *a, struct complaint_row *c, json_t *told, const char *step,
	const char *text, json_t *body)
{
	struct personal_reason reason;

	personal_reason_take(&reason, text, body);
	if (text) {
		json_t *said = json_object_get(told, "said");
		json_t *one = json_pack("{s:s}", "text", text);
		g_autofree char *key = g_strdup(step);

		/* What was said at it before has its digest in the ledger, too. */
		for (unsigned n = 2; json_object_get(said, key); n++) {
			g_free(key);
			key = g_strdup_printf("%s_%u", step, n);
		}
		out_hex(one, "salt", reason.salt, sizeof(reason.salt));
		json_object_set_new(said, key, one);
	}
	return wrap(a, c, told);
}

int complaint_verdicts(struct act *a, const struct complaint_row *c, GArray *verdicts)
{
	const struct rulebook *book = rulebook_by_version(c->rulebook_version);

	if (!book)
		return -EBADMSG;
	complaint_check(book, a->env->calendar, &c->times, verdicts);
	return 0;
}

static int refuse_suspended(
	struct act *a, const struct project *p, const char *field, int64_t until_us)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format_beijing(until_us, text);
	return p->regime == REGIME_GP
		       ? refuse_rule(
				 a->refusal, "complaint.suspended", "G06", field, "until %s", text)
		       : refuse(a->refusal, "complaint.suspended", field, "until %s", text);
}

int complaint_require_not_suspended(struct act *a, const struct project *p)
{
	int64_t until_us = 0;
	int r = complaint_store_suspended(a->txn, p->project_id, a->legal_us, &until_us);

	return r || !until_us ? r : refuse_suspended(a, p, NULL, until_us);
}

/* *ret_until_us: until when the trading stood still at that time; 0: it did not. */
static int suspended_at(
	struct act *a, const char *complaint_id, int64_t at_us, int64_t *ret_until_us)
{
	static const char *const ends[] = {
		"complaint.resumed", "complaint.decided", "complaint.withdrawn"};
	g_autofree char *subject = g_strdup_printf("complaint:%s", complaint_id);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_all_of_subject(a->txn, subject, NULL, &events);

	*ret_until_us = 0;
	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);

		if (e->legal_us > at_us)
			break;
		if (strcmp(e->kind->name, "complaint.suspended") == 0)
			*ret_until_us = in_time_us(e->body, "until", 0);
		for (size_t k = 0; k < G_N_ELEMENTS(ends); k++)
			if (strcmp(e->kind->name, ends[k]) == 0)
				*ret_until_us = 0;
	}
	if (*ret_until_us <= at_us)
		*ret_until_us = 0;
	return r;
}

#define COMPLAINTS_OF_PROJECT_MAX 1000

int complaint_require_not_suspended_at(
	struct act *a, const struct project *p, int64_t at_us, const char *field)
{
	g_autoptr(GPtrArray) rows = NULL;
	struct complaint_query q = {
		.project_id = p->project_id, .limit = COMPLAINTS_OF_PROJECT_MAX};
	int r = complaint_store_list(a->txn, &q, &rows);

	for (guint i = 0; !r && i < rows->len; i++) {
		const struct complaint_row *c = g_ptr_array_index(rows, i);
		int64_t until_us = 0;

		if (c->times.suspended_us)
			r = suspended_at(a, c->complaint_id, at_us, &until_us);
		if (!r && until_us)
			r = refuse_suspended(a, p, field, until_us);
	}
	return r;
}
