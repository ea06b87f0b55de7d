/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_report.h"

#include <openssl/sha.h>
#include <string.h>

#include "proto/pades.h"
#include "proto/pdf_increment.h"
#include "proto/report_statement.h"
#include "server/core/fields.h"
#include "server/eval/report_model.h"
#include "server/verify/session_candidates.h"
#include "server/verify/session_leave.h"

struct report {
	const struct session_record *rec;
	const struct session_event *made;
	json_t *json; /* report.json */
	uint8_t pdf_sha256[32];
	GMappedFile *pdf, *signed_pdf; /* NULL: not there */
	size_t signed_len;             /* of it, as far as the signatures seen reach */
};

static void check_file(const struct report *p)
{
	GMappedFile *file = p->pdf;
	uint8_t ours[32];

	if (!file) {
		finding_fault(p->rec->findings, "report.pdf", "is missing");
		return;
	}
	SHA256((const uint8_t *)g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
		ours);
	if (memcmp(ours, p->pdf_sha256, sizeof(ours)) != 0)
		finding_fault(p->rec->findings, "report.pdf", "is not the file that was signed");
}

static void check_model(const struct report *p)
{
	const json_t *model = json_object_get(p->json, "model");
	uint8_t named[32], ours[32];

	if (!p->json)
		return;
	if (report_model_check(model) != 0 || report_model_digest(model, ours) != 0 ||
		!record_hex32(p->made->event.body, "model_sha256", named) ||
		memcmp(named, ours, 32) != 0)
		finding_fault(p->rec->findings, "report.json",
			"the model is not the one the report was printed from");
}

static const char *opinion_of(const struct report *p, int64_t member_no)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(p->json, "opinions"), i, row)
		if (in_int(row, "member_no", 0) == member_no)
			return in_text(row, "opinion");
	return NULL;
}

/* The key as the member's own account registered it before he signed. */
static GBytes *key_of(const struct report *p, const struct session_event *row)
{
	g_autofree char *subject = g_strdup_printf("account:%s", row->event.actor);
	const char *kid = in_text(row->event.body, "key");
	const struct session_event *event;
	guint at = 0;

	for (; (event = record_find(p->rec, "account.key_registered", at, &at)); at++)
		if (strcmp(event->event.subject, subject) == 0 &&
			g_strcmp0(in_text(event->event.body, "kid"), kid) == 0 &&
			event->event.real_us <= row->event.real_us)
			return in_base64(event->event.body, "public_key");
	return NULL;
}

static bool opinion_is_named(const json_t *body, const char *opinion)
{
	uint8_t named[32], ours[32];

	if (!opinion)
		return !in_has(body, "opinion_sha256");
	SHA256((const uint8_t *)opinion, strlen(opinion), ours);
	return record_hex32(body, "opinion_sha256", named) && memcmp(named, ours, 32) == 0;
}

/* Records of before have no signatures inside the PDF. */
static bool is_of_before(const json_t *body)
{
	return !in_has(body, "public_key");
}

static const char *fault_of(
	const struct report *p, const struct session_event *row, GHashTable *members)
{
	const json_t *body = row->event.body;
	int member_no = (int)in_int(body, "member_no", 0);
	const char *opinion = opinion_of(p, member_no);
	const char *account = g_hash_table_lookup(members, GINT_TO_POINTER(member_no));
	g_autoptr(GBytes) key = key_of(p, row), signature = in_base64(body, "signature");
	struct p256_public document_key;
	uint8_t named[32];

	if (!account || strcmp(account, row->event.actor) != 0)
		return "is not by a member who may judge";
	if (!record_hex32(body, "sha256", named) || memcmp(named, p->pdf_sha256, 32) != 0)
		return "is for another report";
	if (!key || g_bytes_get_size(key) != ED25519_KEY_LEN)
		return "no event registers the key it was made with";
	if (!opinion_is_named(body, opinion))
		return "the dissenting opinion in report.json is not the one that was signed";
	if (!signature || g_bytes_get_size(signature) != ED25519_SIG_LEN)
		return "does not verify";
	const struct report_statement statement = {.session_id = p->rec->session_id,
		.member_no = member_no,
		.pdf_sha256 = p->pdf_sha256,
		.opinion = opinion,
		.document_key = is_of_before(body) ? NULL : &document_key};
	if (statement.document_key &&
		p256_spki_from_text(in_text(body, "public_key"), &document_key) != 0)
		return "names no document key";
	if (report_statement_verify(&statement, g_bytes_get_data(key, NULL),
		    g_bytes_get_data(signature, NULL)) != 0)
		return "does not verify";
	return NULL;
}

static bool is_void(const struct session_record *rec, guint at)
{
	return session_report_is_void(rec, at, rec->events->len);
}

/* ---- inside the PDF ---- */

/* The event that issued the certificate of this signature; NULL: none did. */
static const struct session_event *certified(
	const struct report *p, const struct session_event *row)
{
	static const char *const same[] = {
		"certificate_sha256", "issuer_sha256", "key", "public_key", "signature"};
	const struct session_event *event;

	for (guint at = 0; (event = record_find(p->rec, "report.certified", at, &at)); at++) {
		size_t n = 0;

		while (n < G_N_ELEMENTS(same) && g_strcmp0(in_text(event->event.body, same[n]),
							 in_text(row->event.body, same[n])) == 0)
			n++;
		if (n == G_N_ELEMENTS(same) && strcmp(event->event.actor, row->event.actor) == 0 &&
			event->event.real_us <= row->event.real_us)
			return event;
	}
	return NULL;
}

/* Where the file before this signature ends. */
static size_t begin_of(const struct report *p)
{
	return p->signed_len ? p->signed_len : g_mapped_file_get_length(p->pdf);
}

/*
 * What the signature covers is the file before it and what makes room for it, byte for byte: with
 * anything more in it the house could have the members sign pages they were not shown.
 */
static bool is_increment(
	const struct report *p, const uint8_t *file, size_t size, const struct pdf_signer *signer)
{
	GMappedFile *before = p->signed_len ? p->signed_pdf : p->pdf;
	g_autoptr(GBytes) from =
		g_bytes_new_static(g_mapped_file_get_contents(before), begin_of(p));
	g_autoptr(GBytes) made = NULL;
	struct pades_range hole;
	size_t len;

	if (pdf_increment(from, signer, &made) != 0)
		return false;
	const uint8_t *bytes = g_bytes_get_data(made, &len);
	return len == size && pades_find(bytes, len, &hole) == 0 &&
	       memcmp(file, bytes, hole.hole) == 0 &&
	       memcmp(file + hole.hole_end, bytes + hole.hole_end, size - hole.hole_end) == 0;
}

static const char *pades_fault(const struct report *p, const struct session_event *row)
{
	const json_t *body = row->event.body;
	const uint8_t *file = (const uint8_t *)g_mapped_file_get_contents(p->signed_pdf);
	int64_t size = in_int(body, "signed_size", 0);
	uint8_t named[32], ours[32], issuer[32], certificate[32];
	const struct session_event *issued = certified(p, row);
	struct p256_public key;
	struct pades_signer signer;

	if (!issued)
		return "no event issues the certificate it was made with";
	if (size <= (int64_t)begin_of(p) || size > (int64_t)g_mapped_file_get_length(p->signed_pdf))
		return "report-signed.pdf is too short for it";
	SHA256(file, (size_t)size, ours);
	if (!record_hex32(body, "signed_sha256", named) || memcmp(named, ours, 32) != 0)
		return "report-signed.pdf is not the file it was put in";
	if (!record_hex32(body, "issuer_sha256", issuer) ||
		pades_check(file, (size_t)size, issuer, row->event.real_us, &signer) != 0)
		return "does not hold inside report-signed.pdf";
	if (!record_hex32(body, "certificate_sha256", certificate) ||
		memcmp(certificate, signer.certificate_sha256, 32) != 0 ||
		p256_spki_from_text(in_text(body, "public_key"), &key) != 0 ||
		memcmp(key.point, signer.key.point, P256_POINT_LEN) != 0)
		return "is by another certificate inside report-signed.pdf";
	g_autofree char *reason = report_opinion_reason(
		in_bool(body, "opinion_inside", false)
			? opinion_of(p, in_int(body, "member_no", 0))
			: NULL);
	const struct pdf_signer slot = {.no = (unsigned)in_int(body, "member_no", 0),
		.name = signer.name,
		.at_us = issued->event.at_us,
		.reason = reason};
	return is_increment(p, file, (size_t)size, &slot)
		       ? NULL
		       : "is over more than the file before it in report-signed.pdf";
}

/* Each covers the printed file and the ones before it, so they are looked at in their order. */
static const char *check_inside(struct report *p, const struct session_event *row)
{
	size_t size = (size_t)in_int(row->event.body, "signed_size", 0);
	const char *fault;

	if (is_of_before(row->event.body))
		return NULL;
	if (!p->signed_pdf)
		return "report-signed.pdf is missing";
	if (!p->pdf)
		return "report.pdf is missing";
	fault = pades_fault(p, row);
	/* Also behind one that does not hold: the next one may. */
	if (size > begin_of(p) && size <= g_mapped_file_get_length(p->signed_pdf))
		p->signed_len = size;
	return fault;
}

/* Behind the last signature there is nothing. */
static void check_signed_file(const struct report *p)
{
	if (p->signed_len && g_mapped_file_get_length(p->signed_pdf) != p->signed_len)
		finding_fault(p->rec->findings, "report-signed.pdf",
			"is not report.pdf with the signatures behind it");
}

/* Who does not sign is on record as such (E11); who signed after all has signed. */
static guint count_refusals(const struct report *p, GHashTable *members, GHashTable *signed_by)
{
	g_autoptr(GHashTable) refused = g_hash_table_new(NULL, NULL);
	const struct session_event *row;

	for (guint at = 0; (row = record_find(p->rec, "report.refused", at, &at)); at++) {
		gpointer no = GINT_TO_POINTER((gint)in_int(row->event.body, "member_no", 0));

		if (g_hash_table_contains(members, no) && !g_hash_table_contains(signed_by, no) &&
			!is_void(p->rec, at))
			g_hash_table_add(refused, no);
	}
	return g_hash_table_size(refused);
}

static void check_signatures(struct report *p)
{
	g_autoptr(GHashTable) members = record_members(p->rec, p->rec->events->len);
	g_autoptr(GHashTable) signed_by = g_hash_table_new(NULL, NULL);
	const struct session_event *row;
	guint n = g_hash_table_size(members), n_good, at = 0;

	for (; (row = record_find(p->rec, "report.signed", at, &at)); at++) {
		if (is_void(p->rec, at))
			continue;
		const char *fault = fault_of(p, row, members);
		int no = (int)in_int(row->event.body, "member_no", 0);
		g_autofree char *place = record_place(row);

		if (!fault && !g_hash_table_add(signed_by, GINT_TO_POINTER(no)))
			fault = "is not the first one";
		if (!fault)
			fault = check_inside(p, row);
		if (fault)
			finding_fault(p->rec->findings, place, "the signature of member %d: %s", no,
				fault);
	}
	check_signed_file(p);
	n_good = g_hash_table_size(signed_by);
	if (n_good + count_refusals(p, members, signed_by) < n &&
		record_is_closed(p->rec))
		finding_fault(p->rec->findings, "events.jsonl",
			"the session was closed with %u of %u signatures", n_good, n);
	finding_note(p->rec->findings, p->rec->dir, "report signed by %u of %u members", n_good, n);
}

/* The one that stands: it is made once, and once more after a step back. */
static const struct session_event *find_made(const struct session_record *rec)
{
	const struct session_event *row, *stands = NULL;

	for (guint at = 0; (row = record_find(rec, "report.made", at, &at)); at++) {
		if (is_void(rec, at))
			continue;
		if (stands) {
			g_autofree char *place = record_place(row);
			finding_fault(rec->findings, place, "the report was made already");
		}
		stands = stands ? stands : row;
	}
	return stands;
}

static GMappedFile *file_of(const struct session_record *rec, const char *name)
{
	g_autofree char *path = g_build_filename(rec->dir, name, NULL);

	return g_mapped_file_new(path, FALSE, NULL);
}

void session_report_check(const struct session_record *rec)
{
	struct report p = {.rec = rec, .made = find_made(rec)};
	g_autofree char *place = p.made ? record_place(p.made) : NULL;

	p.json = record_json(rec, "report.json", place);
	p.pdf = file_of(rec, "report.pdf");
	p.signed_pdf = file_of(rec, "report-signed.pdf");
	if (!p.made && p.json)
		finding_fault(rec->findings, "report.json", "no event speaks of this report");
	if (p.made && !record_hex32(p.made->event.body, "pdf_sha256", p.pdf_sha256))
		finding_fault(rec->findings, place, "names no file");
	if (p.made) {
		check_file(&p);
		check_model(&p);
		session_candidates_check(rec, p.made, p.json);
		check_signatures(&p);
	}
	g_clear_pointer(&p.pdf, g_mapped_file_unref);
	g_clear_pointer(&p.signed_pdf, g_mapped_file_unref);
	json_decref(p.json);
}
