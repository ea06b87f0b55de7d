/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/object.h"

#include "proto/bytes.h"
#include "proto/frame.h"

/* Both kinds of message have their track at the same place (proto/README.md). */
#define OFF_FLAGS 1
#define OFF_TRACK 2

struct object *object_new(uint8_t *data, size_t len, uint32_t session_ms, int64_t now_ms)
{
	static uint64_t last_id; /* the loop thread is the only maker */
	struct object *o = g_new(struct object, 1);
	uint8_t type = frame_type(data, len);

	frame_set_session_ms(data, session_ms);
	*o = (struct object){
		.type = type,
		.flags = type == FRAME_TYPE_MEDIA ? data[OFF_FLAGS] : 0,
		.track = be16_get(data + OFF_TRACK),
		.id = ++last_id,
		.arrived_ms = now_ms,
		.session_ms = session_ms,
		.len = len,
		.data = data,
	};
	g_atomic_ref_count_init(&o->refs);
	return o;
}

struct object *object_ref(struct object *o)
{
	g_atomic_ref_count_inc(&o->refs);
	return o;
}

void object_unref(struct object *o)
{
	if (!o || !g_atomic_ref_count_dec(&o->refs))
		return;
	g_free(o->data);
	g_free(o);
}

static void unref_object(gpointer data)
{
	object_unref(data);
}

GBytes *object_bytes(struct object *o)
{
	return g_bytes_new_with_free_func(o->data, o->len, unref_object, object_ref(o));
}

bool object_is_key(const struct object *o)
{
	return o->flags & FRAME_KEY;
}

uint8_t object_layer(const struct object *o)
{
	return frame_layer(o->flags);
}
