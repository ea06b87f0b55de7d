/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/report/report_pdf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "proto/hex.h"
#include "server/eval/report_model.h"

#define MADE_US INT64_C(1752480000000000) /* 2025-07-14 */
#define BIDS 23
#define MEMBERS 7

/* What pdftotext reads, in the order of the page or with the box of each word; g_free it. */
static char *read_as(GBytes *pdf, const char *how)
{
	g_autofree char *path = NULL, *errors = NULL;
	int fd = g_file_open_tmp("report-XXXXXX.pdf", &path, NULL), status = -1;
	char *text = NULL;
	size_t len;
	const char *bytes = g_bytes_get_data(pdf, &len);

	assert_true(fd >= 0);
	close(fd);
	assert_true(g_file_set_contents(path, bytes, (gssize)len, NULL));
	const char *argv[] = {"pdftotext", how, path, "-", NULL};
	assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text,
		&errors, &status, NULL));
	assert_int_equal(status, 0);
	assert_string_equal(errors, "");
	g_remove(path);
	return text;
}

static char *text_of(GBytes *pdf)
{
	return read_as(pdf, "-layout");
}

/* An edge of the first word that begins like this: "xMin" or "xMax". */
static double edge_of(const char *boxes, const char *begin, const char *edge)
{
	g_autofree char *mark = g_strconcat(">", begin, NULL);
	const char *at = strstr(boxes, mark), *from;

	assert_non_null(at);
	from = g_strrstr_len(boxes, at - boxes, edge);
	assert_non_null(from);
	return g_ascii_strtod(from + strlen(edge) + 2, NULL);
}

static json_t *empty_model(void)
{
	return report_model_new("某某项目评标报告", MADE_US);
}

/* As large as a real one: 23 bidders, 7 members. */
static json_t *full_model(void)
{
	static const struct report_column columns[] = {{"投标人", REPORT_LEFT},
		{"张三丰", REPORT_RIGHT}, {"李四", REPORT_RIGHT}, {"王五", REPORT_RIGHT},
		{"赵六", REPORT_RIGHT}, {"钱七", REPORT_RIGHT}, {"孙八", REPORT_RIGHT},
		{"周九", REPORT_RIGHT}, {"平均分", REPORT_RIGHT}, {"报价", REPORT_RIGHT},
		{"价格分", REPORT_RIGHT}, {"总分", REPORT_RIGHT}};
	json_t *model = empty_model();

	report_add_pair(model, REPORT_BASICS, "项目名称", "教学楼改造工程");
	report_add_text(model, REPORT_COMMITTEE, "评标委员会共七人，龘。");
	report_add_table(model, REPORT_COMPARISON, "第一包", columns, G_N_ELEMENTS(columns));
	for (int b = 0; b < BIDS; b++) {
		g_autofree char *name =
			g_strdup_printf("山东省建筑工程第%d有限责任公司济南分公司", b);
		const char *cells[] = {name, "85.39", "88.89", "88.89", "89.39", "89.39", "90.89",
			"91.39", "89.1757", "28378613.89", "20.00", "89.1757"};
		report_add_row(model, REPORT_COMPARISON, cells, G_N_ELEMENTS(cells));
	}
	report_model_finish(model);
	return model;
}

static GBytes *print(const json_t *model)
{
	GBytes *pdf = NULL;

	assert_int_equal(report_pdf(model, &pdf), 0);
	return pdf;
}

static void test_text(void **state)
{
	json_t *model = full_model();
	g_autoptr(GBytes) pdf = print(model);
	g_autofree char *text = text_of(pdf);
	uint8_t digest[32];

	assert_int_equal(report_model_digest(model, digest), 0);
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	static const char *const wanted[] = {"某某项目评标报告", "一、基本情况和数据表",
		"十、澄清、说明、补正事项纪要", "教学楼改造工程", "龘", "平均分", "28378613.89",
		"第1页共2页", "第2页共2页"};
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
		if (!strstr(text, wanted[i]))
			fail_msg("not printed: %s", wanted[i]);
	assert_non_null(strstr(text, hex));
	/* Every row keeps its numbers on one line: none was squeezed until it wrapped. */
	unsigned n = 0;
	for (const char *at = text; (at = strstr(at, "85.39")); at++) {
		const char *end = strchr(at, '\n');
		g_autofree char *line = g_strndup(at, (size_t)(end - at));
		assert_non_null(strstr(line, "89.1757"));
		n++;
	}
	assert_int_equal(n, BIDS);
	json_decref(model);
}

/* A digest is looked for in the text as it stands; letters drawn as one are not there. */
static void test_ligatures(void **state)
{
	static const char wanted[] = "ff0ffe office fluffy ffi ffl fi fl ff";
	json_t *model = empty_model();

	report_add_text(model, REPORT_BASICS, wanted);
	report_model_finish(model);
	g_autoptr(GBytes) pdf = print(model);
	g_autofree char *text = text_of(pdf);
	assert_non_null(strstr(text, wanted));
	json_decref(model);
}

static void test_same_bytes(void **state)
{
	json_t *model = full_model();
	g_autoptr(GBytes) one = print(model);
	g_autoptr(GBytes) two = print(model);
	size_t len;
	const char *bytes = g_bytes_get_data(one, &len);

	assert_true(g_bytes_equal(one, two));
	assert_non_null(
		memmem(bytes, len, "20250714080000", 14) ?: memmem(bytes, len, "D:20250714", 10));
	json_decref(model);
}

/* A cell higher than a page goes on on the next ones; nothing is lost. */
static void test_long_cell(void **state)
{
	json_t *model = empty_model();
	GString *long_text = g_string_new(NULL);

	for (int i = 0; i < 1000; i++)
		g_string_append_printf(long_text, "理由%04d。", i);
	report_add_pair(model, REPORT_REJECTED, "某公司", long_text->str);
	report_model_finish(model);
	g_autoptr(GBytes) pdf = print(model);
	g_autofree char *text = text_of(pdf);
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, "理由")); at++)
		n++;
	/* A line may break between the two characters. */
	assert_in_range(n, 900, 1000);
	for (int i = 0; i < 1000; i += 37) {
		g_autofree char *number = g_strdup_printf("%04d", i);
		assert_non_null(strstr(text, number));
	}
	g_string_free(long_text, TRUE);
	json_decref(model);
}

/* One cell that could fill pages leaves the others room to be read. */
static void test_long_answer(void **state)
{
	static const struct report_column columns[] = {{"投标人", REPORT_LEFT},
		{"澄清要求", REPORT_LEFT}, {"答复", REPORT_LEFT}, {"认定", REPORT_LEFT}};
	static const char name[] = "山东某某建筑工程公司", outcome[] = "予以采信";
	json_t *model = empty_model();
	GString *answer = g_string_new(NULL);

	for (int i = 0; i < 1000; i++)
		g_string_append_printf(answer, "说明%03d，", i);
	const char *cells[] = {
		name, "请说明第三页与第九页人数不一致的原因。", answer->str, outcome};
	report_add_table(
		model, REPORT_CLARIFICATIONS, "澄清、说明、补正", columns, G_N_ELEMENTS(columns));
	report_add_row(model, REPORT_CLARIFICATIONS, cells, G_N_ELEMENTS(cells));
	report_model_finish(model);
	g_autoptr(GBytes) pdf = print(model);
	g_autofree char *text = text_of(pdf);
	g_autofree char *boxes = read_as(pdf, "-bbox");
	assert_true(edge_of(boxes, name, "xMax") < edge_of(boxes, "请说明第三页", "xMin"));
	assert_true(edge_of(boxes, "请说明第三页", "xMax") < edge_of(boxes, "说明000", "xMin"));
	assert_true(edge_of(boxes, "说明000", "xMax") < edge_of(boxes, outcome, "xMin"));
	for (int i = 0; i < 1000; i += 37) {
		g_autofree char *number = g_strdup_printf("%03d", i);
		assert_non_null(strstr(text, number));
	}
	g_string_free(answer, TRUE);
	json_decref(model);
}

/* More columns than a page can be wide: it prints all the same. */
static void test_wide_table(void **state)
{
	struct report_column columns[REPORT_COLUMNS_MAX];
	const char *cells[REPORT_COLUMNS_MAX];
	json_t *model = empty_model();

	for (int i = 0; i < REPORT_COLUMNS_MAX; i++) {
		columns[i] = (struct report_column){"评委姓名", REPORT_RIGHT};
		cells[i] = "89.1757";
	}
	report_add_table(model, REPORT_COMPARISON, "宽表", columns, REPORT_COLUMNS_MAX);
	report_add_row(model, REPORT_COMPARISON, cells, REPORT_COLUMNS_MAX);
	report_model_finish(model);
	g_autoptr(GBytes) pdf = print(model);
	assert_true(g_bytes_get_size(pdf) > 1000);
	json_decref(model);
}

static void test_bad_model(void **state)
{
	json_t *model = full_model();
	GBytes *pdf = NULL;

	json_object_del(model, "made_at");
	assert_int_equal(report_pdf(model, &pdf), REPORT_E_FORM);
	json_object_set_new(model, "made_at", json_string("yesterday"));
	assert_int_equal(report_pdf(model, &pdf), REPORT_E_FORM);
	assert_null(pdf);
	json_decref(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_ligatures),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_long_cell),
		cmocka_unit_test(test_long_answer),
		cmocka_unit_test(test_wide_table),
		cmocka_unit_test(test_bad_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
