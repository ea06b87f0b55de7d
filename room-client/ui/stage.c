/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/stage.h"

#include <string.h>

#include "room-client/ui/tile.h"

struct _UiStage {
	GtkWidget parent;
	UiRoom *room;
	enum stage_mode mode;
	GPtrArray *tiles; /* UiTile, children of the stage */
	UiTile *kept;     /* large by the user's wish; NULL: the speaker */
	UiTile *large;    /* in STAGE_SPEAKER */
};

G_DEFINE_FINAL_TYPE(UiStage, ui_stage, GTK_TYPE_WIDGET)

static UiTile *tile_at(UiStage *s, guint i)
{
	return g_ptr_array_index(s->tiles, i);
}

static bool shows(UiTile *t, const char *seat, enum mute_source source)
{
	const struct person_facts *f = ui_person_facts(ui_tile_person(t));

	return ui_tile_source(t) == source && (*seat ? strcmp(f->seat, seat) == 0 : f->own);
}

static UiTile *tile_find(UiStage *s, const char *seat, enum mute_source source)
{
	for (guint i = 0; i < s->tiles->len; i++) {
		if (shows(tile_at(s, i), seat, source))
			return tile_at(s, i);
	}
	return NULL;
}

/* ---- which tiles there are ---- */

static void tile_clicked(GtkGestureClick *gesture, int n, double x, double y, UiStage *s)
{
	UiTile *t = UI_TILE(gtk_event_controller_get_widget(GTK_EVENT_CONTROLLER(gesture)));

	if (s->mode != STAGE_SPEAKER)
		return;
	s->kept = s->kept == t ? NULL : t;
	gtk_widget_queue_allocate(GTK_WIDGET(s));
}

static void tile_add(UiStage *s, UiPerson *person, enum mute_source source)
{
	UiTile *t = ui_tile_new(s->room, person, source);
	GtkGesture *click = gtk_gesture_click_new();

	g_signal_connect_object(click, "released", G_CALLBACK(tile_clicked), s, 0);
	gtk_widget_add_controller(GTK_WIDGET(t), GTK_EVENT_CONTROLLER(click));
	gtk_widget_set_parent(GTK_WIDGET(t), GTK_WIDGET(s));
	g_ptr_array_add(s->tiles, t);
	gtk_widget_queue_resize(GTK_WIDGET(s));
}

static void tile_remove(UiStage *s, UiTile *t)
{
	if (s->kept == t)
		s->kept = NULL;
	if (s->large == t)
		s->large = NULL;
	g_ptr_array_remove(s->tiles, t);
	gtk_widget_unparent(GTK_WIDGET(t));
	gtk_widget_queue_resize(GTK_WIDGET(s));
}

static bool is_wanted(const struct person_facts *f, enum mute_source source)
{
	if (source == MUTE_SCREEN)
		return f->presence == PRESENCE_PRESENT && f->has_screen;
	return f->presence == PRESENCE_PRESENT || f->presence == PRESENCE_LOST;
}

static void person_changed(UiPerson *person, UiStage *s)
{
	static const enum mute_source sources[] = {MUTE_CAM, MUTE_SCREEN};
	const struct person_facts *f = ui_person_facts(person);

	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		UiTile *t = tile_find(s, f->seat, sources[i]);

		if (!t && is_wanted(f, sources[i]))
			tile_add(s, person, sources[i]);
		else if (t && !is_wanted(f, sources[i]))
			tile_remove(s, t);
	}
	if (s->mode == STAGE_SPEAKER)
		gtk_widget_queue_allocate(GTK_WIDGET(s));
}

static bool is_listed(UiStage *s, UiTile *t)
{
	return ui_room_person(s->room, ui_person_facts(ui_tile_person(t))->seat) ==
	       ui_tile_person(t);
}

static void persons_changed(GListModel *persons, guint at, guint removed, guint added, UiStage *s)
{
	for (guint i = s->tiles->len; removed > 0 && i > 0; i--) {
		if (!is_listed(s, tile_at(s, i - 1)))
			tile_remove(s, tile_at(s, i - 1));
	}
	for (guint i = at; i < at + added; i++) {
		g_autoptr(UiPerson) p = g_list_model_get_item(persons, i);

		g_signal_connect_object(p, "changed", G_CALLBACK(person_changed), s, 0);
		person_changed(p, s);
	}
}

/* ---- where they stand ---- */

static bool has_camera(UiTile *t)
{
	return ui_person_facts(ui_tile_person(t))->has_cam;
}

/* A shared screen goes before who speaks; whoever was large stays so while nobody does. */
static UiTile *large_choose(UiStage *s)
{
	UiTile *other = NULL;

	if (s->kept)
		return s->kept;
	for (guint i = 0; i < s->tiles->len; i++) {
		UiTile *t = tile_at(s, i);
		const struct person_facts *f = ui_person_facts(ui_tile_person(t));

		if (ui_tile_source(t) == MUTE_SCREEN)
			return t;
		if (f->speaking && !f->own)
			s->large = t;
		if (!f->own && (!other || (f->has_cam && !has_camera(other))))
			other = t;
	}
	if (s->large)
		return s->large;
	return other ? other : tile_at(s, 0);
}

static void ui_stage_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	UiStage *s = UI_STAGE(widget);
	g_autofree struct stage_box *boxes = g_new0(struct stage_box, MAX(s->tiles->len, 1));
	guint large = 0;

	if (s->tiles->len == 0)
		return;
	if (s->mode == STAGE_SPEAKER)
		g_ptr_array_find(s->tiles, large_choose(s), &large);
	stage_layout(s->mode, (int)s->tiles->len, (int)large, width - 2 * STAGE_GAP,
		height - 2 * STAGE_GAP, boxes);
	for (guint i = 0; i < s->tiles->len; i++) {
		GtkWidget *tile = GTK_WIDGET(tile_at(s, i));
		const struct stage_box *b = &boxes[i];
		GtkAllocation place = {b->x + STAGE_GAP, b->y + STAGE_GAP, b->width, b->height};

		gtk_widget_set_child_visible(tile, b->width > 0 && b->height > 0);
		if (b->width > 0 && b->height > 0)
			gtk_widget_size_allocate(tile, &place, -1);
	}
}

/* Any size will do; a tile's own wishes do not count. */
static void ui_stage_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
	int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
	UiStage *s = UI_STAGE(widget);
	int ignored;

	for (guint i = 0; i < s->tiles->len; i++)
		gtk_widget_measure(
			GTK_WIDGET(tile_at(s, i)), orientation, -1, &ignored, NULL, NULL, NULL);
	*minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 240 : 160;
	*natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : 450;
}

/* ---- for the page ---- */

void ui_stage_set_room(UiStage *s, UiRoom *room)
{
	GListModel *persons;

	if (s->room) {
		persons = ui_room_persons(s->room);
		g_signal_handlers_disconnect_by_data(persons, s);
		for (guint i = 0; i < g_list_model_get_n_items(persons); i++) {
			g_autoptr(UiPerson) p = g_list_model_get_item(persons, i);

			g_signal_handlers_disconnect_by_data(p, s);
		}
	}
	while (s->tiles->len > 0)
		tile_remove(s, tile_at(s, s->tiles->len - 1));
	g_set_object(&s->room, room);
	if (!room)
		return;
	persons = ui_room_persons(room);
	g_signal_connect_object(persons, "items-changed", G_CALLBACK(persons_changed), s, 0);
	persons_changed(persons, 0, 0, g_list_model_get_n_items(persons), s);
}

void ui_stage_set_mode(UiStage *s, enum stage_mode mode)
{
	s->mode = mode;
	gtk_widget_queue_allocate(GTK_WIDGET(s));
}

void ui_stage_set_picture(UiStage *s, const char *seat, enum mute_source source, int width,
	int height, size_t stride, GBytes *pixels)
{
	UiTile *t = tile_find(s, seat, source);

	if (t)
		ui_tile_set_picture(t, width, height, stride, pixels);
}

static void ui_stage_dispose(GObject *object)
{
	UiStage *s = UI_STAGE(object);

	ui_stage_set_room(s, NULL);
	G_OBJECT_CLASS(ui_stage_parent_class)->dispose(object);
}

static void ui_stage_finalize(GObject *object)
{
	g_ptr_array_unref(UI_STAGE(object)->tiles);
	G_OBJECT_CLASS(ui_stage_parent_class)->finalize(object);
}

static void ui_stage_class_init(UiStageClass *class)
{
	GtkWidgetClass *widget = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = ui_stage_dispose;
	G_OBJECT_CLASS(class)->finalize = ui_stage_finalize;
	widget->size_allocate = ui_stage_size_allocate;
	widget->measure = ui_stage_measure;
	gtk_widget_class_set_accessible_role(widget, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void ui_stage_init(UiStage *s)
{
	s->tiles = g_ptr_array_new();
	gtk_widget_add_css_class(GTK_WIDGET(s), "stage");
	gtk_widget_set_hexpand(GTK_WIDGET(s), TRUE);
	gtk_widget_set_vexpand(GTK_WIDGET(s), TRUE);
}
