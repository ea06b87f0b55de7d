/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing the report. The expert's own key, which is known to the server or made known, declares
 * what is signed and by which document key; that key, made for this signature and forgotten with
 * it, gets a certificate and signs inside the PDF. Where another member's signature came in
 * between, the file to sign is fetched again.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/base64.h"
#include "proto/hex.h"
#include "proto/pades.h"
#include "proto/report_statement.h"
#include "room-client/ui/work_inner.h"

#define TRIES_MAX 20

struct work_signing {
	unsigned no; /* answers of another one say nothing about it */
	EVP_PKEY *key;
	struct p256_public public_key;
	uint8_t certificate_sha256[PADES_DIGEST_LEN];
	unsigned n_tries;
};

/* While it is there the expert is busy with it, and with nothing else. */
void work_sign_forget(UiWork *w)
{
	if (!w->signing)
		return;
	EVP_PKEY_free(w->signing->key);
	g_free(w->signing);
	w->signing = NULL;
	w->facts.busy = false;
}

static bool signing_begin(UiWork *w)
{
	w->signing = g_new0(struct work_signing, 1);
	w->signing->no = ++w->last_signing;
	return p256_generate(&w->signing->key) == 0 &&
	       p256_public_of(w->signing->key, &w->signing->public_key) == 0;
}

static void over(UiWork *w)
{
	work_sign_forget(w);
	work_set_busy(w, false);
	work_refresh(w);
}

/* The signing it was asked for was forgotten, with the report or the session. */
static bool is_stale(const struct work_asked *asked)
{
	const struct work_signing *signing = asked->work->signing;

	return !signing || signing->no != asked->signing;
}

/* What cannot be done here, or must not. */
static void give_up(UiWork *w, const char *code)
{
	work_refuse(w, code, "");
	over(w);
}

static struct work_asked *asked_on(const struct work_asked *asked)
{
	struct work_asked *next = work_asked_new(asked->work, asked->paper);

	next->signing = asked->signing;
	next->text = g_strdup(asked->text);
	g_strlcpy(next->account, asked->account, sizeof(next->account));
	return next;
}

/* ---- inside the PDF ---- */

static void to_sign_ask(const struct work_asked *asked);

static void put_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	struct work_asked *asked = user;
	UiWork *w = asked->work;

	if (is_stale(asked))
		return;
	if (status == 409 && strcmp(json_text(body, "code"), "report.moved") == 0 &&
		w->signing->n_tries++ < TRIES_MAX) {
		to_sign_ask(asked);
		return;
	}
	work_is_good(w, status, body);
	over(w);
}

/* The file that was read, and behind it what others and the server put there. The hole is there,
 * too: what it takes out of the report nobody would have signed. */
static bool is_what_was_read(const UiWork *w, const void *file, const struct pades_range *range)
{
	size_t read;
	const void *pdf = g_bytes_get_data(w->pdf, &read);

	return range->hole >= read && memcmp(file, pdf, read) == 0;
}

static bool sign_inside(UiWork *w, GBytes *file, char ret_digest[static 65],
	char ret_sig[static BASE64_SIZE(P256_SIG_LEN)])
{
	uint8_t digest[PADES_DIGEST_LEN], attributes[PADES_ATTRIBUTES_LEN], sig[P256_SIG_LEN];
	struct pades_range range;
	size_t len;
	const void *bytes = g_bytes_get_data(file, &len);

	if (pades_find(bytes, len, &range) != 0 || !is_what_was_read(w, bytes, &range))
		return false;
	pades_digest(bytes, &range, digest);
	pades_attributes(digest, w->signing->certificate_sha256, attributes);
	if (p256_sign(w->signing->key, attributes, sizeof(attributes), sig) != 0)
		return false;
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	g_strlcpy(ret_digest, hex, 65);
	base64_encode(sig, sizeof(sig), ret_sig);
	return true;
}

static void to_sign_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	struct work_asked *asked = user;
	UiWork *w = asked->work;
	g_autofree char *path = g_strdup_printf("/sessions/%s/report/signatures", w->facts.session);
	g_autofree char *certificate = NULL;
	char digest[65], sig[BASE64_SIZE(P256_SIG_LEN)];

	if (is_stale(asked))
		return;
	if (status != 200 || !bytes) {
		work_is_good(w, status, body);
		over(w);
	} else if (!sign_inside(w, bytes, digest, sig)) {
		give_up(w, "report.digest");
	} else {
		certificate = hex_encode(w->signing->certificate_sha256, PADES_DIGEST_LEN);
		json_auto_t *input = json_pack("{s:s, s:s, s:s}", "certificate", certificate,
			"digest", digest, "signature", sig);

		if (!work_send("POST", path, -1, input, put_answered, asked_on(asked)))
			over(w);
	}
}

static void to_sign_ask(const struct work_asked *asked)
{
	UiWork *w = asked->work;
	g_autofree char *hex = hex_encode(w->signing->certificate_sha256, PADES_DIGEST_LEN);
	g_autofree char *path = g_strdup_printf(
		"/sessions/%s/report/certificates/%s/to-sign.pdf", w->facts.session, hex);

	if (!work_send("GET", path, -1, NULL, to_sign_answered, asked_on(asked)))
		over(w);
}

/* ---- the declaration and its certificate ---- */

static void certificate_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	struct work_asked *asked = user;
	UiWork *w = asked->work;
	gsize len = 0;
	g_autofree guchar *der = NULL;

	if (is_stale(asked))
		return;
	if (!work_is_good(w, status, body)) {
		over(w);
		return;
	}
	der = g_base64_decode(json_text(body, "certificate"), &len);
	SHA256(der, len, w->signing->certificate_sha256);
	to_sign_ask(asked);
}

struct signature {
	bool given; /* the key is not ours to make known */
	char key[BASE64_SIZE(ED25519_KEY_LEN)], sig[BASE64_SIZE(ED25519_SIG_LEN)];
};

static int statement_sign(UiWork *w, const struct work_asked *asked, struct signature *ret)
{
	uint8_t digest[REPORT_DIGEST_LEN];
	struct work_signature signature;
	GString *text;
	int r;

	if (!hex_decode_exact(w->pdf_sha256, strlen(w->pdf_sha256), digest, sizeof(digest)))
		return -EINVAL;
	const struct report_statement statement = {.session_id = w->facts.session,
		.member_no = w->facts.member_no,
		.pdf_sha256 = digest,
		.opinion = *asked->text ? asked->text : NULL,
		.document_key = &w->signing->public_key};
	text = report_statement(&statement);
	r = w->out.sign(w->out.user, asked->account, text->str, text->len, &signature);
	g_string_free(text, TRUE);
	if (r)
		return r;
	ret->given = signature.given;
	base64_encode(signature.key, sizeof(signature.key), ret->key);
	base64_encode(signature.sig, sizeof(signature.sig), ret->sig);
	return 0;
}

static void declaration_send(const struct work_asked *asked, const struct signature *signature)
{
	UiWork *w = asked->work;
	g_autofree char *path =
		g_strdup_printf("/sessions/%s/report/certificates", w->facts.session);
	g_autofree char *key = p256_spki_text(&w->signing->public_key);
	json_auto_t *body =
		json_pack("{s:s, s:s, s:s, s:s*}", "sha256", w->pdf_sha256, "public_key", key,
			"signature", signature->sig, "opinion", *asked->text ? asked->text : NULL);

	if (!work_send("POST", path, -1, body, certificate_answered, asked_on(asked)))
		over(w);
}

static void key_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	struct signature signature;

	if (is_stale(asked))
		return;
	if (work_is_good(asked->work, status, body) &&
		statement_sign(asked->work, asked, &signature) == 0)
		declaration_send(asked, &signature);
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

	if (is_stale(asked))
		return;
	if (!work_is_good(asked->work, status, body)) {
		over(asked->work);
		return;
	}
	g_strlcpy(asked->account, json_text(json_object_get(body, "account"), "id"),
		sizeof(asked->account));
	if (statement_sign(asked->work, asked, &signature) != 0) {
		give_up(asked->work, "crypto");
	} else if (key_is_known(body, signature.key)) {
		declaration_send(asked, &signature);
	} else if (signature.given) {
		give_up(asked->work, "key_unknown");
	} else {
		key_register(asked, &signature);
	}
}

void ui_work_sign(UiWork *w, const char *opinion)
{
	struct work_asked *asked;

	if (w->facts.busy || !w->report_shown || !ui_work_report(w).same)
		return;
	if (!signing_begin(w)) {
		work_sign_forget(w);
		work_refuse(w, "crypto", "");
		return;
	}
	asked = work_asked_new(w, "");
	asked->signing = w->signing->no;
	asked->text = g_strstrip(g_strdup(opinion));
	if (work_send("GET", "/me", -1, NULL, me_answered, asked))
		work_set_busy(w, true);
	else
		work_sign_forget(w);
}
