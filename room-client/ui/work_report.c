/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of the work: read and hashed here, so that what is signed is what was read. */
#include <string.h>

#include "proto/base64.h"
#include "proto/hex.h"
#include "proto/report_statement.h"
#include "room-client/ui/work_inner.h"

void work_report_forget(UiWork *w)
{
	w->report_asked = false;
	json_decref(w->report);
	w->report = NULL;
	g_clear_pointer(&w->pdf, g_bytes_unref);
	w->pdf_sha256[0] = '\0';
}

/* ---- fetching ---- */

static void pdf_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;
	g_autofree char *digest = NULL;

	if (!work_is_good(w, status, body)) {
		w->report_asked = false;
		return;
	}
	g_clear_pointer(&w->pdf, g_bytes_unref);
	w->pdf = g_bytes_ref(bytes);
	digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_strlcpy(w->pdf_sha256, digest, sizeof(w->pdf_sha256));
	g_signal_emit(w, work_signals[WORK_REPORT], 0);
}

static void report_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;
	g_autofree char *path = g_strdup_printf("/sessions/%s/report.pdf", w->facts.session);

	/* It may not have been made yet; an event tells when it is. */
	if (status != 200) {
		w->report_asked = false;
		return;
	}
	json_decref(w->report);
	w->report = json_deep_copy(body);
	work_send("GET", path, -1, NULL, pdf_answered, work_asked_new(w, ""));
}

struct work_report ui_work_report(UiWork *w)
{
	const json_t *progress = json_object_get(w->session, "report");
	g_autofree char *path = g_strdup_printf("/sessions/%s/report", w->facts.session);

	if (!w->report_asked && progress)
		w->report_asked =
			work_send("GET", path, -1, NULL, report_answered, work_asked_new(w, ""));
	return (struct work_report){
		.there = w->pdf != NULL,
		.same = strcmp(w->pdf_sha256, work_text(w->report, "sha256")) == 0,
		.sha256 = w->pdf_sha256,
		.pdf = w->pdf,
		.n_signatures = (int)json_integer_value(json_object_get(progress, "signatures")),
		.of = (int)json_integer_value(json_object_get(progress, "of")),
	};
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
	return next;
}

struct signature {
	char key[BASE64_SIZE(ED25519_KEY_LEN)], sig[BASE64_SIZE(ED25519_SIG_LEN)];
};

static int statement_sign(UiWork *w, const char *opinion, struct signature *ret)
{
	uint8_t digest[REPORT_DIGEST_LEN], key[ED25519_KEY_LEN], sig[ED25519_SIG_LEN];
	GString *statement;
	int r;

	if (!hex_decode_exact(w->pdf_sha256, strlen(w->pdf_sha256), digest, sizeof(digest)))
		return -EINVAL;
	statement = report_statement(
		w->facts.session, w->facts.member_no, digest, *opinion ? opinion : NULL);
	r = w->out.sign(w->out.user, statement->str, statement->len, key, sig);
	g_string_free(statement, TRUE);
	if (r)
		return r;
	base64_encode(key, sizeof(key), ret->key);
	base64_encode(sig, sizeof(sig), ret->sig);
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

	if (work_is_good(asked->work, status, body) &&
		statement_sign(asked->work, asked->text, &signature) == 0)
		signature_send(asked, &signature);
	else
		over(asked->work);
}

static bool key_is_known(const json_t *me, const char *key)
{
	size_t i;
	json_t *known;

	json_array_foreach (json_object_get(me, "keys"), i, known) {
		if (strcmp(work_text(known, "purpose"), "expert") == 0 &&
			strcmp(work_text(known, "public_key"), key) == 0)
			return true;
	}
	return false;
}

static void me_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct signature signature;
	json_auto_t *key = NULL;

	if (!work_is_good(asked->work, status, body)) {
		over(asked->work);
		return;
	}
	if (statement_sign(asked->work, asked->text, &signature) != 0) {
		g_signal_emit(asked->work, work_signals[WORK_REFUSED], 0, "crypto", "");
		over(asked->work);
		return;
	}
	if (key_is_known(body, signature.key)) {
		signature_send(asked, &signature);
		return;
	}
	key = json_pack("{s:s, s:s, s:s}", "purpose", "expert", "alg", "ed25519", "public_key",
		signature.key);
	if (!work_send("POST", "/me/keys", -1, key, key_answered, asked_on(asked)))
		over(asked->work);
}

void ui_work_sign(UiWork *w, const char *opinion)
{
	struct work_asked *asked;

	if (w->facts.busy || !w->pdf || !ui_work_report(w).same)
		return;
	asked = work_asked_new(w, "");
	asked->text = g_strstrip(g_strdup(opinion));
	if (work_send("GET", "/me", -1, NULL, me_answered, asked))
		work_set_busy(w, true);
}
