/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/documents.h"

#include <string.h>

#include "proto/json_text.h"

struct _UiDocuments {
	GObject parent;
	struct ui_documents_out out;
	json_t *list;  /* as the client gave it */
	GArray *index; /* struct entry, in its order */
	struct presenting presenting;
	char reader[64 * 4 + 1];
	bool may_present;
};

/* Borrowed from the list. */
struct entry {
	json_t *bid, *file;
};

G_DEFINE_FINAL_TYPE(UiDocuments, ui_documents, G_TYPE_OBJECT)

enum { LISTED, DOCUMENT, PRESENTING, REFUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static int integer(const json_t *object, const char *name)
{
	return (int)json_integer_value(json_object_get(object, name));
}

/* ---- the list ---- */

static void list_take(UiDocuments *d, json_t *list)
{
	size_t i, k;
	json_t *bid, *file;

	json_decref(d->list);
	d->list = list;
	g_array_set_size(d->index, 0);
	json_array_foreach (json_object_get(list, "bids"), i, bid) {
		json_array_foreach (json_object_get(bid, "files"), k, file) {
			struct entry e = {bid, file};

			g_array_append_val(d->index, e);
		}
	}
}

static const struct entry *entry_find(UiDocuments *d, const char *bid, int file)
{
	for (guint i = 0; i < d->index->len; i++) {
		const struct entry *e = &g_array_index(d->index, struct entry, i);

		if (integer(e->file, "file") == file && strcmp(json_text(e->bid, "bid"), bid) == 0)
			return e;
	}
	return NULL;
}

static enum document_state state_of(const char *name)
{
	static const char *const names[] = {"absent", "waiting", "loading", "ready", "failed"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strcmp(names[i], name) == 0)
			return (enum document_state)i;
	}
	return DOCUMENT_ABSENT;
}

static struct document_facts facts_of(const struct entry *e)
{
	return (struct document_facts){
		.bid = json_text(e->bid, "bid"),
		.bidder = json_text(e->bid, "bidder"),
		.name = json_text(e->file, "name"),
		.file = integer(e->file, "file"),
		.state = state_of(json_text(e->file, "state")),
		.size = json_integer_value(json_object_get(e->file, "size")),
		.got = json_integer_value(json_object_get(e->file, "got")),
		.code = json_text(e->file, "code"),
	};
}

unsigned ui_documents_n(UiDocuments *d)
{
	return d->index->len;
}

struct document_facts ui_documents_at(UiDocuments *d, unsigned i)
{
	return facts_of(&g_array_index(d->index, struct entry, i));
}

bool ui_documents_find(UiDocuments *d, const char *bid, int file, struct document_facts *ret_facts)
{
	const struct entry *e = entry_find(d, bid, file);

	if (e)
		*ret_facts = facts_of(e);
	return e != NULL;
}

const char *ui_documents_code(UiDocuments *d)
{
	return json_text(d->list, "code");
}

/* ---- from the client ---- */

static void take_document(UiDocuments *d, const json_t *fields)
{
	static const char *const taken[] = {"state", "got", "code"};
	const char *bid = json_text(fields, "bid");
	int file = integer(fields, "file");
	const struct entry *e = entry_find(d, bid, file);

	if (!e)
		return;
	json_object_del(e->file, "code");
	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++) {
		if (json_object_get(fields, taken[i]))
			json_object_set(e->file, taken[i], json_object_get(fields, taken[i]));
	}
	g_signal_emit(d, signals[DOCUMENT], 0, json_text(e->bid, "bid"), file);
}

static const char *name_of(const json_t *state, const char *seat)
{
	size_t i;
	json_t *entry;

	json_array_foreach (json_object_get(state, "roster"), i, entry) {
		if (strcmp(json_text(entry, "seat"), seat) == 0)
			return json_text(entry, "name");
	}
	return seat;
}

static bool may_read(const json_t *state)
{
	size_t i;
	json_t *right;

	json_array_foreach (json_object_get(state, "rights"), i, right) {
		if (strcmp(json_string_value(right), "present") == 0)
			return true;
	}
	return false;
}

static void take_presenting(UiDocuments *d, const json_t *state)
{
	const json_t *told = json_object_get(state, "presenting");
	const char *seat = json_text(told, "seat");
	bool may = may_read(state);
	struct presenting now;

	memset(&now, 0, sizeof(now)); /* padding too, for it is compared */
	now.on = json_is_object(told);
	now.own = now.on && strcmp(seat, json_text(state, "seat")) == 0;
	now.file = integer(told, "file");
	now.page = integer(told, "page");
	if (now.on)
		g_strlcpy(now.name, name_of(state, seat), sizeof(now.name));
	g_strlcpy(now.bid, json_text(told, "bid"), sizeof(now.bid));
	if (memcmp(&now, &d->presenting, sizeof(now)) == 0 && may == d->may_present)
		return;
	d->presenting = now;
	d->may_present = may;
	g_signal_emit(d, signals[PRESENTING], 0);
}

static void take_reader(UiDocuments *d, const json_t *state)
{
	const char *seat = json_text(state, "seat");

	if (*seat)
		g_strlcpy(d->reader, name_of(state, seat), sizeof(d->reader));
}

void ui_documents_notice(
	UiDocuments *d, const char *name, const json_t *fields, const json_t *state)
{
	if (strcmp(name, "documents") == 0) {
		list_take(d, d->out.list(d->out.user));
		g_signal_emit(d, signals[LISTED], 0);
	} else if (strcmp(name, "document") == 0) {
		take_document(d, fields);
	} else if (strcmp(name, "present_refused") == 0) {
		g_signal_emit(d, signals[REFUSED], 0, json_text(fields, "code"));
	}
	take_reader(d, state);
	take_presenting(d, state);
}

void ui_documents_clear(UiDocuments *d)
{
	list_take(d, NULL);
	memset(&d->presenting, 0, sizeof(d->presenting));
	d->may_present = false;
	d->reader[0] = '\0';
	g_signal_emit(d, signals[LISTED], 0);
	g_signal_emit(d, signals[PRESENTING], 0);
}

const char *ui_documents_reader(UiDocuments *d)
{
	return d->reader;
}

const struct presenting *ui_documents_presenting(UiDocuments *d)
{
	return &d->presenting;
}

bool ui_documents_may_present(UiDocuments *d)
{
	return d->may_present;
}

/* ---- the user's ---- */

void ui_documents_want(UiDocuments *d, const char *bid, int file)
{
	d->out.want(d->out.user, bid, file);
}

GInputStream *ui_documents_open(UiDocuments *d, const char *bid, int file)
{
	return d->out.open(d->out.user, bid, file);
}

void ui_documents_present(UiDocuments *d, const char *bid, int file, int page)
{
	d->out.present(d->out.user, bid, file, page);
}

/* ---- making and ending ---- */

static void ui_documents_init(UiDocuments *d)
{
	d->index = g_array_new(FALSE, FALSE, sizeof(struct entry));
}

static void ui_documents_finalize(GObject *object)
{
	UiDocuments *d = UI_DOCUMENTS(object);

	g_array_unref(d->index);
	json_decref(d->list);
	G_OBJECT_CLASS(ui_documents_parent_class)->finalize(object);
}

static void ui_documents_class_init(UiDocumentsClass *class)
{
	G_OBJECT_CLASS(class)->finalize = ui_documents_finalize;
	signals[LISTED] = g_signal_new("listed", UI_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 0);
	signals[DOCUMENT] = g_signal_new("document", UI_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);
	signals[REFUSED] = g_signal_new("refused", UI_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0, NULL,
		NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
	signals[PRESENTING] = g_signal_new("presenting", UI_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0,
		NULL, NULL, NULL, G_TYPE_NONE, 0);
}

UiDocuments *ui_documents_new(const struct ui_documents_out *out)
{
	UiDocuments *d = g_object_new(UI_TYPE_DOCUMENTS, NULL);

	d->out = *out;
	return d;
}
