/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/glass_show.h"

#include <gtk/gtk.h>

#define COLUMNS 3

struct tile {
	GtkPicture *picture;
	GdkTexture *waiting;
	guint tick;
};

struct glass_show {
	GtkWindow *window;
	struct tile *tiles;
};

struct glass_show *glass_show_new(int n, int width, int height)
{
	struct glass_show *s;
	GtkGrid *grid;

	if (!gtk_init_check())
		return NULL;
	s = g_new0(struct glass_show, 1);
	s->tiles = g_new0(struct tile, (size_t)n);
	s->window = GTK_WINDOW(gtk_window_new());
	grid = GTK_GRID(gtk_grid_new());
	for (int i = 0; i < n; i++) {
		s->tiles[i].picture = GTK_PICTURE(gtk_picture_new());
		gtk_widget_set_size_request(GTK_WIDGET(s->tiles[i].picture), width, height);
		gtk_grid_attach(
			grid, GTK_WIDGET(s->tiles[i].picture), i % COLUMNS, i / COLUMNS, 1, 1);
	}
	gtk_window_set_child(s->window, GTK_WIDGET(grid));
	gtk_window_present(s->window);
	return s;
}

static gboolean ticked(GtkWidget *widget, GdkFrameClock *clock, void *user)
{
	struct tile *t = user;

	t->tick = 0;
	gtk_picture_set_paintable(t->picture, GDK_PAINTABLE(t->waiting));
	g_clear_object(&t->waiting);
	return G_SOURCE_REMOVE;
}

void glass_show_picture(struct glass_show *s, int i, const struct picture *p)
{
	struct tile *t = &s->tiles[i];

	g_clear_object(&t->waiting);
	t->waiting = gdk_memory_texture_new(
		p->width, p->height, GDK_MEMORY_B8G8R8A8, p->pixels, p->stride);
	if (!t->tick)
		t->tick = gtk_widget_add_tick_callback(GTK_WIDGET(t->picture), ticked, t, NULL);
}

struct glass_show *glass_show_free(struct glass_show *s)
{
	if (!s)
		return NULL;
	gtk_window_destroy(s->window);
	g_free(s->tiles);
	g_free(s);
	return NULL;
}
