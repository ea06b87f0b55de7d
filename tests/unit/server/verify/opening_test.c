/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The opening record signed inside its file, and what a house could do to it with the keys of its
 * own: every record here is proven, so to say, and most of them lie. */
#include "server/verify/opening_file.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "proto/hex.h"
#include "proto/ledger_leaf.h"
#include "proto/pades.h"
#include "proto/pdf_increment.h"
#include "server/report/pdf_seal.h"
#include "server/sign/cms.h"
#include "server/sign/document_ca.h"

#define MINUTE INT64_C(60000000)
#define BIDS 3

static struct {
	char *dir;
	struct document_ca *ca;
	char *other_dir;
	struct cms_signer *centre, *other;  /* the other one is of somebody else */
	EVP_PKEY *keys[BIDS + 1], *strange; /* of the bids 1 to BIDS */
	int64_t start_us;
} house;

struct record {
	GPtrArray *events; /* struct ledger_event */
	GBytes *pdf;
	EVP_PKEY *signs;                         /* what signs instead of the bidder's key */
	const char *comment;                     /* put in front of the next increment */
	bool keyless;                            /* bid.opened without a key, as before */
	bool print_sealed;                       /* by the centre */
	const struct cms_signer *named, *closes; /* NULL: named by no event; the centre */
};

static void event_free(void *data)
{
	struct ledger_event *e = data;

	json_decref(e->body);
	g_free(e);
}

static int64_t next_us(const struct record *r)
{
	return house.start_us + r->events->len * MINUTE;
}

static void tell(struct record *r, const char *kind, json_t *body)
{
	struct ledger_event *e = g_new0(struct ledger_event, 1);

	e->kind = kind;
	e->body = body;
	e->at_us = e->real_us = next_us(r);
	g_ptr_array_add(r->events, e);
}

static void out_text(json_t *body, const char *name, const char *text)
{
	json_object_set_new(body, name, json_string(text));
}

static void out_int(json_t *body, const char *name, int64_t value)
{
	json_object_set_new(body, name, json_integer(value));
}

static void out_sha256(json_t *body, const char *name, GBytes *bytes)
{
	uint8_t digest[32];

	SHA256(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), digest);

	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	out_text(body, name, hex);
}

/* One page, in the form cairo gives it. */
static GBytes *printed(void)
{
	static const char *const objects[] = {"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] >>"};
	g_autoptr(GString) table = g_string_new("xref\n0 4\n0000000000 65535 f \n");
	GString *pdf = g_string_new("%PDF-1.4\n");

	for (unsigned i = 0; i < G_N_ELEMENTS(objects); i++) {
		g_string_append_printf(table, "%010zu 00000 n \n", pdf->len);
		g_string_append_printf(pdf, "%u 0 obj\n%s\nendobj\n", i + 1, objects[i]);
	}
	size_t at = pdf->len;
	g_string_append_printf(pdf,
		"%strailer\n<< /Size 4\n   /Root 1 0 R\n>>\nstartxref\n%zu\n%%%%EOF\n", table->str,
		at);
	return g_string_free_to_bytes(pdf);
}

static const char *kid_of(EVP_PKEY *key, char buf[P256_KID_SIZE])
{
	struct p256_public public;

	assert_int_equal(p256_public_of(key, &public), 0);
	return p256_kid(&public, buf);
}

static void begin(struct record *r)
{
	json_t *body = json_object();
	char kid[P256_KID_SIZE];

	r->events = g_ptr_array_new_with_free_func(event_free);
	r->pdf = printed();
	tell(r, "lot.closed", json_pack("{s:i}", "count", BIDS));
	for (int no = 1; no <= BIDS; no++) {
		json_t *opened = json_pack("{s:i}", "bid_no", no);
		if (!r->keyless)
			out_text(opened, "key", kid_of(house.keys[no], kid));
		tell(r, "bid.opened", opened);
	}
	if (r->print_sealed) {
		const struct pdf_seal how = {.no = 1, .at_us = next_us(r)};
		g_autoptr(GBytes) plain = g_steal_pointer(&r->pdf);
		assert_int_equal(pdf_seal(plain, house.centre, &how, &r->pdf), 0);
		json_object_set_new(body, "sealed", json_true());
	}
	out_int(body, "size", (int64_t)g_bytes_get_size(r->pdf));
	out_sha256(body, "pdf_sha256", r->pdf);
	tell(r, "opening.recorded", body);
}

/* Puts what was ordered behind the file, as a house that cheats would. */
static void comment(struct record *r)
{
	if (!r->comment)
		return;
	GByteArray *bytes = g_bytes_unref_to_array(r->pdf);
	g_byte_array_append(bytes, (const guint8 *)r->comment, (guint)strlen(r->comment));
	r->pdf = g_byte_array_free_to_bytes(bytes);
	r->comment = NULL;
}

/* What the bidder's client and the house do. */
static void put_signature(struct record *r, EVP_PKEY *key, GBytes *certificate)
{
	uint8_t digest[32], sha256[32], attributes[PADES_ATTRIBUTES_LEN], sig[P256_SIG_LEN];
	g_autoptr(GBytes) container = NULL;
	struct pades_range range;
	size_t len;
	uint8_t *pdf = g_bytes_unref_to_data(g_steal_pointer(&r->pdf), &len);

	SHA256(g_bytes_get_data(certificate, NULL), g_bytes_get_size(certificate), sha256);
	assert_int_equal(pades_find(pdf, len, &range), 0);
	pades_digest(pdf, &range, digest);
	pades_attributes(digest, sha256, attributes);
	assert_int_equal(p256_sign(key, attributes, sizeof(attributes), sig), 0);
	assert_int_equal(pades_container(attributes, sig, certificate,
				 document_ca_certificate(house.ca), &container),
		0);
	assert_int_equal(pades_fill(pdf, &range, container), 0);
	r->pdf = g_bytes_new_take(pdf, len);
}

static void sign(struct record *r, int no)
{
	struct document_signer subject = {.organisation = "甲公司", .name = "甲公司"};
	EVP_PKEY *key = r->signs ? r->signs : house.keys[no];
	g_autoptr(GBytes) certificate = NULL, prepared = NULL;
	json_t *body = json_pack("{s:i}", "bid_no", no);
	char kid[P256_KID_SIZE];

	assert_int_equal(p256_public_of(key, &subject.key), 0);
	assert_int_equal(document_ca_issue(house.ca, &subject, next_us(r), &certificate), 0);
	out_text(body, "key", kid_of(house.keys[no], kid));
	out_sha256(body, "certificate_sha256", certificate);
	out_sha256(body, "issuer_sha256", document_ca_certificate(house.ca));
	const struct pdf_signer slot = {
		.no = (unsigned)no + 1, .name = "甲公司", .at_us = next_us(r)};
	tell(r, "opening.certified", json_deep_copy(body));
	comment(r);
	assert_int_equal(pdf_increment(r->pdf, &slot, &prepared), 0);
	g_bytes_unref(r->pdf);
	r->pdf = g_bytes_ref(prepared);
	put_signature(r, key, certificate);
	out_int(body, "signed_size", (int64_t)g_bytes_get_size(r->pdf));
	out_sha256(body, "signed_sha256", r->pdf);
	tell(r, "opening.signed", body);
}

static void decline(struct record *r, int no)
{
	tell(r, "opening.declined", json_pack("{s:i, s:s}", "bid_no", no, "reason", "有误"));
}

#define WORDS "开标记录签署情况。已签署：1号。拒绝签署：2号。未作表示：3号。"

/* As it is when 1 signed, 2 declined and 3 was silent. */
static json_t *true_lists(void)
{
	return json_pack("{s:s, s:i, s:[i], s:[i], s:[i]}", "text", WORDS, "n_signed", 1, "signed",
		1, "declined", 2, "silent", 3);
}

static void finish(struct record *r, const char *reason, json_t *body)
{
	const struct pdf_seal how = {.no = 0, .at_us = next_us(r), .reason = reason};
	GBytes *sealed = NULL;

	comment(r);
	assert_int_equal(pdf_seal(r->pdf, r->closes ? r->closes : house.centre, &how, &sealed), 0);
	g_bytes_unref(r->pdf);
	r->pdf = sealed;
	if (r->named) {
		uint8_t digest[32];
		cms_signer_digest(r->named, digest);
		g_autofree char *hex = hex_encode(digest, sizeof(digest));
		out_text(body, "centre_sha256", hex);
	}
	json_object_set_new(body, "sealed", json_true());
	out_int(body, "signed_size", (int64_t)g_bytes_get_size(r->pdf));
	out_sha256(body, "signed_sha256", r->pdf);
	tell(r, "opening.closed", body);
}

static void check_says(struct record *r, const char *wanted, unsigned n_faults)
{
	g_autofree char *path = g_build_filename(house.dir, "record.pdf", NULL);
	char *out = NULL;
	size_t len = 0;
	struct findings f = {.out = open_memstream(&out, &len)};

	assert_true(g_file_set_contents(
		path, g_bytes_get_data(r->pdf, NULL), (gssize)g_bytes_get_size(r->pdf), NULL));
	opening_file_check(house.dir, r->events, &f);
	fclose(f.out);
	if ((wanted && !strstr(out, wanted)) || (n_faults ? !f.n_faults : f.n_faults != 0))
		fail_msg("wanted %s: %s", wanted ? wanted : "no fault", out);
	free(out);
	g_ptr_array_unref(r->events);
	g_bytes_unref(r->pdf);
}

static void check(struct record *r, const char *wanted)
{
	check_says(r, wanted, wanted != NULL);
}

static void until_close(struct record *r)
{
	begin(r);
	sign(r, 1);
	decline(r, 2);
}

static void test_as_it_is(void **state)
{
	struct record r = {0}, open = {0}, before = {.keyless = true}, sealless = {0};

	until_close(&r);
	finish(&r, WORDS, true_lists());
	check(&r, NULL);
	until_close(&open);
	check(&open, NULL);
	until_close(&before);
	finish(&before, WORDS, true_lists());
	check(&before, NULL);
	until_close(&sealless);
	tell(&sealless, "opening.closed", true_lists());
	check(&sealless, NULL);
}

/* ---- the close ---- */

static void test_lists_are_those_of_the_events(void **state)
{
	static const char *const lists[] = {"signed", "declined", "silent"};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		struct record r = {0};
		json_t *body = true_lists();
		g_autofree char *wanted = g_strdup_printf("lists as %s is not", lists[i]);

		until_close(&r);
		json_object_set_new(body, lists[i], json_pack("[i,i]", 1, 3));
		finish(&r, WORDS, body);
		check(&r, wanted);
	}
	struct record many = {0}, words = {0};
	json_t *body = true_lists();
	until_close(&many);
	out_int(body, "n_signed", 2);
	finish(&many, WORDS, body);
	check(&many, "another number of signatures");
	until_close(&words);
	body = true_lists();
	out_text(body, "text", "已签署：1号、2号、3号。");
	finish(&words, "已签署：1号、2号、3号。", body);
	check(&words, "says other words");
}

static void test_the_seal_says_what_the_event_says(void **state)
{
	struct record r = {0};

	until_close(&r);
	finish(&r, "已签署：1号、2号、3号。", true_lists());
	check(&r, "is over more than the file before it");
}

static void test_nothing_comes_with_the_seal(void **state)
{
	struct record r = {0};

	until_close(&r);
	r.comment = "% a page nobody signed\n";
	finish(&r, WORDS, true_lists());
	check(&r, "is over more than the file before it");
}

/* Digest and size are told anew, as a house can. */
static void test_a_seal_that_does_not_hold(void **state)
{
	struct record r = {0};
	struct pades_range range;
	gsize len;

	until_close(&r);
	finish(&r, WORDS, true_lists());
	uint8_t *pdf = g_bytes_unref_to_data(r.pdf, &len);
	assert_int_equal(pades_find(pdf, len, &range), 0);
	memset(pdf + range.hole + 1, '0', range.hole_end - range.hole - 2);
	r.pdf = g_bytes_new_take(pdf, len);
	struct ledger_event *closed = g_ptr_array_index(r.events, r.events->len - 1);
	out_sha256(closed->body, "signed_sha256", r.pdf);
	check(&r, "the seal that closes it does not hold");
}

/* A stranger's seal holds as well as any: whose it is, the event or the print says. */
static void test_whose_seal_closes_it(void **state)
{
	struct record good = {.print_sealed = true, .named = house.centre},
		      renewed = {.print_sealed = true, .named = house.other, .closes = house.other},
		      before = {.print_sealed = true},
		      named = {.named = house.centre, .closes = house.other},
		      printed = {.print_sealed = true, .closes = house.other};
	uint8_t digest[32];

	cms_signer_digest(house.centre, digest);
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	g_autofree char *says =
		g_strdup_printf("closed by the seal of 示例中心, certificate %s\n", hex);
	struct record *const hold[] = {&good, &renewed, &before};
	for (size_t i = 0; i < G_N_ELEMENTS(hold); i++) {
		until_close(hold[i]);
		finish(hold[i], WORDS, true_lists());
		check_says(hold[i], hold[i] == &renewed ? "某某公司" : says, 0);
	}
	struct record *const lie[] = {&named, &printed};
	for (size_t i = 0; i < G_N_ELEMENTS(lie); i++) {
		until_close(lie[i]);
		finish(lie[i], WORDS, true_lists());
		check(lie[i], "is not by the centre's certificate");
	}
}

static void test_a_seal_that_is_not_there(void **state)
{
	struct record r = {0};
	json_t *body = true_lists();

	until_close(&r);
	json_object_set_new(body, "sealed", json_true());
	tell(&r, "opening.closed", body);
	check(&r, "is not the file that was closed");
}

static void test_closed_once(void **state)
{
	struct record r = {0};

	until_close(&r);
	finish(&r, WORDS, true_lists());
	finish(&r, WORDS, true_lists());
	check(&r, "is closed a second time");
}

static void test_nobody_signs_behind_the_close(void **state)
{
	struct record r = {0}, declined = {0};

	until_close(&r);
	finish(&r, WORDS, true_lists());
	sign(&r, 3);
	check(&r, "opening.signed of bid no. 3 stands behind the close");
	until_close(&declined);
	finish(&declined, WORDS, true_lists());
	decline(&declined, 3);
	check(&declined, "opening.declined of bid no. 3 stands behind the close");
}

/* ---- the signatures ---- */

static void test_one_word_of_each(void **state)
{
	struct record twice = {0}, both = {0}, none = {0};

	until_close(&twice);
	sign(&twice, 1);
	check(&twice, "opening.signed: bid no. 1 signed or declined before");
	until_close(&both);
	decline(&both, 1);
	check(&both, "opening.declined: bid no. 1 signed or declined before");
	until_close(&none);
	decline(&none, BIDS + 1);
	check(&none, "no bid has the number 4");
}

static void test_by_the_key_of_the_bidder(void **state)
{
	struct record r = {.signs = house.strange}, before = {.signs = house.strange};
	char kid[P256_KID_SIZE];

	before.keyless = true;
	until_close(&before);
	check(&before, "is not by the key of its bidder");
	/* The house tells its own key in all events but that of the opening. */
	until_close(&r);
	for (guint i = 0; i < r.events->len; i++) {
		struct ledger_event *e = g_ptr_array_index(r.events, i);
		if (strcmp(e->kind, "opening.certified") == 0 ||
			strcmp(e->kind, "opening.signed") == 0)
			out_text(e->body, "key", kid_of(house.strange, kid));
	}
	check(&r, "is not by the key of its bidder");
}

static int build(void **state)
{
	house.dir = g_dir_make_tmp("opening-XXXXXX", NULL);
	house.start_us = g_get_real_time() + MINUTE;
	assert_int_equal(document_ca_open(house.dir, g_get_real_time(), &house.ca), 0);
	assert_int_equal(cms_signer_create(house.dir, "示例中心", g_get_real_time()), 0);
	assert_int_equal(cms_signer_load(house.dir, &house.centre), 0);
	house.other_dir = g_build_filename(house.dir, "other", NULL);
	assert_int_equal(g_mkdir(house.other_dir, 0700), 0);
	assert_int_equal(cms_signer_create(house.other_dir, "某某公司", g_get_real_time()), 0);
	assert_int_equal(cms_signer_load(house.other_dir, &house.other), 0);
	assert_int_equal(p256_generate(&house.strange), 0);
	for (int no = 1; no <= BIDS; no++)
		assert_int_equal(p256_generate(&house.keys[no]), 0);
	return 0;
}

static int leave(void **state)
{
	const char *argv[] = {"rm", "-r", house.dir, NULL};

	document_ca_free(house.ca);
	cms_signer_free(house.centre);
	cms_signer_free(house.other);
	g_free(house.other_dir);
	EVP_PKEY_free(house.strange);
	for (int no = 1; no <= BIDS; no++)
		EVP_PKEY_free(house.keys[no]);
	assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		NULL, NULL, NULL));
	g_free(house.dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_it_is),
		cmocka_unit_test(test_lists_are_those_of_the_events),
		cmocka_unit_test(test_the_seal_says_what_the_event_says),
		cmocka_unit_test(test_nothing_comes_with_the_seal),
		cmocka_unit_test(test_a_seal_that_does_not_hold),
		cmocka_unit_test(test_whose_seal_closes_it),
		cmocka_unit_test(test_a_seal_that_is_not_there),
		cmocka_unit_test(test_closed_once),
		cmocka_unit_test(test_nobody_signs_behind_the_close),
		cmocka_unit_test(test_one_word_of_each),
		cmocka_unit_test(test_by_the_key_of_the_bidder),
	};

	return cmocka_run_group_tests(tests, build, leave);
}
