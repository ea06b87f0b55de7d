/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of the work: read and hashed here, so that what is signed is what was read. */
#include <string.h>

#include "proto/base64.h"
#include "proto/hex.h"
#include "proto/report_statement.h"
#include "room-client/ui/work_inner.h"

void work_report_forget(UiWork *w)
{
	work_retry_stop(&w->report_retry);
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

/* ---- signing: the key is known to the server, or made known, before it signs ---- */

static void over(UiWork *w)
{
	work_set_busy(w, false);
	work_refresh(w);
}

static void sign_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;

	work_is_good(w, status, body);
	over(w);
}

static struct work_asked *asked_on(const struct work_asked *asked)
{
	struct work_asked *next = work_asked_new(asked->work, asked->paper);

	next->text = g_strdup(asked->text);
	g_strlcpy(next->account, asked->account, sizeof(next->account));
	return next;
}

struct signature {
	bool given; /* the key is not ours to make known */
	char key[BASE64_SIZE(ED25519_KEY_LEN)], sig[BASE64_SIZE(ED25519_SIG_LEN)];
};

static int statement_sign(UiWork *w, const struct work_asked *asked, struct signature *ret)
{
	uint8_t digest[REPORT_DIGEST_LEN];
	struct work_signature signature;
	GString *statement;
	int r;

	if (!hex_decode_exact(w->pdf_sha256, strlen(w->pdf_sha256), digest, sizeof(digest)))
		return -EINVAL;
	statement = report_statement(
		w->facts.session, w->facts.member_no, digest, *asked->text ? asked->text : NULL);
	r = w->out.sign(w->out.user, asked->account, statement->str, statement->len, &signature);
	g_string_free(statement, TRUE);
	if (r)
		return r;
	ret->given = signature.given;
	base64_encode(signature.key, sizeof(signature.key), ret->key);
	base64_encode(signature.sig, sizeof(signature.sig), ret->sig);
	return 0;
}

static void signature_send(const struct work_asked *asked, const struct signature *signature)
{
	UiWork *w = asked->work;
	g_autofree char *path = g_strdup_printf("/sessions/%s/report/signatures", w->facts.session);
	json_auto_t *body = json_pack("{s:s, s:s, s:s*}", "sha256", w->pdf_sha256, "signature",
		signature->sig, "opinion", *asked->text ? asked->text : NULL);

	if (!work_send("POST", path, -1, body, sign_answered, asked_on(asked)))
		over(w);
}

static void key_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct signature signature;

	if (work_is_good(asked->work, status, body) && !work_papers_are_gone(asked) &&
		statement_sign(asked->work, asked, &signature) == 0)
		signature_send(asked, &signature);
	else
		over(asked->work);
}

static bool key_is_known(const json_t *me, const char *key)
{
	size_t i;
	json_t *known;

	json_array_foreach (json_object_get(me, "keys"), i, known) {
		if (strcmp(json_text(known, "purpose"), "expert") == 0 &&
			strcmp(json_text(known, "public_key"), key) == 0)
			return true;
	}
	return false;
}

static void key_register(const struct work_asked *asked, const struct signature *signature)
{
	json_auto_t *key = json_pack("{s:s, s:s, s:s}", "purpose", "expert", "alg", "ed25519",
		"public_key", signature->key);

	if (!work_send("POST", "/me/keys", -1, key, key_answered, asked_on(asked)))
		over(asked->work);
}

static void me_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	struct work_asked *asked = user;
	struct signature signature;

	if (!work_is_good(asked->work, status, body) || work_papers_are_gone(asked)) {
		over(asked->work);
		return;
	}
	g_strlcpy(asked->account, json_text(json_object_get(body, "account"), "id"),
		sizeof(asked->account));
	if (statement_sign(asked->work, asked, &signature) != 0) {
		work_refuse(asked->work, "crypto", "");
		over(asked->work);
	} else if (key_is_known(body, signature.key)) {
		signature_send(asked, &signature);
	} else if (signature.given) {
		work_refuse(asked->work, "key_unknown", "");
		over(asked->work);
	} else {
		key_register(asked, &signature);
	}
}

void ui_work_sign(UiWork *w, const char *opinion)
{
	struct work_asked *asked;

	if (w->facts.busy || !w->report_shown || !ui_work_report(w).same)
		return;
	asked = work_asked_new(w, "");
	asked->text = g_strstrip(g_strdup(opinion));
	if (work_send("GET", "/me", -1, NULL, me_answered, asked))
		work_set_busy(w, true);
}
