/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/line.h"

#include <glib/gi18n.h>

struct _UiLine {
	GObject parent;
	enum line_state state;
	int64_t event_no, at_us;
	char *id, *author, *text, *why;
};

G_DEFINE_FINAL_TYPE(UiLine, ui_line, G_TYPE_OBJECT)

static guint changed;

static void ui_line_init(UiLine *l)
{
}

static void ui_line_finalize(GObject *object)
{
	UiLine *l = UI_LINE(object);

	g_free(l->id);
	g_free(l->author);
	g_free(l->text);
	g_free(l->why);
	G_OBJECT_CLASS(ui_line_parent_class)->finalize(object);
}

static void ui_line_class_init(UiLineClass *class)
{
	G_OBJECT_CLASS(class)->finalize = ui_line_finalize;
	changed = g_signal_new(
		"changed", UI_TYPE_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

UiLine *ui_line_new(enum line_state state, const char *id, int64_t event_no, int64_t at_us,
	const char *author, const char *text)
{
	UiLine *l = g_object_new(UI_TYPE_LINE, NULL);

	l->state = state;
	l->id = g_strdup(id);
	l->event_no = event_no;
	l->at_us = at_us;
	l->author = g_strdup(author);
	l->text = g_strdup(text);
	l->why = g_strdup("");
	return l;
}

enum line_state ui_line_state(UiLine *l)
{
	return l->state;
}

const char *ui_line_id(UiLine *l)
{
	return l->id;
}

int64_t ui_line_event_no(UiLine *l)
{
	return l->event_no;
}

int64_t ui_line_at_us(UiLine *l)
{
	return l->at_us;
}

const char *ui_line_author(UiLine *l)
{
	return l->author;
}

const char *ui_line_text(UiLine *l)
{
	return l->text;
}

const char *ui_line_why(UiLine *l)
{
	return l->why;
}

void ui_line_set_state(UiLine *l, enum line_state state, int64_t event_no, const char *why)
{
	l->state = state;
	l->event_no = event_no;
	g_free(l->why);
	l->why = g_strdup(why ? why : "");
	g_signal_emit(l, changed, 0);
}

const char *ui_line_state_words(UiLine *l)
{
	switch (l->state) {
	case LINE_SENT:
		return _("sending");
	case LINE_PENDING:
		return _("not yet accepted");
	case LINE_ACCEPTED:
		return _("accepted");
	case LINE_REFUSED:
		return _("refused");
	case LINE_EVENT:
		break;
	}
	return "";
}
