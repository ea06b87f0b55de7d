/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of the bids' documents as the server gives it: two bytes of HTTP status, then the
 * answer. Whatever it says, the client has a list or says why it has none; each file of the list
 * can be asked for, which comes to nothing here for want of a sign-in, and the window is told of
 * it.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "room-client/documents.h"
#include "room-client/ui/documents.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct desk {
	struct documents *documents;
	UiDocuments *shown;
	unsigned n_listed, n_failed;
};

static const char *no_token(void *user)
{
	return NULL;
}

static bool never_behind(void *user)
{
	return false;
}

static void out_listed(void *user)
{
	struct desk *d = user;

	d->n_listed++;
	ui_documents_notice(d->shown, "documents", NULL, NULL);
}

static void out_changed(void *user, const json_t *document)
{
	struct desk *d = user;
	const char *code = json_string_value(json_object_get(document, "code"));

	if (code) {
		g_assert_cmpstr(code, ==, "no_sign_in");
		d->n_failed++;
	}
	ui_documents_notice(d->shown, "document", document, NULL);
}

static json_t *ui_list(void *user)
{
	json_t *list = documents_list(((struct desk *)user)->documents);

	g_assert(list);
	return list;
}

static bool ui_want(void *user, const char *bid, int file)
{
	return documents_want(((struct desk *)user)->documents, bid, file);
}

static GInputStream *ui_open(void *user, const char *bid, int file)
{
	return documents_open(((struct desk *)user)->documents, bid, file);
}

static void check_shown(struct desk *d, const struct https_answer *answer)
{
	const char *code = ui_documents_code(d->shown);

	g_assert_cmpuint(d->n_listed, ==, 1);
	g_assert(*code || (answer->status == 200 && json_object_get(answer->body, "items")));
	if (*code)
		g_assert_cmpuint(ui_documents_n(d->shown), ==, 0);
	for (unsigned i = 0; i < ui_documents_n(d->shown); i++) {
		struct document_facts f = ui_documents_at(d->shown, i);
		g_autofree char *bid = g_strdup(f.bid);

		g_assert(ident_is_valid(bid, strlen(bid)) && f.file >= 1 && f.size >= 0);
		g_assert(!ui_documents_open(d->shown, bid, f.file));
		d->n_failed = 0;
		ui_documents_want(d->shown, bid, f.file);
		g_assert_cmpuint(d->n_failed, ==, 1);
		g_assert(ui_documents_find(d->shown, bid, f.file, &f));
		g_assert(f.state == DOCUMENT_FAILED && f.got == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct desk d = {0};
	const struct documents_config config = {
		.api = "https://h:1", .session = "s1", .dir = g_get_tmp_dir()};
	const struct documents_out out = {&d, no_token, never_behind, out_listed, out_changed};
	const struct ui_documents_out ui_out = {
		.user = &d, .list = ui_list, .want = ui_want, .open = ui_open};

	if (size < 2)
		return 0;
	/* As link/https reads it. */
	json_auto_t *body = json_loadb(
		(const char *)data + 2, size - 2, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	const struct https_answer answer = {.status = data[0] << 8 | data[1], .body = body};

	g_assert(documents_new(&config, &out, &d.documents) == 0);
	d.shown = ui_documents_new(&ui_out);
	documents_answered(d.documents, &answer);
	check_shown(&d, &answer);
	g_object_unref(d.shown);
	documents_free(d.documents);
	return 0;
}
