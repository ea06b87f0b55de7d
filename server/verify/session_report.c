/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_report.h"

#include <openssl/sha.h>
#include <string.h>

#include "proto/report_statement.h"
#include "server/core/fields.h"
#include "server/eval/report_model.h"

struct report {
	const struct session_record *rec;
	const struct session_event *made;
	json_t *json; /* report.json */
	uint8_t pdf_sha256[32];
};

static void check_file(const struct report *p)
{
	g_autofree char *path = g_build_filename(p->rec->dir, "report.pdf", NULL);
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
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

static const char *fault_of(
	const struct report *p, const struct session_event *row, GHashTable *members)
{
	const json_t *body = row->event.body;
	int member_no = (int)in_int(body, "member_no", 0);
	const char *opinion = opinion_of(p, member_no);
	const char *account = g_hash_table_lookup(members, GINT_TO_POINTER(member_no));
	g_autoptr(GBytes) key = key_of(p, row), signature = in_base64(body, "signature");
	uint8_t named[32];

	if (!account || strcmp(account, row->event.actor) != 0)
		return "is not by a member who may judge";
	if (!record_hex32(body, "sha256", named) || memcmp(named, p->pdf_sha256, 32) != 0)
		return "is for another report";
	if (!key || g_bytes_get_size(key) != ED25519_KEY_LEN)
		return "no event registers the key it was made with";
	if (!opinion_is_named(body, opinion))
		return "the dissenting opinion in report.json is not the one that was signed";
	if (!signature || g_bytes_get_size(signature) != ED25519_SIG_LEN ||
		report_statement_verify(p->rec->session_id, member_no, p->pdf_sha256, opinion,
			g_bytes_get_data(key, NULL), g_bytes_get_data(signature, NULL)) != 0)
		return "does not verify";
	return NULL;
}

/* Who does not sign is on record as such (E11); who signed after all has signed. */
static guint count_refusals(const struct report *p, GHashTable *members, GHashTable *signed_by)
{
	g_autoptr(GHashTable) refused = g_hash_table_new(NULL, NULL);
	const struct session_event *row;

	for (guint at = 0; (row = record_find(p->rec, "report.refused", at, &at)); at++) {
		gpointer no = GINT_TO_POINTER((gint)in_int(row->event.body, "member_no", 0));

		if (g_hash_table_contains(members, no) && !g_hash_table_contains(signed_by, no))
			g_hash_table_add(refused, no);
	}
	return g_hash_table_size(refused);
}

static void check_signatures(const struct report *p)
{
	g_autoptr(GHashTable) members = record_members(p->rec, p->rec->events->len);
	g_autoptr(GHashTable) signed_by = g_hash_table_new(NULL, NULL);
	const struct session_event *row;
	guint n = g_hash_table_size(members), n_good, at = 0;

	for (; (row = record_find(p->rec, "report.signed", at, &at)); at++) {
		const char *fault = fault_of(p, row, members);
		int no = (int)in_int(row->event.body, "member_no", 0);
		g_autofree char *place = record_place(row);

		if (!fault && !g_hash_table_add(signed_by, GINT_TO_POINTER(no)))
			fault = "is not the first one";
		if (fault)
			finding_fault(p->rec->findings, place, "the signature of member %d: %s", no,
				fault);
	}
	n_good = g_hash_table_size(signed_by);
	if (n_good + count_refusals(p, members, signed_by) < n &&
		record_find(p->rec, "session.closed", 0, NULL))
		finding_fault(p->rec->findings, "events.jsonl",
			"the session was closed with %u of %u signatures", n_good, n);
	finding_note(p->rec->findings, p->rec->dir, "report signed by %u of %u members", n_good, n);
}

void session_report_check(const struct session_record *rec)
{
	struct report p = {.rec = rec, .made = record_find(rec, "report.made", 0, NULL)};
	g_autofree char *place = p.made ? record_place(p.made) : NULL;

	p.json = record_json(rec, "report.json", place);
	if (!p.made && p.json)
		finding_fault(rec->findings, "report.json", "no event speaks of this report");
	if (p.made && !record_hex32(p.made->event.body, "pdf_sha256", p.pdf_sha256))
		finding_fault(rec->findings, place, "names no file");
	if (p.made) {
		check_file(&p);
		check_model(&p);
		check_signatures(&p);
	}
	json_decref(p.json);
}
