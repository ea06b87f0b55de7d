/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "server/search/grams.h"
#include "server/search/index.h"

#define MANY 400

struct place {
	char *dir, *path;
};

static int set_up(void **state)
{
	struct place *p = g_new0(struct place, 1);

	p->dir = g_dir_make_tmp("bidroom-search-XXXXXX", NULL);
	p->path = g_build_filename(p->dir, "search.db", NULL);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	const char *name;
	GDir *dir = g_dir_open(p->dir, 0, NULL);

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(p->dir, name, NULL);
		g_unlink(path);
	}
	g_dir_close(dir);
	g_rmdir(p->dir);
	g_free(p->dir);
	g_free(p->path);
	g_free(p);
	return 0;
}

/* Documents whose texts are put together from few characters, so that words meet by chance too. */
static char *text_of(int64_t seq)
{
	static const char *const parts[] = {
		"评标", "标", "室", "监理", "。", "rpa", " ", "包1", "工程", "370402"};
	GString *text = g_string_new(NULL);
	uint64_t x = (uint64_t)seq * 6364136223846793005u + 1442695040888963407u;

	for (int i = 0; i < 12; i++, x = x * 6364136223846793005u + 1442695040888963407u)
		g_string_append(text, parts[(x >> 33) % G_N_ELEMENTS(parts)]);
	return g_string_free(text, FALSE);
}

static const char *region_of(int64_t seq)
{
	return seq % 3 ? "370402" : "350100";
}

static int add(struct search *s, int64_t from, int64_t to)
{
	int r = 0;

	for (int64_t seq = from; !r && seq <= to; seq++) {
		g_autofree char *text = text_of(seq);
		struct search_doc doc = {.seq = seq,
			.text = text,
			.buyer = seq % 2 ? "某某局" : "某学院",
			.facets = {"gp_tender", "gp", region_of(seq), "2026-03"}};
		g_autofree char *anchor = g_strdup_printf("n%" G_GINT64_FORMAT, seq);
		r = search_add(s, &doc, 1, seq, anchor);
	}
	return r;
}

static void open_trusted(const struct place *p, struct search **ret)
{
	assert_int_equal(search_open(p->path, ret), 0);
	search_trust(*ret);
}

static bool is_letter(char c)
{
	return g_ascii_isalnum(c);
}

static bool is_code(const char *word)
{
	while (is_letter(*word))
		word++;
	return !*word;
}

/* A look at a text, as server/search/grams.h says it, for words that are folded already. */
static bool contains(const char *text, const char *word)
{
	size_t len = strlen(word);
	bool code = is_letter(word[0]) && len >= 6 && is_code(word);

	for (const char *at = text; (at = strstr(at, word)); at++) {
		bool open_front = is_letter(word[0]) && at > text && is_letter(at[-1]);
		bool open_end = is_letter(word[len - 1]) && is_letter(at[len]) && !code;
		if (!open_front && !open_end)
			return true;
	}
	return false;
}

static bool contains_all(const char *text, const char *typed)
{
	g_autofree char *folded = grams_fold(text);
	g_auto(GStrv) words = g_strsplit(typed, " ", -1);

	for (char **word = words; *word; word++) {
		g_autofree char *folded_word = grams_fold(*word);
		if (!contains(folded, folded_word))
			return false;
	}
	return true;
}

/* The index finds exactly what a look at all texts finds. */
static void expect_exact(struct search *s, int64_t n)
{
	static const char *const typed[] = {"评标", "标室", "评标室", "监理评标", "rpa", "rpa评标",
		"1室", "包1", "工程 rpa", "监理工程评标", "标rpa", "标rpa室", "标。室", "标。rpa",
		"1。标", "370402", "37040211", "370402室", "3704", "室370402标", "rpa370",
		"rpa370402", "rpa37040", "a37040"};
	unsigned found_once = 0;

	for (size_t w = 0; w < G_N_ELEMENTS(typed); w++) {
		SEARCH_WORDS_AUTO struct search_words *words = search_words_new(typed[w]);
		struct search_query query = {.text = words, .facets = {.region = "37"}};
		int64_t seqs[MANY];
		unsigned found, at = 0;
		assert_int_equal(search_find(s, &query, MANY, seqs, &found), 0);
		for (int64_t seq = n; seq > 0; seq--) {
			g_autofree char *text = text_of(seq);
			if (seq % 3 && contains_all(text, typed[w])) {
				assert_true(at < found);
				assert_int_equal(seqs[at++], seq);
			}
		}
		assert_int_equal(at, found);
		found_once += found > 0;
	}
	/* Most of them do stand somewhere: it is not nothing that is compared with nothing. */
	assert_true(found_once >= (n >= MANY ? 18 : 5));
}

static void test_finds_what_is_there(void **state)
{
	const struct place *p = *state;
	char anchor[SEARCH_ANCHOR_SIZE];
	struct search *s;
	int64_t seqs[4];
	unsigned n;

	open_trusted(p, &s);
	assert_int_equal(search_watermark(s, anchor), 0);
	assert_string_equal(anchor, "");
	assert_int_equal(add(s, 1, MANY), 0);
	expect_exact(s, MANY);

	struct search_query all = {0};
	assert_int_equal(search_find(s, &all, 4, seqs, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(seqs[0], MANY);
	all.before = 3;
	assert_int_equal(search_find(s, &all, 4, seqs, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(seqs[0], 2);
	SEARCH_WORDS_AUTO struct search_words *buyer = search_words_new("某学院");
	struct search_query by_buyer = {.buyer = buyer,
		.facets = {.kind = "gp_tender", .regime = "gp", .month = "2026-03"}};
	assert_int_equal(search_find(s, &by_buyer, 2, seqs, &n), 0);
	assert_int_equal(seqs[0], MANY);
	assert_int_equal(seqs[1], MANY - 2);
	by_buyer.facets.month = "2026-04";
	assert_int_equal(search_find(s, &by_buyer, 2, seqs, &n), 0);
	assert_int_equal(n, 0);
	search_free(s);
}

static void test_nothing_is_found_before_it_is_trusted(void **state)
{
	const struct place *p = *state;
	const struct search_query all = {0};
	struct search *s;
	int64_t seq;
	unsigned n;

	assert_int_equal(search_open(p->path, &s), 0);
	assert_int_equal(add(s, 1, 1), 0);
	assert_int_equal(search_find(s, &all, 1, &seq, &n), 0);
	assert_int_equal(n, 0);
	search_trust(s);
	assert_int_equal(search_find(s, &all, 1, &seq, &n), 0);
	assert_int_equal(n, 1);
	search_free(s);
}

/* As many as a request can hold (server/api/notice_search.c): each of them counts. */
static void test_every_word_counts(void **state)
{
	const struct place *p = *state;
	g_autoptr(GString) typed = g_string_new(NULL);
	struct search *s;
	int64_t seqs[2];
	unsigned n;

	open_trusted(p, &s);
	for (int i = 0; i < 49; i++)
		g_string_append_printf(typed, "%c ", 'a' + i % 26);
	struct search_doc doc = {.seq = 1,
		.text = typed->str,
		.buyer = "某某局",
		.facets = {"gp_tender", "gp", "370402", "2026-03"}};
	assert_int_equal(search_add(s, &doc, 1, 1, "n1"), 0);
	SEARCH_WORDS_AUTO struct search_words *there = search_words_new(typed->str);
	struct search_query query = {.text = there};
	assert_int_equal(search_find(s, &query, 2, seqs, &n), 0);
	assert_int_equal(n, 1);
	g_string_append(typed, "7");
	SEARCH_WORDS_AUTO struct search_words *more = search_words_new(typed->str);
	query.text = more;
	assert_int_equal(search_find(s, &query, 2, seqs, &n), 0);
	assert_int_equal(n, 0);
	search_free(s);
}

static void test_words_that_are_too_short(void **state)
{
	assert_null(search_words_new("评"));
	assert_null(search_words_new("评标 室"));
	SEARCH_WORDS_AUTO struct search_words *none = search_words_new(" 　…");
	assert_non_null(none);
}

static void test_a_document_added_again_has_its_new_text(void **state)
{
	const struct place *p = *state;
	struct search *s;
	int64_t seqs[4];
	unsigned n;

	open_trusted(p, &s);
	assert_int_equal(add(s, 1, 3), 0);
	struct search_doc doc = {.seq = 2,
		.text = "披露之后",
		.buyer = "某某局",
		.facets = {"gp_tender", "gp", "370402", "2026-03"}};
	SEARCH_WORDS_AUTO struct search_words *words = search_words_new("披露");
	struct search_query query = {.text = words};
	for (int i = 0; i < 3; i++)
		assert_int_equal(search_add(s, &doc, 1, 3, "n3"), 0);
	assert_int_equal(search_find(s, &query, 4, seqs, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(seqs[0], 2);
	search_free(s);
}

/* Adds documents one by one and tells each that is there for good, until it is killed. */
static void child_run(const char *path, int fd)
{
	char anchor[SEARCH_ANCHOR_SIZE];
	struct search *s;

	if (search_open(path, &s))
		_exit(1);
	for (int64_t seq = search_watermark(s, anchor) + 1; seq <= MANY; seq++)
		if (add(s, seq, seq) || write(fd, &seq, sizeof(seq)) != sizeof(seq))
			_exit(2);
	_exit(0);
}

static void test_nothing_is_lost_by_a_kill(void **state)
{
	const struct place *p = *state;
	char anchor[SEARCH_ANCHOR_SIZE];
	int64_t told = 0;

	for (int round = 0; round < 5; round++) {
		struct search *s;
		int fds[2];
		assert_int_equal(pipe(fds), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (!child)
			child_run(p->path, fds[1]);
		close(fds[1]);
		for (int n = 0; n < 20 * (round + 1); n++)
			if (read(fds[0], &told, sizeof(told)) != sizeof(told))
				break;
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		close(fds[0]);
		assert_true(told > 0);
		open_trusted(p, &s);
		int64_t watermark = search_watermark(s, anchor);
		assert_true(watermark >= told);
		expect_exact(s, watermark);
		if (round == 4) {
			assert_int_equal(add(s, watermark + 1, MANY), 0);
			expect_exact(s, MANY);
		}
		search_free(s);
	}
}

static void test_a_damaged_file_is_begun_anew(void **state)
{
	const struct place *p = *state;
	char anchor[SEARCH_ANCHOR_SIZE];
	struct search *s;

	assert_true(
		g_file_set_contents(p->path, "not a database at all, whatever it was", -1, NULL));
	open_trusted(p, &s);
	assert_int_equal(search_watermark(s, anchor), 0);
	assert_int_equal(add(s, 1, 50), 0);
	expect_exact(s, 50);
	assert_int_equal(search_clear(s), 0);
	assert_int_equal(search_watermark(s, anchor), 0);
	assert_int_equal(add(s, 1, 50), 0);
	expect_exact(s, 50);
	search_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_finds_what_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_nothing_is_found_before_it_is_trusted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_word_counts, set_up, tear_down),
		cmocka_unit_test(test_words_that_are_too_short),
		cmocka_unit_test_setup_teardown(
			test_a_document_added_again_has_its_new_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_is_lost_by_a_kill, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_damaged_file_is_begun_anew, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
