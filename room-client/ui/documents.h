/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The documents of the session as the window shows them: what there is, how far it is fetched, what
 * is presented and by whom. No GTK.
 *
 * Signals: "listed" after the list came or failed; "document" (bid, file) when one is further;
 * "presenting" when another page, or none, is presented, or the right to present came or went; and
 * "refused" (code) when the own page could not be presented.
 */

#include <gio/gio.h>
#include <jansson.h>
#include <stdbool.h>

#include "proto/ident.h"

/* What documents ask of the client; see room-client/app.h. */
struct ui_documents_out {
	void *user;
	json_t *(*list)(void *user);
	bool (*want)(void *user, const char *bid, int file);
	GInputStream *(*open)(void *user, const char *bid, int file);
	void (*present)(void *user, const char *bid, int file, int page);
};

enum document_state {
	DOCUMENT_ABSENT,
	DOCUMENT_WAITING,
	DOCUMENT_LOADING,
	DOCUMENT_READY,
	DOCUMENT_FAILED,
};

/* Strings are valid until the next notice. */
struct document_facts {
	const char *bid, *bidder, *name;
	int file;
	enum document_state state;
	int64_t size, got;
	const char *code; /* why it failed; "" otherwise */
};

struct presenting {
	bool on, own;
	char name[64 * 4 + 1]; /* of who presents, for people */
	char bid[IDENT_SIZE];
	int file, page;
};

#define UI_TYPE_DOCUMENTS (ui_documents_get_type())
G_DECLARE_FINAL_TYPE(UiDocuments, ui_documents, UI, DOCUMENTS, GObject)

/* Copies out. */
UiDocuments *ui_documents_new(const struct ui_documents_out *out);

/* As the client tells it; state is what app_state gives after the notice. */
void ui_documents_notice(
	UiDocuments *d, const char *name, const json_t *fields, const json_t *state);
/* The client is gone, and with it everything. */
void ui_documents_clear(UiDocuments *d);

unsigned ui_documents_n(UiDocuments *d);
/* In the order of the list; i < ui_documents_n. */
struct document_facts ui_documents_at(UiDocuments *d, unsigned i);
/* False: there is none. */
bool ui_documents_find(UiDocuments *d, const char *bid, int file, struct document_facts *ret_facts);
/* Why there is no list; "" when there is one. */
const char *ui_documents_code(UiDocuments *d);
/* Who reads, for people; "" until it was told. Valid until the next notice. */
const char *ui_documents_reader(UiDocuments *d);
const struct presenting *ui_documents_presenting(UiDocuments *d);
bool ui_documents_may_present(UiDocuments *d);

void ui_documents_want(UiDocuments *d, const char *bid, int file);
/* NULL: it is not there; transfer full. */
GInputStream *ui_documents_open(UiDocuments *d, const char *bid, int file);
/* bid NULL: present nothing any more. */
void ui_documents_present(UiDocuments *d, const char *bid, int file, int page);
