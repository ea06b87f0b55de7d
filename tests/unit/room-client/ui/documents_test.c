/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/documents.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* What was told and asked, in one line. */
static GString *did;

static json_t *list(void *user)
{
	return json_loads(
		"{\"bids\":[{\"bid\":\"b1\",\"bidder\":\"甲\",\"files\":["
		"{\"file\":1,\"name\":\"商务.pdf\",\"size\":10,\"state\":\"absent\",\"got\":0},"
		"{\"file\":2,\"name\":\"技术.pdf\",\"size\":20,\"state\":\"ready\",\"got\":20}]},"
		"{\"bid\":\"b2\",\"bidder\":\"乙\",\"files\":["
		"{\"file\":1,\"name\":\"o.pdf\",\"size\":30,\"state\":\"absent\",\"got\":0}]}]}",
		0, NULL);
}

static bool want(void *user, const char *bid, int file)
{
	g_string_append_printf(did, "want %s/%d;", bid, file);
	return true;
}

static void present(void *user, const char *bid, int file, int page)
{
	g_string_append_printf(did, "present %s/%d p%d;", bid ? bid : "-", file, page);
}

static void listed(UiDocuments *d, void *user)
{
	g_string_append(did, "listed;");
}

static void changed(UiDocuments *d, const char *bid, int file, void *user)
{
	g_string_append_printf(did, "document %s/%d;", bid, file);
}

static void presenting(UiDocuments *d, void *user)
{
	g_string_append(did, "presenting;");
}

static void refused(UiDocuments *d, const char *code, void *user)
{
	g_string_append_printf(did, "refused %s;", code);
}

static int setup(void **state)
{
	struct ui_documents_out out = {.list = list, .want = want, .present = present};
	UiDocuments *d = ui_documents_new(&out);

	did = g_string_new(NULL);
	g_signal_connect(d, "listed", G_CALLBACK(listed), NULL);
	g_signal_connect(d, "document", G_CALLBACK(changed), NULL);
	g_signal_connect(d, "presenting", G_CALLBACK(presenting), NULL);
	g_signal_connect(d, "refused", G_CALLBACK(refused), NULL);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	g_object_unref(*state);
	g_string_free(did, TRUE);
	return 0;
}

static void check_did(const char *expected)
{
	assert_string_equal(did->str, expected);
	g_string_set_size(did, 0);
}

#define STATE(rights, presenting)                                                           \
	"{\"seat\":\"s1\",\"rights\":[" rights "],\"presenting\":" presenting               \
	",\"roster\":[{\"seat\":\"s1\",\"name\":\"1号专家\"},{\"seat\":\"s2\",\"name\":" \
	"\"2号专家\"}]}"
#define IDLE STATE("\"chat\"", "null")
#define SHOWN(seat, page)             \
	STATE("\"chat\",\"present\"", \
		"{\"seat\":\"" seat "\",\"bid\":\"b1\",\"file\":2,\"page\":" page "}")

static void tell(UiDocuments *d, const char *name, const char *fields, const char *state)
{
	json_auto_t *f = json_loads(fields, 0, NULL), *s = json_loads(state, 0, NULL);

	assert_non_null(s);
	ui_documents_notice(d, name, f, s);
}

static void test_list(void **state)
{
	struct document_facts f;

	tell(*state, "documents", "{}", IDLE);
	check_did("listed;");
	assert_int_equal(ui_documents_n(*state), 3);
	assert_string_equal(ui_documents_reader(*state), "1号专家");
	f = ui_documents_at(*state, 2);
	assert_string_equal(f.bidder, "乙");
	assert_int_equal(f.size, 30);
	assert_false(ui_documents_find(*state, "b2", 2, &f));
	assert_true(ui_documents_find(*state, "b1", 2, &f));
	assert_string_equal(f.name, "技术.pdf");
	assert_int_equal(f.state, DOCUMENT_READY);
	assert_string_equal(ui_documents_code(*state), "");
	ui_documents_clear(*state);
	assert_int_equal(ui_documents_n(*state), 0);
}

static void test_how_far_they_are(void **state)
{
	struct document_facts f;

	tell(*state, "documents", "{}", IDLE);
	ui_documents_want(*state, "b1", 1);
	tell(*state, "document",
		"{\"bid\":\"b1\",\"file\":1,\"state\":\"loading\",\"got\":4,\"size\":10}", IDLE);
	tell(*state, "document", "{\"bid\":\"b9\",\"file\":1,\"state\":\"ready\",\"got\":4}", IDLE);
	check_did("listed;want b1/1;document b1/1;");
	assert_true(ui_documents_find(*state, "b1", 1, &f));
	assert_int_equal(f.state, DOCUMENT_LOADING);
	assert_int_equal(f.got, 4);
	tell(*state, "document",
		"{\"bid\":\"b1\",\"file\":1,\"state\":\"failed\",\"got\":0,\"code\":\"digest\"}",
		IDLE);
	ui_documents_find(*state, "b1", 1, &f);
	assert_string_equal(f.code, "digest");
	tell(*state, "document", "{\"bid\":\"b1\",\"file\":1,\"state\":\"waiting\",\"got\":0}",
		IDLE);
	ui_documents_find(*state, "b1", 1, &f);
	assert_string_equal(f.code, "");
}

static void test_presenting(void **state)
{
	const struct presenting *p = ui_documents_presenting(*state);

	tell(*state, "roster", "{}", IDLE);
	check_did("");
	assert_false(ui_documents_may_present(*state));
	tell(*state, "presenting", "{}", SHOWN("s2", "7"));
	tell(*state, "roster", "{}", SHOWN("s2", "7"));
	check_did("presenting;");
	assert_true(p->on && !p->own);
	assert_string_equal(p->name, "2号专家");
	assert_int_equal(p->page, 7);
	assert_true(ui_documents_may_present(*state));
	tell(*state, "presenting", "{}", SHOWN("s1", "8"));
	assert_true(p->own);
	tell(*state, "present_refused", "{\"code\":\"room.no_right\"}", IDLE);
	check_did("presenting;refused room.no_right;presenting;");
	assert_false(p->on);
	ui_documents_present(*state, "b1", 2, 3);
	ui_documents_present(*state, NULL, 0, 0);
	check_did("present b1/2 p3;present -/0 p0;");
}

#define DOCUMENTS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DOCUMENTS_TEST(test_list),
		DOCUMENTS_TEST(test_how_far_they_are),
		DOCUMENTS_TEST(test_presenting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
