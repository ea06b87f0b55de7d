/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/track.h"

#include "proto/base64.h"
#include "proto/frame.h"
#include "proto/stamp.h"
#include "server/core/error.h"
#include "server/room/rights.h"
#include "server/room/seat.h"

#include <string.h>

static const struct {
	const char *name;
	uint32_t right;
} kinds[N_TRACK_KINDS] = {
	[TRACK_CAM] = {"cam", RIGHT_CAM},
	[TRACK_MIC] = {"mic", RIGHT_MIC},
	[TRACK_SCREEN] = {"screen", RIGHT_SCREEN},
};

static const char *const mask_names[] = {
	[TRACK_MASK_NONE] = "none",
	[TRACK_MASK_MASKED] = "masked",
	[TRACK_MASK_ORIGINAL] = "original",
};

struct track *track_new(uint16_t id, struct seat *seat, const struct track_form *form,
	const char *ref, int64_t now_ms)
{
	struct track *t = g_new0(struct track, 1);

	t->id = id;
	t->seat = seat;
	t->form = *form;
	g_strlcpy(t->ref, ref, sizeof(t->ref));
	t->epoch = seat->epoch;
	memcpy(t->device_key, seat->device_key, sizeof(t->device_key));
	t->subscriptions = g_ptr_array_new();
	advice_init(&t->advice, now_ms);
	t->key_asked_ms = INT64_MIN / 2;
	return t;
}

struct track *track_free(struct track *t)
{
	if (!t)
		return NULL;
	g_assert(t->subscriptions->len == 0);
	g_ptr_array_unref(t->subscriptions);
	g_free(t);
	return NULL;
}

const char *track_kind_name(enum track_kind kind)
{
	return kinds[kind].name;
}

enum track_kind track_kind_from_name(const char *name)
{
	for (int i = 0; i < N_TRACK_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return i;
	g_assert_not_reached();
}

uint32_t track_kind_right(enum track_kind kind)
{
	return kinds[kind].right;
}

static enum track_mask mask_from_name(const char *name)
{
	for (size_t i = 0; name && i < G_N_ELEMENTS(mask_names); i++)
		if (strcmp(mask_names[i], name) == 0)
			return i;
	return TRACK_MASK_NONE;
}

const char *track_mask_name(enum track_mask mask)
{
	return mask_names[mask];
}

static const char *text_of(const json_t *message, const char *name)
{
	return json_string_value(json_object_get(message, name));
}

static int int_of(const json_t *message, const char *name)
{
	return (int)json_integer_value(json_object_get(message, name));
}

void track_form_read(const json_t *message, struct track_form *ret_form)
{
	const char *label = text_of(message, "label"), *to = text_of(message, "to");

	*ret_form = (struct track_form){
		.kind = track_kind_from_name(text_of(message, "kind")),
		.mask = mask_from_name(text_of(message, "mask")),
		.codec = frame_codec_from_name(text_of(message, "codec")),
		.width = int_of(message, "width"),
		.height = int_of(message, "height"),
		.fps = int_of(message, "fps"),
		.layers = int_of(message, "layers"),
		.simulcast_of = (uint16_t)int_of(message, "simulcast_of"),
	};
	if (label)
		g_strlcpy(ret_form->label, label, sizeof(ret_form->label));
	if (to)
		g_strlcpy(ret_form->to, to, sizeof(ret_form->to));
}

static void set_number(json_t *message, const char *name, int n)
{
	if (n)
		json_object_set_new(message, name, json_integer(n));
}

json_t *track_to_json(const struct track *t, const struct seat *viewer)
{
	const struct track_form *f = &t->form;
	char key[BASE64_SIZE(sizeof(t->device_key))];
	json_t *o = json_pack("{s:i, s:s, s:I, s:s, s:s}", "track", t->id, "seat", t->seat->id,
		"since_ms", (json_int_t)t->since_ms, "kind", track_kind_name(f->kind), "codec",
		frame_codec_name(f->codec));

	base64_encode(t->device_key, sizeof(t->device_key), key);
	json_object_set_new(o, "epoch", json_integer(t->epoch));
	json_object_set_new(o, "device_key", json_string(key));
	if (viewer == t->seat)
		json_object_set_new(o, "ref", json_string(t->ref));
	if (f->label[0] && seat_is_known_to(t->seat, viewer))
		json_object_set_new(o, "label", json_string(f->label));
	set_number(o, "width", f->width);
	set_number(o, "height", f->height);
	set_number(o, "fps", f->fps);
	set_number(o, "layers", f->layers);
	set_number(o, "simulcast_of", f->simulcast_of);
	if (f->mask != TRACK_MASK_NONE)
		json_object_set_new(o, "mask", json_string(mask_names[f->mask]));
	if (track_is_aside(t))
		json_object_set_new(o, "to", json_string(f->to));
	return o;
}

int track_take_frame(struct track *t, const struct frame *f, struct refusal *r)
{
	if (f->codec != t->form.codec)
		return refuse(r, "room.wrong_codec", NULL, "track %u was published as %s", t->id,
			frame_codec_name(t->form.codec));
	if (t->has_seq && f->seq <= t->last_seq)
		return refuse(r, "room.sequence", NULL,
			"object %" G_GUINT32_FORMAT " after %" G_GUINT32_FORMAT, f->seq,
			t->last_seq);
	t->has_seq = true;
	t->last_seq = f->seq;
	if (f->flags & FRAME_KEY)
		t->key_wanted = false;
	return 0;
}

int track_take_stamp(struct track *t, const struct stamp *s, struct refusal *r)
{
	if (s->epoch != t->epoch)
		return refuse(
			r, "room.stamp", NULL, "the seat is in epoch %" G_GUINT32_FORMAT, t->epoch);
	if (!t->has_seq || s->last_seq > t->last_seq)
		return refuse(r, "room.stamp", NULL, "it covers objects that did not come");
	if (t->has_group && s->group <= t->last_group)
		return refuse(r, "room.stamp", NULL,
			"group %" G_GUINT32_FORMAT " after %" G_GUINT32_FORMAT, s->group,
			t->last_group);
	t->has_group = true;
	t->last_group = s->group;
	return 0;
}

bool track_want_key(struct track *t, int64_t now_ms)
{
	t->key_wanted = true;
	return track_key_due(t, now_ms);
}

bool track_key_due(struct track *t, int64_t now_ms)
{
	if (!t->key_wanted || now_ms - t->key_asked_ms < TRACK_KEY_EVERY_MS)
		return false;
	t->key_asked_ms = now_ms;
	return true;
}
