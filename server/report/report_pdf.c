/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/report/report_pdf.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <string.h>

#include "proto/hex.h"
#include "server/core/clock.h"
#include "server/eval/report_model.h"
#include "server/report/page.h"
#include "server/report/table.h"

static cairo_status_t append(void *closure, const unsigned char *data, unsigned len)
{
	g_byte_array_append(closure, data, len);
	return CAIRO_STATUS_SUCCESS;
}

/* Language and hinting are given, so that neither locale nor desktop settings change a byte. */
static PangoContext *make_context(PangoFontMap *fonts)
{
	PangoContext *pango = pango_font_map_create_context(fonts);
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(pango, options);
	cairo_font_options_destroy(options);
	pango_cairo_context_set_resolution(pango, 72);
	pango_context_set_language(pango, pango_language_from_string("zh-cn"));
	pango_context_set_base_dir(pango, PANGO_DIRECTION_LTR);
	pango_context_set_round_glyph_positions(pango, FALSE);
	return pango;
}

/* Another font in its place would print, but not the same. */
static bool has_font(PangoContext *pango)
{
	PangoFontDescription *wanted = pango_font_description_from_string(PAGE_FONT " 10");
	PangoFont *font = pango_context_load_font(pango, wanted);
	PangoFontDescription *got = font ? pango_font_describe(font) : NULL;
	bool same = got && g_strcmp0(pango_font_description_get_family(got), PAGE_FONT) == 0;

	if (got)
		pango_font_description_free(got);
	if (font)
		g_object_unref(font);
	pango_font_description_free(wanted);
	return same;
}

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void draw_block(struct page_flow *f, const json_t *block)
{
	const char *type = member(block, "type");

	if (strcmp(type, "text") == 0) {
		page_text(f, member(block, "text"), 10, false, 0, 6);
	} else if (strcmp(type, "pairs") == 0) {
		table_draw_pairs(f, json_object_get(block, "rows"));
	} else {
		page_text(f, member(block, "caption"), 10, true, 50, 3);
		table_draw(f, json_object_get(block, "columns"), json_object_get(block, "rows"));
	}
}

static void draw_model(struct page_flow *f, const json_t *model)
{
	static const char *const numbers[N_REPORT_SECTIONS] = {
		"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
	const json_t *sections = json_object_get(model, "sections");

	page_title(f, member(model, "title"), 18, 14);
	for (size_t i = 0; i < json_array_size(sections); i++) {
		const json_t *section = json_array_get(sections, i);
		const json_t *blocks = json_object_get(section, "blocks");
		g_autofree char *heading =
			g_strdup_printf("%s、%s", numbers[i], member(section, "title"));

		page_text(f, heading, 13, true, 40, 5);
		for (size_t j = 0; j < json_array_size(blocks); j++)
			draw_block(f, json_array_get(blocks, j));
		f->y += 4;
	}
}

/* One run over the model; the first, with n_pages 0, only counts pages. */
static int draw(const json_t *model, PangoContext *pango, const struct page_frame *frame,
	const char *made_at, GByteArray *bytes, unsigned *ret_n_pages)
{
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(append, bytes, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_t *cr = cairo_create(surface);
	struct page_flow flow;

	/* Signatures are put behind it by server/report/pdf_increment, which reads this form. */
	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, member(model, "title"));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Bidroom 评标云室");
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, made_at);
	page_flow_init(&flow, cr, pango, frame);
	draw_model(&flow, model);
	page_flow_done(&flow);
	*ret_n_pages = flow.page;
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	cairo_status_t status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	return status == CAIRO_STATUS_SUCCESS ? 0 : -EIO;
}

static int draw_twice(const json_t *model, PangoContext *pango, const char *foot, GBytes **ret)
{
	struct page_frame frame = {.head = member(model, "title"), .foot = foot};
	g_autoptr(GByteArray) counted = g_byte_array_new();
	GByteArray *bytes;
	char made_at[CLOCK_TEXT_SIZE];
	int r;

	/* Whole seconds: more a PDF's date does not hold. */
	clock_format_utc(report_model_made_us(model) / CLOCK_SECOND_US * CLOCK_SECOND_US, made_at);
	r = draw(model, pango, &frame, made_at, counted, &frame.n_pages);
	if (r)
		return r;
	bytes = g_byte_array_new();
	r = draw(model, pango, &frame, made_at, bytes, &frame.n_pages);
	if (r)
		g_byte_array_unref(bytes);
	else
		*ret = g_byte_array_free_to_bytes(bytes);
	return r;
}

int report_pdf(const json_t *model, GBytes **ret)
{
	int r = report_model_check(model);

	return r ? r : report_document_pdf(model, ret);
}

int report_document_pdf(const json_t *model, GBytes **ret)
{
	PangoFontMap *fonts;
	PangoContext *pango;
	uint8_t digest[32];
	int r = report_model_digest(model, digest);

	if (r)
		return r;
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	g_autofree char *foot = g_strdup_printf("数据摘要 SHA-256 %s", hex);
	/* A map of its own: font maps belong to one thread. */
	fonts = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (!fonts)
		return -EIO;
	pango = make_context(fonts);
	r = has_font(pango) ? draw_twice(model, pango, foot, ret) : -ENOENT;
	g_object_unref(pango);
	g_object_unref(fonts);
	return r;
}
