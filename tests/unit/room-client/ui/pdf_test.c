/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/pdf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/room-client/ui/pdf_drawn.h"

#define TIMEOUT_S 60

/* Three pages; the word stands 100 points from the left and top of the second. */
static void pages_draw(cairo_surface_t *surface, cairo_t *cr)
{
	int chapter = cairo_pdf_surface_add_outline(
		surface, CAIRO_PDF_OUTLINE_ROOT, "第一章", "page=1", 0);

	cairo_pdf_surface_add_outline(surface, chapter, "人员配备", "page=2 pos=[0 0]", 0);
	cairo_pdf_surface_add_outline(surface, CAIRO_PDF_OUTLINE_ROOT, "第二章", "page=3", 0);
	cairo_set_font_size(cr, 20);
	for (int page = 1; page <= 3; page++) {
		cairo_move_to(cr, 100, 100);
		cairo_show_text(cr, page == 2 ? "Needle in hay" : "only hay");
		cairo_show_page(cr);
	}
}

static GBytes *pdf_make(void)
{
	return pdf_drawn(pages_draw);
}

struct answer {
	bool came;
	struct pdf *pdf;
	int refusal;
	struct pdf_page *page;
	GPtrArray *hits;
};

static void opened(void *user, struct pdf *pdf, int refusal)
{
	struct answer *a = user;

	a->came = true;
	a->pdf = pdf ? pdf_ref(pdf) : NULL;
	a->refusal = refusal;
}

static void drawn(void *user, struct pdf_page *page)
{
	struct answer *a = user;

	a->came = true;
	a->page = page;
}

static void found(void *user, GPtrArray *hits)
{
	struct answer *a = user;

	a->came = true;
	a->hits = hits;
}

static gboolean give_up(void *user)
{
	fail_msg("no answer after %d s", TIMEOUT_S);
	return G_SOURCE_REMOVE;
}

static void wait_for(struct answer *a)
{
	guint timeout = g_timeout_add_seconds(TIMEOUT_S, give_up, NULL);

	while (!a->came)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timeout);
}

static struct pdf *open_bytes(GBytes *bytes, int *ret_refusal)
{
	g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_bytes(bytes);
	struct answer a = {0};

	pdf_open(stream, NULL, opened, &a);
	wait_for(&a);
	*ret_refusal = a.refusal;
	return a.pdf;
}

static int setup(void **state)
{
	g_autoptr(GBytes) bytes = pdf_make();
	int refusal;

	*state = open_bytes(bytes, &refusal);
	assert_int_equal(refusal, 0);
	return 0;
}

static int teardown(void **state)
{
	pdf_unref(*state);
	return 0;
}

static void test_pages_and_marks(void **state)
{
	static const struct pdf_mark expected[] = {
		{(char *)"第一章", 0, 1}, {(char *)"人员配备", 1, 2}, {(char *)"第二章", 0, 3}};
	const GPtrArray *marks = pdf_marks(*state);
	double width, height;

	assert_int_equal(pdf_n_pages(*state), 3);
	pdf_page_size(*state, 2, &width, &height);
	assert_int_equal(width, 400);
	assert_int_equal(height, 600);
	assert_int_equal(marks->len, G_N_ELEMENTS(expected));
	for (guint i = 0; i < marks->len; i++) {
		const struct pdf_mark *m = g_ptr_array_index(marks, i);

		assert_string_equal(m->title, expected[i].title);
		assert_int_equal(m->depth, expected[i].depth);
		assert_int_equal(m->page, expected[i].page);
	}
}

static GPtrArray *find(struct pdf *p, const char *text)
{
	struct answer a = {0};

	pdf_find(p, text, NULL, found, &a);
	wait_for(&a);
	return a.hits;
}

static void test_finding(void **state)
{
	g_autoptr(GPtrArray) hits = find(*state, "needle"), none = find(*state, "haystack");
	g_autoptr(GPtrArray) hay = find(*state, "hay");
	const struct pdf_hit *hit;

	assert_int_equal(none->len, 0);
	assert_int_equal(hay->len, 3);
	assert_int_equal(hits->len, 1);
	hit = g_ptr_array_index(hits, 0);
	assert_int_equal(hit->page, 2);
	assert_string_equal(hit->line, "Needle in hay");
	assert_in_range(hit->x, 97, 103);
	/* The base line is at 100. */
	assert_in_range(hit->y, 70, 95);
	assert_in_range(hit->y + hit->height, 99, 112);
}

static uint32_t pixel(cairo_surface_t *s, int x, int y)
{
	const uint8_t *row =
		cairo_image_surface_get_data(s) + (ptrdiff_t)y * cairo_image_surface_get_stride(s);

	return ((const uint32_t *)(const void *)row)[x] & 0xffffff;
}

static void test_drawing(void **state)
{
	g_autoptr(GPtrArray) hits = find(*state, "needle");
	const struct pdf_hit *hit = g_ptr_array_index(hits, 0);
	struct answer a = {0};
	int x = (int)(2 * (hit->x + hit->width)) - 1, y = (int)(2 * hit->y) + 1;

	pdf_draw(*state, 2, 800, hits, NULL, drawn, &a);
	wait_for(&a);
	assert_int_equal(cairo_image_surface_get_width(a.page->surface), 800);
	assert_int_equal(cairo_image_surface_get_height(a.page->surface), 1200);
	assert_non_null(strstr(a.page->text, "Needle in hay"));
	assert_int_equal(pixel(a.page->surface, 5, 5), 0xffffff);
	assert_int_not_equal(pixel(a.page->surface, x, y), 0xffffff); /* the mark */
	pdf_page_free(a.page);
}

static void test_what_is_no_document(void **state)
{
	static const char locked[] =
		"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
		"2 0 obj\n<< /Type /Pages /Count 0 /Kids [] >>\nendobj\n"
		"trailer\n<< /Size 3 /Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard "
		"/V 1 /R 2 /P -4 /O (01234567890123456789012345678901) "
		"/U (01234567890123456789012345678901) >> >>\n%%EOF\n";
	static const char empty[] = "%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
				    "2 0 obj\n<< /Type /Pages /Count 0 /Kids [] >>\nendobj\n"
				    "trailer\n<< /Size 3 /Root 1 0 R >>\n%%EOF\n";
	static const struct {
		const char *text;
		int refusal;
	} rows[] = {
		{"", PDF_E_NOT_PDF},
		{"PK\003\004 a word processor's file", PDF_E_NOT_PDF},
		{"%PDF-1.5\nnothing that makes sense", PDF_E_BROKEN},
		{locked, PDF_E_LOCKED},
		{empty, PDF_E_EMPTY},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = g_bytes_new_static(rows[i].text, strlen(rows[i].text));
		int refusal;

		assert_null(open_bytes(bytes, &refusal));
		assert_int_equal(refusal, rows[i].refusal);
	}
}

/* Nobody is told of what was cancelled, and nothing of it is lost. */
static void test_cancelled(void **state)
{
	g_autoptr(GCancellable) cancel = g_cancellable_new();
	struct answer never = {0}, a = {0};

	pdf_draw(*state, 1, 800, NULL, cancel, drawn, &never);
	pdf_find(*state, "hay", cancel, found, &never);
	g_cancellable_cancel(cancel);
	pdf_draw(*state, 3, 100, NULL, NULL, drawn, &a);
	wait_for(&a);
	pdf_page_free(a.page);
	assert_false(never.came);
}

#define PDF_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PDF_TEST(test_pages_and_marks),
		PDF_TEST(test_finding),
		PDF_TEST(test_drawing),
		cmocka_unit_test(test_what_is_no_document),
		PDF_TEST(test_cancelled),
	};

	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	return pdf_stop() ? failed : 1;
}
