/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to bidders in the record, and what a house could write of them. */
#include "server/verify/verify_session.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/answer_statement.h"
#include "proto/p256.h"
#include "tests/unit/server/verify/record_kit.h"

#define SUBJECT "session:" KIT_SESSION
#define TEXT "工期如何计算？"
#define ANSWER "自开工令之日起九十天。"

static json_t *text_of(const void *bytes, size_t len)
{
	g_autofree char *text = g_base64_encode(bytes, len);

	return json_string(text);
}

static json_t *signed_answer(struct record_kit *k)
{
	g_autoptr(GString) statement = answer_statement("q1", TEXT, ANSWER);
	uint8_t sig[P256_SIG_LEN], spki[P256_SPKI_LEN];
	struct p256_public public_key;
	EVP_PKEY *key;

	assert_int_equal(p256_generate(&key), 0);
	assert_int_equal(p256_public_of(key, &public_key), 0);
	assert_int_equal(p256_sign(key, statement->str, statement->len, sig), 0);
	EVP_PKEY_free(key);
	p256_spki_encode(&public_key, spki);
	kit_event(k, "account.key_registered", "account:bidder_1", "bidder_1",
		json_pack("{s:s, s:o}", "kid", "k1", "public_key", text_of(spki, sizeof(spki))));
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "question", "q1", "answer", ANSWER, "key",
		"k1", "public_key", text_of(spki, sizeof(spki)), "signature",
		text_of(sig, sizeof(sig)));
}

/* One question that was answered and accepted, before the sheets; what follows comes behind. */
static struct record_kit *kit_with_question(void)
{
	struct record_kit *k = kit_new();
	GPtrArray *rest = kit_cut(k, "sheet.submitted");
	json_t *answer;

	kit_event(k, "question.asked", SUBJECT, "member_1",
		json_pack("{s:s, s:s}", "question", "q1", "text", TEXT));
	kit_event(k, "question.passed", SUBJECT, "supervisor",
		json_pack("{s:s, s:s}", "question", "q1", "deadline", "2026-03-02T00:00:00Z"));
	answer = signed_answer(k);
	kit_event(k, "question.answered", SUBJECT, "bidder_1", answer);
	kit_event(k, "question.settled", SUBJECT, "member_1",
		json_pack("{s:s, s:s}", "question", "q1", "outcome", "accepted"));
	kit_put_back(k, rest);
	return k;
}

static void set_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, json_string(text));
}

static void drop(struct record_kit *k, const char *kind)
{
	g_ptr_array_remove_index(k->events, kit_find(k, kind));
}

static void again(struct record_kit *k, const char *kind)
{
	guint at = kit_find(k, kind);

	g_ptr_array_insert(k->events, (gint)at + 1, json_deep_copy(k->events->pdata[at]));
}

static void never_asked(struct record_kit *k)
{
	drop(k, "question.asked");
}

static void never_passed(struct record_kit *k)
{
	drop(k, "question.passed");
}

static void too_late(struct record_kit *k)
{
	set_text(kit_body(k, "question.passed", 0), "deadline", "2026-03-01T00:00:00Z");
}

static void answered_twice(struct record_kit *k)
{
	again(k, "question.answered");
}

static void another_answer(struct record_kit *k)
{
	set_text(kit_body(k, "question.answered", 0), "answer", "八十天。");
}

static void another_question(struct record_kit *k)
{
	set_text(kit_body(k, "question.asked", 0), "text", "保修如何计算？");
}

static void not_signed(struct record_kit *k)
{
	json_object_del(kit_body(k, "question.answered", 0), "signature");
}

static void signed_in_short(struct record_kit *k)
{
	set_text(kit_body(k, "question.answered", 0), "signature", "AAAA");
}

static void none_is_named(struct record_kit *k)
{
	static const char *const kinds[] = {
		"question.asked", "question.passed", "question.answered", "question.settled"};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		json_object_del(kit_body(k, kinds[i], 0), "question");
}

static void another_bidder(struct record_kit *k)
{
	set_text(k->events->pdata[kit_find(k, "question.answered")], "actor", "bidder_2");
}

static void another_key(struct record_kit *k)
{
	set_text(kit_body(k, "question.answered", 0), "key", "k2");
}

static void registered_afterwards(struct record_kit *k)
{
	guint at = kit_find(k, "question.answered");
	gpointer answer = g_ptr_array_steal_index(k->events, at);

	g_ptr_array_insert(k->events, (gint)at - 1, answer);
}

static void called_silent(struct record_kit *k)
{
	set_text(kit_body(k, "question.settled", 0), "outcome", "silent");
}

static void accepted_without_answer(struct record_kit *k)
{
	drop(k, "question.answered");
}

static void settled_twice(struct record_kit *k)
{
	again(k, "question.settled");
}

static const struct {
	const char *what;
	void (*alter)(struct record_kit *k);
	const char *said;
} houses[] = {
	{"never asked", never_asked, "answers what was not asked and passed on"},
	{"never passed on", never_passed, "answers what was not asked and passed on"},
	{"settled and never passed on", never_passed, "settles what was not passed on"},
	{"too late", too_late, "came after the deadline"},
	{"answered twice", answered_twice, "is not the first answer"},
	{"another answer", another_answer, "the signature does not hold"},
	{"another question", another_question, "the signature does not hold"},
	{"not signed", not_signed, "the answer is not signed"},
	{"signed in short", signed_in_short, "the answer is not signed"},
	{"none is named", none_is_named, "answers what was not asked and passed on"},
	{"another bidder", another_bidder, "no event registers the key"},
	{"another key", another_key, "no event registers the key"},
	{"registered afterwards", registered_afterwards, "no event registers the key"},
	{"called silent", called_silent, "does not fit the answer, or its silence"},
	{"accepted without answer", accepted_without_answer, "does not fit the answer"},
	{"settled twice", settled_twice, "was settled already"},
};

static void check_whole(struct record_kit *k)
{
	kit_write(k);
	if (kit_verify(k) != 0)
		fail_msg("%s", k->out);
	kit_free(k);
}

static void test_whole(void **state)
{
	struct record_kit *k = kit_with_question();

	check_whole(k);
	/* Records of before have no keys of bidders. */
	k = kit_with_question();
	json_object_del(kit_body(k, "question.answered", 0), "public_key");
	set_text(kit_body(k, "question.answered", 0), "key", "k2");
	check_whole(k);
}

static void test_what_a_house_could_write(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(houses); i++) {
		struct record_kit *k = kit_with_question();

		houses[i].alter(k);
		kit_write(k);
		int n = kit_verify(k);
		if (n <= 0 || !strstr(k->out, houses[i].said))
			fail_msg("%s: %d faults, \"%s\" is not said:\n%s", houses[i].what, n,
				houses[i].said, k->out);
		kit_free(k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_what_a_house_could_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
