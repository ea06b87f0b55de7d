/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first increment replaces the catalog, which gets a form, and the first page, which gets
 * annotations; both point at one array of signature fields. Each later one replaces that array
 * alone. A field is at the same time its widget, without extent, so that nothing is drawn.
 */
#include "proto/pdf_increment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/pades.h"

#define OBJECT_MAX (64 * 1024) /* bytes of an object that is replaced */
#define SECTIONS_MAX 1000
#define NUMBER_DIGITS 10

struct reading {
	const char *data;
	size_t len;
	size_t table; /* where the newest cross references stand */
};

/* ---- reading ---- */

/* Text of the file from `from` on, up to and without `end`; g_free it. */
static char *text_until(const struct reading *f, size_t from, const char *end)
{
	size_t room = from < f->len ? MIN(f->len - from, OBJECT_MAX) : 0;
	const char *at = room ? memmem(f->data + from, room, end, strlen(end)) : NULL;

	return at ? g_strndup(f->data + from, (size_t)(at - f->data) - from) : NULL;
}

/* The number behind a name of a dictionary. */
static bool number_of(const char *dictionary, const char *name, size_t *ret)
{
	const char *at = dictionary ? strstr(dictionary, name) : NULL;
	char *end;

	if (!at)
		return false;
	at += strlen(name);
	*ret = strtoul(at, &end, 10);
	return end > at;
}

static bool find_table(struct reading *f)
{
	static const char mark[] = "startxref\n";
	const size_t len = sizeof(mark) - 1;
	g_autofree char *text = NULL;
	char *end;

	for (size_t at = f->len >= len ? f->len - len + 1 : 0; at-- > 0;) {
		if (memcmp(f->data + at, mark, len) != 0)
			continue;
		text = text_until(f, at + len, "\n%%EOF");
		if (!text)
			return false;
		f->table = strtoul(text, &end, 10);
		return end > text && f->table < f->len;
	}
	return false;
}

static char *trailer_of(const struct reading *f, size_t table)
{
	const char *at = memmem(f->data + table, f->len - table, "trailer", 7);

	return at ? text_until(f, (size_t)(at - f->data), ">>") : NULL;
}

/* A number and the white space behind it. */
static bool read_number(const char **at, const char *end, size_t *ret)
{
	size_t n = 0, digits = 0;

	for (; *at < end && g_ascii_isdigit(**at) && digits < NUMBER_DIGITS; digits++, (*at)++)
		n = n * 10 + (size_t)(**at - '0');
	while (*at < end && g_ascii_isspace(**at))
		(*at)++;
	*ret = n;
	return digits > 0;
}

/* The entry of an object in one section: "0000000015 00000 n". */
static bool entry_of(const struct reading *f, size_t table, size_t no, size_t *ret)
{
	const char *at = f->data + table, *end = f->data + f->len;
	size_t first, n;

	if (end - at < 5 || memcmp(at, "xref\n", 5) != 0)
		return false;
	at += 5;
	while (read_number(&at, end, &first) && read_number(&at, end, &n)) {
		if (n > (size_t)(end - at) / 20)
			return false;
		if (no >= first && no - first < n) {
			at += 20 * (no - first);
			return at[17] == 'n' && read_number(&at, end, ret) && *ret < f->len;
		}
		at += 20 * n;
	}
	return false;
}

/* What stands between "N 0 obj" and "endobj", of the newest version; g_free it. */
static char *object_of(const struct reading *f, size_t no)
{
	g_autofree char *head = g_strdup_printf("%zu 0 obj", no);
	size_t table = f->table, at;

	for (int i = 0; i < SECTIONS_MAX; i++) {
		g_autofree char *trailer = NULL;

		if (entry_of(f, table, no, &at)) {
			char *text = text_until(f, at, "endobj");

			if (text && g_str_has_prefix(text, head))
				return memmove(
					text, text + strlen(head), strlen(text + strlen(head)) + 1);
			g_free(text);
			return NULL;
		}
		trailer = trailer_of(f, table);
		if (!number_of(trailer, "/Prev ", &table) || table >= f->len)
			return NULL;
	}
	return NULL;
}

/* ---- writing ---- */

struct writing {
	GByteArray *out;
	GArray *places; /* struct place, by number of the object */
};

struct place {
	size_t no, at;
};

static void put(struct writing *w, const char *text)
{
	g_byte_array_append(w->out, (const uint8_t *)text, (guint)strlen(text));
}

static void G_GNUC_PRINTF(3, 4) put_object(struct writing *w, size_t no, const char *format, ...)
{
	struct place place = {no, w->out->len};
	g_autofree char *head = g_strdup_printf("%zu 0 obj\n", no), *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	put(w, head);
	put(w, text);
	put(w, "\nendobj\n");
	g_array_append_val(w->places, place);
}

/* A dictionary with more in it; NULL if it is none, or has one of the names already. */
static char *enlarge(const char *dictionary, const char *not_yet, const char *more)
{
	const char *end = dictionary ? g_strrstr(dictionary, ">>") : NULL;

	if (!end || strstr(dictionary, not_yet))
		return NULL;
	g_autofree char *before = g_strndup(dictionary, (size_t)(end - dictionary));
	return g_strdup_printf("%s %s >>", g_strstrip(before), more);
}

/* UTF-16 with its mark, in hex: a text string that may hold Chinese. */
static char *text_string(const char *utf8)
{
	glong n = 0;
	g_autofree gunichar2 *units = g_utf8_to_utf16(utf8, -1, NULL, &n, NULL);
	GString *text = g_string_new("<FEFF");

	for (glong i = 0; units && i < n; i++)
		g_string_append_printf(text, "%04X", units[i]);
	g_string_append_c(text, '>');
	return g_string_free(text, FALSE);
}

/* "D:20260301080000+08'00'" */
static char *date_string(int64_t at_us)
{
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(at_us / 1000000 + 8 * 3600);

	return at ? g_date_time_format(at, "(D:%Y%m%d%H%M%S+08'00')") : g_strdup("()");
}

static void put_signature(struct writing *w, size_t no, const struct pdf_signer *signer)
{
	g_autofree char *name = text_string(signer->name), *date = date_string(signer->at_us);
	g_autofree char *reason = signer->reason ? text_string(signer->reason) : NULL;
	g_autofree char *zeros = g_strnfill(2 * PADES_CONTAINER_MAX, '0');

	put_object(w, no,
		"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n"
		"/Name %s%s%s /M %s\n/ByteRange [0 %-10s %-10s %-10s]\n/Contents <%s> >>",
		name, reason ? " /Reason " : "", reason ? reason : "", date, "", "", "", zeros);
}

static void put_field(struct writing *w, size_t no, size_t page, size_t signature, unsigned signer)
{
	put_object(w, no,
		"<< /FT /Sig /T (signature-%u) /V %zu 0 R /Type /Annot /Subtype /Widget /F 132 "
		"/Rect [0 0 0 0] /P %zu 0 R >>",
		signer, signature, page);
}

static int by_number(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->no > y->no) - (x->no < y->no);
}

static void put_table(
	struct writing *w, size_t size, size_t root, const char *old_trailer, size_t prev)
{
	size_t at = w->out->len, info;
	g_autofree char *more = number_of(old_trailer, "/Info ", &info)
					? g_strdup_printf(" /Info %zu 0 R", info)
					: g_strdup("");
	g_autofree char *end = g_strdup_printf(
		"trailer\n<< /Size %zu /Root %zu 0 R%s /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n",
		size, root, more, prev, at);

	g_array_sort(w->places, by_number);
	put(w, "xref\n");
	for (guint i = 0; i < w->places->len; i++) {
		const struct place *p = &g_array_index(w->places, struct place, i);
		g_autofree char *row = g_strdup_printf("%zu 1\n%010zu 00000 n \n", p->no, p->at);

		put(w, row);
	}
	put(w, end);
}

/* Only when the file is whole is it known how long it is. from: where the signature stands. */
static void set_range(GByteArray *out, size_t from)
{
	char *range = memmem(out->data + from, out->len - from, "/ByteRange [", 12);
	char *hole = memmem(out->data + from, out->len - from, "/Contents <", 11);
	size_t at = (size_t)(hole - (char *)out->data) + strlen("/Contents ");
	size_t end = at + 2 * PADES_CONTAINER_MAX + 2;
	g_autofree char *text =
		g_strdup_printf("/ByteRange [0 %-10zu %-10zu %-10zu]", at, end, out->len - end);

	memcpy(range, text, strlen(text));
}

/* ---- the increment ---- */

struct plan {
	size_t root, page, fields, next; /* numbers of objects; next: the first free one */
	char *catalog, *page_text;       /* as they become; NULL: they stay */
	char *others;                    /* the fields that are there */
};

static void plan_clear(struct plan *p)
{
	g_free(p->catalog);
	g_free(p->page_text);
	g_free(p->others);
}

static bool first_page(const struct reading *f, const char *catalog, size_t *ret)
{
	g_autofree char *pages = NULL;
	size_t no;

	if (!number_of(catalog, "/Pages ", &no))
		return false;
	pages = object_of(f, no);
	return number_of(pages, "/Kids [", ret);
}

static bool plan_next(const struct reading *f, struct plan *p)
{
	g_autofree char *array = object_of(f, p->fields);
	char *from = array ? strchr(array, '[') : NULL, *to = array ? strchr(array, ']') : NULL;

	if (!from || !to || to < from)
		return false;
	*to = '\0';
	p->others = g_strdup(from + 1);
	return true;
}

static bool plan_first(const struct reading *f, const char *catalog, struct plan *p)
{
	g_autofree char *page = object_of(f, p->page), *form = NULL, *annotations = NULL;

	p->fields = p->next++;
	form = g_strdup_printf("/AcroForm << /Fields %zu 0 R /SigFlags 3 >>", p->fields);
	annotations = g_strdup_printf("/Annots %zu 0 R", p->fields);
	p->catalog = enlarge(catalog, "/AcroForm", form);
	p->page_text = enlarge(page, "/Annots", annotations);
	p->others = g_strdup("");
	return p->catalog && p->page_text;
}

static bool make_plan(const struct reading *f, const char *trailer, struct plan *p)
{
	g_autofree char *catalog = NULL;

	if (!number_of(trailer, "/Root ", &p->root) || !number_of(trailer, "/Size ", &p->next))
		return false;
	catalog = object_of(f, p->root);
	if (!first_page(f, catalog, &p->page))
		return false;
	return number_of(catalog, "/AcroForm << /Fields ", &p->fields) ? plan_next(f, p)
								       : plan_first(f, catalog, p);
}

static void write_plan(struct writing *w, struct plan *p, const struct pdf_signer *signer)
{
	size_t field = p->next++, signature = p->next++;

	if (p->catalog)
		put_object(w, p->root, "%s", p->catalog);
	if (p->page_text)
		put_object(w, p->page, "%s", p->page_text);
	put_object(w, p->fields, "[%s%s%zu 0 R]", p->others, *p->others ? " " : "", field);
	put_field(w, field, p->page, signature, signer->no);
	put_signature(w, signature, signer);
}

int pdf_increment(GBytes *pdf, const struct pdf_signer *signer, GBytes **ret)
{
	struct reading f = {0};
	struct plan p = {0};
	g_autofree char *trailer = NULL;

	f.data = g_bytes_get_data(pdf, &f.len);
	if (f.len > PADES_FILE_MAX || !find_table(&f))
		return PDF_INCREMENT_E_FORM;
	trailer = trailer_of(&f, f.table);
	if (!make_plan(&f, trailer, &p)) {
		plan_clear(&p);
		return PDF_INCREMENT_E_FORM;
	}
	struct writing w = {g_byte_array_sized_new((guint)f.len + 16384),
		g_array_new(FALSE, FALSE, sizeof(struct place))};
	g_byte_array_append(w.out, (const uint8_t *)f.data, (guint)f.len);
	write_plan(&w, &p, signer);
	size_t signature = g_array_index(w.places, struct place, w.places->len - 1).at;
	put_table(&w, p.next, p.root, trailer, f.table);
	set_range(w.out, signature);
	g_array_unref(w.places);
	plan_clear(&p);
	*ret = g_byte_array_free_to_bytes(w.out);
	return 0;
}
