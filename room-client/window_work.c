/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of the bids and the expert's own work: what they ask of the client. */
#include <string.h>

#include "room-client/ui/document_desk.h"
#include "room-client/ui/work_page.h"
#include "room-client/window_around.h"

/* ---- documents ---- */

static json_t *documents_listed(void *user)
{
	return app_documents(((struct around *)user)->app);
}

static bool wants_document(void *user, const char *bid, int file)
{
	struct around *a = user;

	return a->app && app_document_want(a->app, bid, file);
}

static GInputStream *wants_opened(void *user, const char *bid, int file)
{
	struct around *a = user;

	return a->app ? app_document_open(a->app, bid, file) : NULL;
}

static void wants_presented(void *user, const char *bid, int file, int page)
{
	struct around *a = user;

	if (a->app)
		app_present(a->app, bid, file, page);
}

static void documents_wanted(UiDocumentDesk *desk, struct around *a)
{
	ui_window_show_documents(a->window);
}

void around_make_documents(struct around *a)
{
	struct ui_documents_out out = {
		a, documents_listed, wants_document, wants_opened, wants_presented};
	GtkWidget *desk;

	if (!a->documents)
		a->documents = ui_documents_new(&out);
	desk = ui_document_desk_new(a->documents);
	g_signal_connect(desk, "wanted", G_CALLBACK(documents_wanted), a);
	ui_window_set_documents(a->window, desk);
}

/* ---- the expert's own work ---- */

static bool wants_call(void *user, const struct work_call *call, work_answered *answered,
	void *data, GDestroyNotify done)
{
	struct around *a = user;
	const struct app_request asked = {call->method, call->path, call->version, call->body};

	if (a->app)
		return app_call(a->app, &asked, answered, data, done);
	done(data);
	return false;
}

static int wants_signature(
	void *user, const char *account, const void *data, size_t len, struct work_signature *ret)
{
	struct keys_signature signature;
	int r = app_sign(((struct around *)user)->app, account, data, len, &signature);

	if (r)
		return r;
	ret->given = signature.given;
	memcpy(ret->key, signature.key, sizeof(ret->key));
	memcpy(ret->sig, signature.sig, sizeof(ret->sig));
	return 0;
}

static void work_changed(UiWork *work, struct around *a)
{
	if (a->window) /* not while everything ends */
		ui_window_offer_work(a->window, ui_work_facts(work)->task != WORK_NONE);
}

static void work_wanted(UiWorkPage *page, struct around *a)
{
	ui_window_show_work(a->window);
}

void around_make_work(struct around *a)
{
	struct ui_work_out out = {a, wants_call, WORK_PAUSE_MS, WORK_AGAIN_MS, wants_signature};
	GtkWidget *page;

	if (!a->work) {
		a->work = ui_work_new(&out);
		g_signal_connect(a->work, "changed", G_CALLBACK(work_changed), a);
	}
	page = ui_work_page_new(a->work);
	g_signal_connect(page, "wanted", G_CALLBACK(work_wanted), a);
	ui_window_set_work(a->window, page);
	work_changed(a->work, a);
}
