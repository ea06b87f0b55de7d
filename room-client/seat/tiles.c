/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/tiles.h"

#include <string.h>

/* A picture that is not quite as high as its tile looks well enough: four fifths. */
#define FILLS_NUMERATOR 4
#define FILLS_DENOMINATOR 5

/* Pixels of height. In a tile this small half of the pictures are enough to see who is there. */
#define SMALL_MAX 150
#define LARGE_MIN 300

enum priority {
	PRIORITY_SMALL = 96,
	PRIORITY_MIDDLE = 128,
	PRIORITY_LARGE = 160,
	PRIORITY_SCREEN = 192,
	PRIORITY_SPEAKER = 224,
};

enum variant {
	VARIANT_PLAIN,
	VARIANT_MASKED,
	VARIANT_ORIGINAL, /* who gets it may see it */
};

struct tile {
	int width, height; /* 0 × 0: hidden */
};

struct track {
	uint16_t id;
	char seat[IDENT_SIZE];
	enum mute_source source;
	enum variant variant;
	int width, height;
	struct roster_wish wish; /* as told */
	struct tile tile;        /* as told */
};

struct tiles {
	bool all;
	struct tiles_out out;
	GHashTable *tracks; /* id → struct track, owned */
	GHashTable *shown;  /* "SOURCE SEAT" → struct tile, owned */
	char speaker[IDENT_SIZE];
};

struct tiles *tiles_new(bool all, const struct tiles_out *out)
{
	struct tiles *t = g_new0(struct tiles, 1);

	t->all = all;
	t->out = *out;
	t->tracks = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	t->shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return t;
}

struct tiles *tiles_free(struct tiles *t)
{
	if (!t)
		return NULL;
	g_hash_table_unref(t->tracks);
	g_hash_table_unref(t->shown);
	g_free(t);
	return NULL;
}

static char *tile_key(const char *seat, enum mute_source source)
{
	return g_strdup_printf("%d %s", (int)source, seat);
}

static struct tile tile_of(const struct tiles *t, const char *seat, enum mute_source source)
{
	g_autofree char *key = tile_key(seat, source);
	const struct tile *tile = g_hash_table_lookup(t->shown, key);

	return tile ? *tile : (struct tile){0};
}

static bool is_of(const struct track *track, const char *seat, enum mute_source source)
{
	return track->source == source && strcmp(track->seat, seat) == 0;
}

static bool fills(const struct track *track, struct tile tile)
{
	/* The picture keeps its shape, so a narrow tile is not filled to its height. */
	int64_t wide = track->width > 0 ? (int64_t)tile.width * track->height / track->width : 0;
	int64_t needed = wide > 0 && wide < tile.height ? wide : tile.height;

	return (int64_t)track->height * FILLS_DENOMINATOR >= needed * FILLS_NUMERATOR;
}

/* Whether a serves the tile better than b. */
static bool is_better(const struct track *a, const struct track *b, struct tile tile)
{
	bool hidden = tile.height == 0, a_fills = !hidden && fills(a, tile),
	     b_fills = !hidden && fills(b, tile);

	if (a->variant != b->variant)
		return a->variant > b->variant;
	if (a_fills != b_fills)
		return a_fills;
	if (a->height != b->height)
		return a_fills ? a->height < b->height : a->height > b->height;
	return a->id > b->id; /* the newer */
}

static uint8_t priority_of(const struct tiles *t, const struct track *track, struct tile tile)
{
	if (strcmp(track->seat, t->speaker) == 0)
		return PRIORITY_SPEAKER;
	if (track->source == MUTE_SCREEN)
		return PRIORITY_SCREEN;
	if (tile.height >= LARGE_MIN)
		return PRIORITY_LARGE;
	return tile.height == 0 || tile.height > SMALL_MAX ? PRIORITY_MIDDLE : PRIORITY_SMALL;
}

/* How a track is taken for a tile. Of voices there is nothing to choose. */
static struct roster_wish wish_for(
	const struct tiles *t, const struct track *track, struct tile tile)
{
	struct roster_wish wish = ROSTER_WISH_ALL;

	if (track->source == MUTE_MIC)
		return wish;
	wish.priority = priority_of(t, track, tile);
	if (wish.priority == PRIORITY_SMALL)
		wish.layer = FRAME_LAYER_MAX - 1;
	return wish;
}

static void tell(struct tiles *t, struct track *track, struct roster_wish wish, struct tile tile)
{
	const struct roster_wish *was = &track->wish;

	if (was->on != wish.on || was->layer != wish.layer || was->priority != wish.priority) {
		track->wish = wish;
		t->out.want(t->out.user, track->id, &wish);
	}
	if (track->tile.width != tile.width || track->tile.height != tile.height) {
		track->tile = tile;
		t->out.fit(t->out.user, track->id, tile.width, tile.height);
	}
}

static void choose(struct tiles *t, const char *seat, enum mute_source source)
{
	struct tile tile = tile_of(t, seat, source), none = {0};
	bool wanted = source == MUTE_MIC || t->all || tile.height > 0;
	struct track *track, *best = NULL;
	GHashTableIter it;

	g_hash_table_iter_init(&it, t->tracks);
	while (g_hash_table_iter_next(&it, NULL, (void **)&track)) {
		if (is_of(track, seat, source) && (!best || is_better(track, best, tile)))
			best = track;
	}
	g_hash_table_iter_init(&it, t->tracks);
	while (g_hash_table_iter_next(&it, NULL, (void **)&track)) {
		if (is_of(track, seat, source) && (track != best || !wanted))
			tell(t, track, (struct roster_wish){.on = false}, none);
	}
	if (best && wanted)
		tell(t, best, wish_for(t, best, tile), tile);
}

void tiles_show(struct tiles *t, const char *seat, enum mute_source source, int width, int height)
{
	g_autofree char *key = tile_key(seat, source);
	struct tile *tile;

	if (width <= 0 || height <= 0) {
		g_hash_table_remove(t->shown, key);
	} else {
		tile = g_new(struct tile, 1);
		*tile = (struct tile){width, height};
		g_hash_table_replace(t->shown, g_steal_pointer(&key), tile);
	}
	choose(t, seat, source);
}

static void choose_all(struct tiles *t, const char *seat)
{
	for (int i = 0; i < MUTE_N_SOURCES && *seat; i++)
		choose(t, seat, (enum mute_source)i);
}

void tiles_speaker(struct tiles *t, const char *seat)
{
	char before[IDENT_SIZE];

	memcpy(before, t->speaker, sizeof(before));
	g_strlcpy(t->speaker, seat ? seat : "", sizeof(t->speaker));
	choose_all(t, before);
	choose_all(t, t->speaker);
}

static enum variant variant_of(const json_t *form)
{
	const char *mask = json_string_value(json_object_get(form, "mask"));

	if (g_strcmp0(mask, "original") == 0)
		return VARIANT_ORIGINAL;
	return g_strcmp0(mask, "masked") == 0 ? VARIANT_MASKED : VARIANT_PLAIN;
}

void tiles_track(struct tiles *t, const struct roster_track *track)
{
	struct track *mine = g_new0(struct track, 1);

	mine->id = track->id;
	g_strlcpy(mine->seat, track->seat, sizeof(mine->seat));
	mine->source = mute_source_from_name(track->kind);
	mine->variant = variant_of(track->form);
	mine->width = (int)json_integer_value(json_object_get(track->form, "width"));
	mine->height = (int)json_integer_value(json_object_get(track->form, "height"));
	mine->wish = ROSTER_WISH_ALL;
	g_hash_table_replace(t->tracks, GUINT_TO_POINTER(mine->id), mine);
	choose(t, mine->seat, mine->source);
}

void tiles_track_gone(struct tiles *t, uint16_t id)
{
	const struct track *track = g_hash_table_lookup(t->tracks, GUINT_TO_POINTER(id));
	char seat[IDENT_SIZE];
	enum mute_source source;

	if (!track)
		return;
	memcpy(seat, track->seat, sizeof(seat));
	source = track->source;
	g_hash_table_remove(t->tracks, GUINT_TO_POINTER(id));
	choose(t, seat, source);
}

bool tiles_find(
	const struct tiles *t, uint16_t id, const char **ret_seat, enum mute_source *ret_source)
{
	const struct track *track = g_hash_table_lookup(t->tracks, GUINT_TO_POINTER(id));

	if (!track || !track->wish.on || track->source == MUTE_MIC)
		return false;
	*ret_seat = track->seat;
	*ret_source = track->source;
	return true;
}
