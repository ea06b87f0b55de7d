/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report signed inside the PDF, by one member after the other, as the house and its clients do
 * it together. */
#include "tests/unit/server/verify/record_kit_inner.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/pades.h"
#include "proto/pdf_increment.h"
#include "proto/report_statement.h"
#include "server/eval/report_model.h"
#include "server/sign/document_ca.h"

static const char *const names[2] = {"张三丰", "李四"};

static json_t *sha256_json(GBytes *bytes)
{
	uint8_t digest[32];

	SHA256(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), digest);
	return kit_hex(digest);
}

static json_t *text_of(const void *bytes, size_t len)
{
	g_autofree char *text = g_base64_encode(bytes, len);

	return json_string(text);
}

/* A report of one page, in the form cairo gives it. */
static void print_report(GString *pdf)
{
	static const char *const objects[] = {"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] >>"};
	g_autoptr(GString) table = g_string_new("xref\n0 4\n0000000000 65535 f \n");

	g_string_assign(pdf, "%PDF-1.4\n");
	for (unsigned i = 0; i < G_N_ELEMENTS(objects); i++) {
		g_string_append_printf(table, "%010zu 00000 n \n", pdf->len);
		g_string_append_printf(pdf, "%u 0 obj\n%s\nendobj\n", i + 1, objects[i]);
	}
	size_t at = pdf->len;
	g_string_append_printf(pdf,
		"%strailer\n<< /Size 4\n   /Root 1 0 R\n>>\nstartxref\n%zu\n%%%%EOF\n", table->str,
		at);
}

/* ---- one signature ---- */

struct signing {
	struct record_kit *k;
	int member; /* index */
	struct document_ca *ca;
	EVP_PKEY *key;
	struct p256_public declared;
	GBytes *certificate;
	int64_t issued_us;
};

/* When the event that comes next will have been. */
static int64_t next_us(const struct record_kit *k)
{
	return START_US + k->events->len * EVENT_EVERY_US;
}

static json_t *body_of(const struct signing *s)
{
	const char *opinion = s->member ? KIT_OPINION : NULL;
	uint8_t digest[32], sig[ED25519_SIG_LEN], spki[P256_SPKI_LEN];
	const GString *pdf = s->k->pdf;

	SHA256((const uint8_t *)pdf->str, pdf->len, digest);
	const struct report_statement statement = {
		KIT_SESSION, s->member + 1, digest, opinion, &s->declared};
	g_autoptr(GString) text = report_statement(&statement);

	assert_int_equal(ed25519_sign(kit_member_seeds[s->member], text->str, text->len, sig), 0);
	p256_spki_encode(&s->declared, spki);
	json_t *body = json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o}", "member_no", s->member + 1,
		"key", kit_members[s->member], "sha256", kit_hex(digest), "signature",
		text_of(sig, sizeof(sig)), "public_key", text_of(spki, sizeof(spki)),
		"certificate_sha256", sha256_json(s->certificate), "issuer_sha256",
		sha256_json(document_ca_certificate(s->ca)));
	if (opinion) {
		SHA256((const uint8_t *)opinion, strlen(opinion), digest);
		json_object_set_new(body, "opinion_sha256", kit_hex(digest));
		json_object_set_new(body, "opinion_inside", json_true());
	}
	return body;
}

static void certify(struct signing *s, const struct kit_forgery *f)
{
	struct document_signer subject = {.organisation = "评标会", .name = names[s->member]};
	EVP_PKEY *other = NULL;

	assert_int_equal(p256_generate(&s->key), 0);
	assert_int_equal(p256_public_of(s->key, &subject.key), 0);
	s->declared = subject.key;
	if (f->other_key) {
		assert_int_equal(p256_generate(&other), 0);
		assert_int_equal(p256_public_of(other, &s->declared), 0);
		EVP_PKEY_free(other);
	}
	s->issued_us = next_us(s->k);
	assert_int_equal(document_ca_issue(s->ca, &subject, s->issued_us, &s->certificate), 0);
	kit_event(s->k, "report.certified", "session:" KIT_SESSION, kit_members[s->member],
		body_of(s));
}

/* What the member's client does. */
static void sign(const struct signing *s, uint8_t *file, size_t len)
{
	uint8_t digest[32], certificate_sha256[32], attributes[PADES_ATTRIBUTES_LEN];
	uint8_t sig[P256_SIG_LEN];
	g_autoptr(GBytes) container = NULL;
	struct pades_range range;

	SHA256(g_bytes_get_data(s->certificate, NULL), g_bytes_get_size(s->certificate),
		certificate_sha256);
	assert_int_equal(pades_find(file, len, &range), 0);
	pades_digest(file, &range, digest);
	pades_attributes(digest, certificate_sha256, attributes);
	assert_int_equal(p256_sign(s->key, attributes, sizeof(attributes), sig), 0);
	assert_int_equal(pades_container(attributes, sig, s->certificate,
				 document_ca_certificate(s->ca), &container),
		0);
	assert_int_equal(pades_fill(file, &range, container), 0);
}

static void sign_inside(struct signing *s, const struct kit_forgery *f)
{
	GBytes *before = s->k->signed_pdf, *prepared = NULL;
	g_autofree char *reason = report_opinion_reason(s->member ? KIT_OPINION : NULL);
	const struct pdf_signer signer = {.no = f->field_no ? f->field_no : (unsigned)s->member + 1,
		.name = names[s->member],
		.at_us = s->issued_us + f->later_us,
		.reason = reason};
	json_t *body = body_of(s);
	uint8_t *file;
	size_t len;

	assert_int_equal(pdf_increment(before, &signer, &prepared), 0);
	file = g_bytes_unref_to_data(prepared, &len);
	if (f->increment)
		f->increment((char *)file, len, g_bytes_get_size(before));
	sign(s, file, len);
	g_bytes_unref(before);
	s->k->signed_pdf = g_bytes_new_take(file, len);
	json_object_set_new(body, "signed_size", json_integer((json_int_t)len));
	json_object_set_new(body, "signed_sha256", sha256_json(s->k->signed_pdf));
	kit_event(s->k, "report.signed", "session:" KIT_SESSION, kit_members[s->member], body);
}

struct record_kit *kit_new_signed(const struct kit_forgery *f)
{
	static const struct kit_forgery none;
	struct record_kit *k = kit_new();
	json_t *model = json_object_get(k->report, "model");
	struct document_ca *ca = NULL;
	uint8_t digest[32];

	g_ptr_array_set_size(k->events, (gint)kit_find(k, "report.made"));
	print_report(k->pdf);
	k->signed_pdf = g_bytes_new(k->pdf->str, k->pdf->len);
	assert_int_equal(report_model_digest(model, digest), 0);
	kit_event(k, "report.made", "session:" KIT_SESSION, "host",
		json_pack("{s:o, s:o}", "pdf_sha256", sha256_json(k->signed_pdf), "model_sha256",
			kit_hex(digest)));
	assert_int_equal(document_ca_open(k->dir, START_US, &ca), 0);
	for (int i = 0; i < 2; i++) {
		struct signing s = {.k = k, .member = i, .ca = ca};

		certify(&s, i == 0 && f ? f : &none);
		sign_inside(&s, i == 0 && f ? f : &none);
		EVP_PKEY_free(s.key);
		g_bytes_unref(s.certificate);
	}
	document_ca_free(ca);
	kit_event(k, "session.closed", "session:" KIT_SESSION, "host", json_object());
	return k;
}
