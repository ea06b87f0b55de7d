/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of a program whose worker does not come out of a page. Alone, since it ends the way such
 * a program does: past the libraries.
 */
#include "room-client/ui/pdf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/room-client/ui/pdf_drawn.h"

#define OPEN_S 60
#define STOP_S 10

/* A page that nobody draws within minutes: each shape covers all of it, half transparent. */
static void endless_draw(cairo_surface_t *surface, cairo_t *cr)
{
	cairo_set_source_rgba(cr, 1, 0, 0, 0.01);
	for (int i = 0; i < 50000; i++) {
		cairo_move_to(cr, i % 400, 0);
		cairo_curve_to(cr, 400, 600, i % 300, -600, 0, 600);
		cairo_curve_to(cr, -400, 300, 800, i % 500, 400, 0);
		cairo_fill(cr);
	}
}

/* A file in memory that tells when it is read. */
#define WATCHED_TYPE_STREAM (watched_stream_get_type())
G_DECLARE_FINAL_TYPE(WatchedStream, watched_stream, WATCHED, STREAM, GMemoryInputStream)

struct _WatchedStream {
	GMemoryInputStream parent;
};

G_DEFINE_FINAL_TYPE(WatchedStream, watched_stream, G_TYPE_MEMORY_INPUT_STREAM)

static int n_reads; /* by the worker */

static gssize watched_read(
	GInputStream *stream, void *buffer, gsize count, GCancellable *cancel, GError **error)
{
	g_atomic_int_inc(&n_reads);
	return G_INPUT_STREAM_CLASS(watched_stream_parent_class)
		->read_fn(stream, buffer, count, cancel, error);
}

static void watched_stream_class_init(WatchedStreamClass *class)
{
	G_INPUT_STREAM_CLASS(class)->read_fn = watched_read;
}

static void watched_stream_init(WatchedStream *stream)
{
}

static void opened(void *user, struct pdf *pdf, int refusal)
{
	assert_int_equal(refusal, 0);
	*(struct pdf **)user = pdf_ref(pdf);
}

static void drawn(void *user, struct pdf_page *page)
{
	*(bool *)user = true;
	pdf_page_free(page);
}

static void test_stop_is_bounded(void **state)
{
	g_autoptr(GBytes) bytes = pdf_drawn(endless_draw);
	g_autoptr(GInputStream) stream = g_object_new(WATCHED_TYPE_STREAM, NULL);
	struct pdf *pdf = NULL;
	bool came = false;
	int64_t begun = g_get_monotonic_time();
	int n_before;

	(void)state;
	g_memory_input_stream_add_bytes(G_MEMORY_INPUT_STREAM(stream), bytes);
	pdf_open(stream, NULL, opened, &pdf);
	while (!pdf && g_get_monotonic_time() < begun + OPEN_S * G_USEC_PER_SEC)
		g_main_context_iteration(NULL, FALSE);
	assert_non_null(pdf);
	n_before = g_atomic_int_get(&n_reads);
	pdf_draw(pdf, 1, 2000, NULL, NULL, drawn, &came);
	/* It has the lock from before it reads what is on the page. */
	for (begun = g_get_monotonic_time();
		g_atomic_int_get(&n_reads) == n_before &&
		g_get_monotonic_time() < begun + OPEN_S * G_USEC_PER_SEC;)
		g_main_context_iteration(NULL, FALSE);
	assert_int_not_equal(g_atomic_int_get(&n_reads), n_before);
	assert_false(came);
	begun = g_get_monotonic_time();
	assert_false(pdf_stop());
	assert_in_range(g_get_monotonic_time() - begun, 1, STOP_S * G_USEC_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stop_is_bounded),
	};

	_exit(cmocka_run_group_tests(tests, NULL, NULL));
}
