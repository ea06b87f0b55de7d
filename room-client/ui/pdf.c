/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/pdf.h"

#include <poppler.h>
#include <stdbool.h>
#include <string.h>

#define MARKS_MAX 5000
#define DEPTH_MAX 8
#define PAGES_MAX 100000
#define PIXELS_MAX 8000
#define TEXT_MAX 4000 /* bytes of a page that are read out */
#define STOP_WITHIN_US (2 * G_USEC_PER_SEC)
#define STOP_LOOK_US 5000

struct size {
	double width, height;
};

struct pdf {
	gatomicrefcount refs;
	PopplerDocument *document; /* under the lock */
	GArray *sizes;             /* struct size */
	GPtrArray *marks;
};

/* Poppler is at home in one thread at a time. */
static GMutex lock;

struct pdf *pdf_ref(struct pdf *p)
{
	g_atomic_ref_count_inc(&p->refs);
	return p;
}

struct pdf *pdf_unref(struct pdf *p)
{
	if (!p || !g_atomic_ref_count_dec(&p->refs))
		return NULL;
	g_mutex_lock(&lock);
	g_clear_object(&p->document);
	g_mutex_unlock(&lock);
	g_array_unref(p->sizes);
	g_ptr_array_unref(p->marks);
	g_free(p);
	return NULL;
}

bool pdf_stop(void)
{
	int64_t until = g_get_monotonic_time() + STOP_WITHIN_US;
	bool out;

	while (!(out = g_mutex_trylock(&lock)) && g_get_monotonic_time() < until)
		g_usleep(STOP_LOOK_US);
	return out;
}

static void mark_free(void *data)
{
	struct pdf_mark *m = data;

	g_free(m->title);
	g_free(m);
}

static void hit_free(void *data)
{
	struct pdf_hit *h = data;

	g_free(h->line);
	g_free(h);
}

void pdf_page_free(struct pdf_page *page)
{
	if (!page)
		return;
	cairo_surface_destroy(page->surface);
	g_free(page->text);
	g_free(page);
}

/* ---- opening (worker) ---- */

static int page_of(PopplerDocument *document, PopplerAction *action)
{
	PopplerDest *dest, *named = NULL;
	int page = 0;

	if (!action || action->any.type != POPPLER_ACTION_GOTO_DEST)
		return 0;
	dest = action->goto_dest.dest;
	if (dest && dest->type == POPPLER_DEST_NAMED)
		dest = named = poppler_document_find_dest(document, dest->named_dest);
	if (dest)
		page = dest->page_num;
	if (named)
		poppler_dest_free(named);
	return page;
}

static void marks_read(struct pdf *p, PopplerIndexIter *i, int depth)
{
	if (!i || depth > DEPTH_MAX)
		return;
	do {
		PopplerAction *action = poppler_index_iter_get_action(i);
		PopplerIndexIter *below = poppler_index_iter_get_child(i);
		int page = page_of(p->document, action);
		struct pdf_mark mark = {
			.title = g_strdup(action && action->any.title ? action->any.title : ""),
			.depth = depth,
			.page = page >= 1 && page <= pdf_n_pages(p) ? page : 0,
		};

		g_ptr_array_add(p->marks, g_memdup2(&mark, sizeof(mark)));
		marks_read(p, below, depth + 1);
		if (below)
			poppler_index_iter_free(below);
		if (action)
			poppler_action_free(action);
	} while (p->marks->len < MARKS_MAX && poppler_index_iter_next(i));
}

static void sizes_read(struct pdf *p, int n)
{
	for (int i = 0; i < n; i++) {
		PopplerPage *page = poppler_document_get_page(p->document, i);
		struct size size = {595, 842};

		if (page)
			poppler_page_get_size(page, &size.width, &size.height);
		if (size.width < 1 || size.height < 1)
			size = (struct size){595, 842};
		g_array_append_val(p->sizes, size);
		g_clear_object(&page);
	}
}

/* Whether it even claims to be a PDF; readers look for the sign in the first kilobyte. The length
 * is found out here, for poppler would count the bytes from wherever the stream stands. */
static bool is_pdf(GInputStream *stream, goffset *ret_len)
{
	GSeekable *seekable = G_SEEKABLE(stream);
	char head[1024];
	gsize n = 0;
	bool read = g_seekable_seek(seekable, 0, G_SEEK_SET, NULL, NULL) &&
		    g_input_stream_read_all(stream, head, sizeof(head), &n, NULL, NULL) &&
		    g_seekable_seek(seekable, 0, G_SEEK_END, NULL, NULL);

	*ret_len = g_seekable_tell(seekable);
	return read && g_seekable_seek(seekable, 0, G_SEEK_SET, NULL, NULL) &&
	       memmem(head, n, "%PDF-", 5);
}

static int open_now(GInputStream *stream, struct pdf *p)
{
	g_autoptr(GError) error = NULL;
	PopplerIndexIter *index;
	goffset len;
	int n;

	if (!is_pdf(stream, &len))
		return PDF_E_NOT_PDF;
	p->document = poppler_document_new_from_stream(stream, len, NULL, NULL, &error);
	if (!p->document)
		return g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)
			       ? PDF_E_LOCKED
			       : PDF_E_BROKEN;
	n = poppler_document_get_n_pages(p->document);
	if (n < 1 || n > PAGES_MAX)
		return n < 1 ? PDF_E_EMPTY : PDF_E_BROKEN;
	sizes_read(p, n);
	index = poppler_index_iter_new(p->document);
	marks_read(p, index, 0);
	if (index)
		poppler_index_iter_free(index);
	return 0;
}

struct opening {
	GInputStream *stream;
	struct pdf *pdf;
	int refusal;
	pdf_opened_fn *done;
	void *user;
};

static void opening_free(void *data)
{
	struct opening *o = data;

	pdf_unref(o->pdf);
	g_object_unref(o->stream);
	g_free(o);
}

static void open_task(GTask *task, void *source, void *data, GCancellable *cancel)
{
	struct opening *o = data;

	g_mutex_lock(&lock);
	o->refusal = open_now(o->stream, o->pdf);
	g_mutex_unlock(&lock);
	g_task_return_boolean(task, TRUE);
}

static void open_done(GObject *source, GAsyncResult *result, void *data)
{
	struct opening *o = g_task_get_task_data(G_TASK(result));

	if (!g_cancellable_is_cancelled(g_task_get_cancellable(G_TASK(result))))
		o->done(o->user, o->refusal ? NULL : o->pdf, o->refusal);
}

/* Takes data. */
static void task_run(GCancellable *cancel, GAsyncReadyCallback done, void *data,
	GDestroyNotify data_free, GTaskThreadFunc run)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancel, done, NULL);

	g_task_set_task_data(task, data, data_free);
	g_task_run_in_thread(task, run);
}

void pdf_open(GInputStream *stream, GCancellable *cancel, pdf_opened_fn *done, void *user)
{
	struct opening *o = g_new0(struct opening, 1);

	o->stream = g_object_ref(stream);
	o->done = done;
	o->user = user;
	o->pdf = g_new0(struct pdf, 1);
	g_atomic_ref_count_init(&o->pdf->refs);
	o->pdf->sizes = g_array_new(FALSE, FALSE, sizeof(struct size));
	o->pdf->marks = g_ptr_array_new_with_free_func(mark_free);
	task_run(cancel, open_done, o, opening_free, open_task);
}

int pdf_n_pages(const struct pdf *p)
{
	return (int)p->sizes->len;
}

void pdf_page_size(const struct pdf *p, int page, double *ret_width, double *ret_height)
{
	const struct size *size = &g_array_index(p->sizes, struct size, page - 1);

	*ret_width = size->width;
	*ret_height = size->height;
}

const GPtrArray *pdf_marks(const struct pdf *p)
{
	return p->marks;
}

/* ---- drawing (worker) ---- */

struct drawing {
	struct pdf *pdf;
	int page, pixels;
	GPtrArray *hits; /* may be NULL */
	struct pdf_page *result;
	pdf_drawn_fn *done;
	void *user;
};

static void drawing_free(void *data)
{
	struct drawing *d = data;

	pdf_unref(d->pdf);
	g_clear_pointer(&d->hits, g_ptr_array_unref);
	pdf_page_free(d->result);
	g_free(d);
}

static void hits_draw(cairo_t *cr, const struct drawing *d)
{
	for (guint i = 0; d->hits && i < d->hits->len; i++) {
		const struct pdf_hit *h = g_ptr_array_index(d->hits, i);

		if (h->page == d->page)
			cairo_rectangle(cr, h->x, h->y, h->width, h->height);
	}
	cairo_set_source_rgba(cr, 1, 0.85, 0, 0.4);
	cairo_set_operator(cr, CAIRO_OPERATOR_MULTIPLY);
	cairo_fill(cr);
}

static char *text_of(PopplerPage *page)
{
	char *text = poppler_page_get_text(page);
	const char *end;

	if (text && strlen(text) > TEXT_MAX) {
		end = g_utf8_find_prev_char(text, text + TEXT_MAX);
		text[end - text] = '\0';
	}
	return text;
}

static struct pdf_page *page_draw(struct drawing *d, PopplerPage *page)
{
	struct pdf_page *result = g_new0(struct pdf_page, 1);
	double width, height, scale;
	cairo_t *cr;

	pdf_page_size(d->pdf, d->page, &width, &height);
	scale = d->pixels / width;
	result->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, d->pixels,
		(int)CLAMP(height * scale + 0.5, 1, 4 * PIXELS_MAX));
	result->text = text_of(page);
	cr = cairo_create(result->surface);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_scale(cr, scale, scale);
	poppler_page_render(page, cr);
	hits_draw(cr, d);
	cairo_destroy(cr);
	cairo_surface_flush(result->surface);
	return result;
}

static struct pdf_page *draw_now(struct drawing *d)
{
	PopplerPage *page = poppler_document_get_page(d->pdf->document, d->page - 1);
	struct pdf_page *result = page ? page_draw(d, page) : NULL;

	g_clear_object(&page);
	if (result && cairo_surface_status(result->surface) != CAIRO_STATUS_SUCCESS) {
		pdf_page_free(result);
		return NULL;
	}
	return result;
}

static void draw_task(GTask *task, void *source, void *data, GCancellable *cancel)
{
	struct drawing *d = data;

	g_mutex_lock(&lock);
	if (!g_cancellable_is_cancelled(cancel))
		d->result = draw_now(d);
	g_mutex_unlock(&lock);
	g_task_return_boolean(task, TRUE);
}

static void draw_done(GObject *source, GAsyncResult *result, void *data)
{
	struct drawing *d = g_task_get_task_data(G_TASK(result));

	if (!g_cancellable_is_cancelled(g_task_get_cancellable(G_TASK(result))))
		d->done(d->user, g_steal_pointer(&d->result));
}

void pdf_draw(struct pdf *p, int page, int pixels, GPtrArray *hits, GCancellable *cancel,
	pdf_drawn_fn *done, void *user)
{
	struct drawing *d = g_new0(struct drawing, 1);

	d->pdf = pdf_ref(p);
	d->page = page;
	d->pixels = CLAMP(pixels, 16, PIXELS_MAX);
	d->hits = hits ? g_ptr_array_ref(hits) : NULL;
	d->done = done;
	d->user = user;
	task_run(cancel, draw_done, d, drawing_free, draw_task);
}

/* ---- finding (worker) ---- */

struct search {
	struct pdf *pdf;
	char *text;
	GPtrArray *hits;
	pdf_found_fn *done;
	void *user;
};

static void search_free(void *data)
{
	struct search *s = data;

	pdf_unref(s->pdf);
	g_free(s->text);
	g_clear_pointer(&s->hits, g_ptr_array_unref);
	g_free(s);
}

/* Poppler finds with y upwards and selects with y downwards. */
static void hit_add(struct search *s, PopplerPage *page, int no, PopplerRectangle *found)
{
	struct pdf_hit *hit = g_new0(struct pdf_hit, 1);
	PopplerRectangle line = *found;
	double width, height;

	pdf_page_size(s->pdf, no, &width, &height);
	hit->page = no;
	hit->x = found->x1;
	hit->y = height - found->y2;
	hit->width = found->x2 - found->x1;
	hit->height = found->y2 - found->y1;
	line.y1 = hit->y + hit->height / 3;
	line.y2 = hit->y + hit->height * 2 / 3;
	hit->line = poppler_page_get_selected_text(page, POPPLER_SELECTION_LINE, &line);
	if (!hit->line || !*g_strstrip(hit->line)) {
		g_free(hit->line);
		hit->line = g_strdup(s->text);
	}
	g_ptr_array_add(s->hits, hit);
}

static void page_search(struct search *s, int no)
{
	PopplerPage *page = poppler_document_get_page(s->pdf->document, no - 1);
	GList *found = page ? poppler_page_find_text(page, s->text) : NULL;

	for (GList *i = found; i && s->hits->len < PDF_HITS_MAX; i = i->next)
		hit_add(s, page, no, i->data);
	g_list_free_full(found, (GDestroyNotify)poppler_rectangle_free);
	g_clear_object(&page);
}

static void find_task(GTask *task, void *source, void *data, GCancellable *cancel)
{
	struct search *s = data;

	/* Page by page, so that drawing goes on meanwhile. */
	for (int no = 1; no <= pdf_n_pages(s->pdf) && s->hits->len < PDF_HITS_MAX &&
			 !g_cancellable_is_cancelled(cancel);
		no++) {
		g_mutex_lock(&lock);
		page_search(s, no);
		g_mutex_unlock(&lock);
	}
	g_task_return_boolean(task, TRUE);
}

static void find_done(GObject *source, GAsyncResult *result, void *data)
{
	struct search *s = g_task_get_task_data(G_TASK(result));

	if (!g_cancellable_is_cancelled(g_task_get_cancellable(G_TASK(result))))
		s->done(s->user, g_steal_pointer(&s->hits));
}

void pdf_find(struct pdf *p, const char *text, GCancellable *cancel, pdf_found_fn *done, void *user)
{
	struct search *s = g_new0(struct search, 1);

	s->pdf = pdf_ref(p);
	s->text = g_strdup(text);
	s->hits = g_ptr_array_new_with_free_func(hit_free);
	s->done = done;
	s->user = user;
	task_run(cancel, find_done, s, search_free, find_task);
}
