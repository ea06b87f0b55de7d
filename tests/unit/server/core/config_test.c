/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

static void expect_error(const char *text, const char *message)
{
	struct config *c = config_new();
	char *said = NULL;

	assert_int_equal(
		config_load_text(c, "x.conf", text, strlen(text), &said), CONFIG_E_INVALID);
	if (!strstr(said, message))
		fail_msg("said \"%s\", not \"%s\"", said, message);
	g_free(said);
	config_free(c);
}

static void test_defaults(void **state)
{
	struct config *c = config_new();

	assert_string_equal(config_text(c, "server", "role"), "all");
	assert_int_equal(config_number(c, "server", "https_port"), 8443);
	assert_false(config_flag(c, "demo", "allowed"));
	config_free(c);
}

static void test_reads(void **state)
{
	const char *text = "# comment\r\n\n[server]\nrole = portal\r\n  https_port=9443\n"
			   "data_dir = /数据/室 \n[demo]\nallowed = true\n[server]\nuser=a\\sb\n";
	struct config *c = config_new();
	char *said = NULL;

	assert_int_equal(config_load_text(c, "x.conf", text, strlen(text), &said), 0);
	assert_string_equal(config_text(c, "server", "role"), "portal");
	assert_int_equal(config_number(c, "server", "https_port"), 9443);
	assert_string_equal(config_text(c, "server", "data_dir"), "/数据/室");
	assert_string_equal(config_text(c, "server", "user"), "a b");
	assert_true(config_flag(c, "demo", "allowed"));
	assert_int_equal(config_set(c, "server", "https_port", "70000", &said), CONFIG_E_INVALID);
	assert_non_null(strstr(said, "0 to 65535"));
	g_free(said);
	assert_int_equal(config_set(c, "server", "https_port", "1", &said), 0);
	assert_int_equal(config_number(c, "server", "https_port"), 1);
	config_free(c);
}

static void test_refuses(void **state)
{
	expect_error("[server]\nrole = portal\n\nrole = all\n",
		"x.conf:4: [server] role stands already in line 2");
	expect_error("[server]\nprot = 1\n", "x.conf:2: there is no setting [server] prot");
	expect_error("[sever]\n", "x.conf:1: there is no section [sever]");
	expect_error("[server\n", "x.conf:1: a section is written [name]");
	expect_error("role = all\n", "x.conf:1: a [section] must come first");
	expect_error("[server]\nrole\n", "x.conf:2: a setting is written key = value");
	expect_error("[server]\nrole = x\n",
		"x.conf:2: [server] role is \"x\" but must be one of portal|room|all");
	expect_error("[server]\nhttps_port = 8443x\n", "a whole number from 0 to 65535");
	expect_error("[demo]\nallowed = yes\n", "true or false");
	expect_error("[server]\nuser = \xff\n", "x.conf:2: ");
	expect_error("[server]\n[x]=1\n", "x.conf:2: ");
}

static void test_missing_file(void **state)
{
	struct config *c = config_new();
	char *said = NULL;

	assert_true(config_load(c, "/nonexistent/bidroom.conf", &said) < 0);
	assert_non_null(strstr(said, "/nonexistent/bidroom.conf: "));
	g_free(said);
	config_free(c);
}

/* The printed sample, with its settings switched on, is itself a valid file of the defaults. */
static void test_sample_and_table(void **state)
{
	struct config *c = config_new();
	char *text = NULL, *said = NULL;
	size_t len, n;
	FILE *out = open_memstream(&text, &len);
	const struct config_key *keys = config_keys(&n);

	config_print_sample(out);
	fclose(out);
	for (char *p = text; (p = strstr(p, "\n#")); p++)
		if (p[2] != ' ')
			p[1] = ' ';
	if (config_load_text(c, "sample", text, len, &said))
		fail_msg("%s", said);
	for (size_t i = 0; i < n; i++)
		if (config_set(c, keys[i].section, keys[i].key, keys[i].value, &said))
			fail_msg("%s", said);
	free(text);
	config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_missing_file),
		cmocka_unit_test(test_sample_and_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
