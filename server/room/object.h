/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_OBJECT_H
#define SERVER_ROOM_OBJECT_H

/*
 * One binary message on its way to any number of receivers: a media object or the stamp of a group
 * (proto/frame, proto/stamp). One copy serves all receivers and the recorder.
 *
 * Counted atomically: the loop makes and queues objects, the recorder's thread holds the same bytes
 * through object_bytes(). Once handed on, an object never changes.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct object {
	gatomicrefcount refs;
	uint8_t type;  /* enum frame_type */
	uint8_t flags; /* enum frame_flag; 0 for a stamp */
	uint16_t track;
	uint64_t id; /* order of arrival in this process */
	int64_t arrived_ms;
	uint32_t session_ms; /* as written into the message */
	size_t len;
	uint8_t *data;
};

/*
 * Takes a message that a parser accepted (`data` is from g_malloc and becomes the object's) and
 * writes the session time into it. `now_ms` is the loop's monotonic clock.
 */
struct object *object_new(uint8_t *data, size_t len, uint32_t session_ms, int64_t now_ms);

struct object *object_ref(struct object *o);
void object_unref(struct object *o);

/* The message as bytes that hold a reference to the object; any thread may release them. */
GBytes *object_bytes(struct object *o);

/* True for what a decoder can start with. */
bool object_is_key(const struct object *o);

/* Its temporal layer; stamps travel with the base layer. */
uint8_t object_layer(const struct object *o);

#endif
