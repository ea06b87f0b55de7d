/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_QUEUE_H
#define SERVER_ROOM_QUEUE_H

/*
 * The media that waits for one receiver: audio first, then video (control texts go before both and
 * wait in the connection). Bounded in bytes and in age; under pressure it sheds as measured best
 * for a line slower than its stream:
 *
 *	audio older than 400 ms                 the oldest goes
 *	oldest video older than 200 ms          one temporal layer less, a step per 300 ms
 *	oldest video older than 800 ms          all of it goes until the next key frame, which is
 *asked 5 s of calm                             one temporal layer more, entered at a layer-sync
 *frame
 *
 * Each video track stands in a lane of its own, in which order is never changed. Owned by the
 * loop thread. Times are the loop's monotonic milliseconds.
 */
#include "server/room/object.h"

#define QUEUE_AUDIO_MAX_MS 400
#define QUEUE_VIDEO_STEP_MS 200
#define QUEUE_VIDEO_FLUSH_MS 800
#define QUEUE_STEP_EVERY_MS 300
#define QUEUE_CALM_MS 5000
#define QUEUE_TELL_EVERY_MS 1000

#define QUEUE_AUDIO_MAX_BYTES (256 * 1024)
#define QUEUE_VIDEO_MAX_BYTES (4 * 1024 * 1024)

/* What one joined write takes at most and, while the line is full, at least (unless a single object
 * is longer). What was handed over can no longer be overtaken by audio. */
#define QUEUE_WRITE_MAX (60 * 1024)
#define QUEUE_WRITE_MIN (4 * 1024)

#define LANE_PRIORITY_DEFAULT 128

/* One video track as one receiver gets it. */
struct lane {
	uint16_t track;
	uint8_t priority;  /* larger goes first */
	uint8_t max_layer; /* highest temporal layer the receiver wants */
	uint8_t level;     /* highest temporal layer that passes now */
	bool need_key;     /* nothing passes before the next key frame */
	GQueue objects;
	size_t bytes;
};

/* How bad it is, as the lag message counts it. */
enum queue_lag_level {
	QUEUE_LAG_NONE,
	QUEUE_LAG_LAYER_1, /* one temporal layer less */
	QUEUE_LAG_LAYER_2,
	QUEUE_LAG_FLUSHED, /* no video until the next key frame */
	QUEUE_LAG_AUDIO,   /* audio was dropped */
};

/* One notice; an episode begins with the first thing shed and ends when all passes again. */
struct queue_lag {
	enum queue_lag_level level;
	bool begins, ends;
	uint32_t dropped;       /* objects since the last notice */
	uint32_t dropped_total; /* objects since the episode began */
};

/* What the queue asks of its owner, from within the calls below. */
struct queue_out {
	void (*need_key)(void *ctx, uint16_t track);
	void (*lag)(void *ctx, const struct queue_lag *lag);
	void *ctx;
};

struct queue {
	struct queue_out out;
	GQueue audio;
	GPtrArray *lanes; /* struct lane *, not owned */
	size_t audio_bytes;
	size_t video_bytes;
	size_t write_max;   /* what the next joined write may take */
	int64_t policed_ms; /* when the limits were last applied */
	uint8_t level;      /* highest temporal layer for all lanes */
	int64_t stepped_ms; /* last step downwards */
	int64_t pressed_ms; /* last sign of pressure; calm is counted from here */
	int64_t late_ms;    /* last time that something waited too long or was shed */
	struct queue_lag lag;
	int64_t told_ms;
	bool in_lag;
};

/* Lanes must outlive the queue or be removed from it. */
void queue_init(struct queue *q, const struct queue_out *out, int64_t now_ms);
void queue_done(struct queue *q);

/* Empties everything and starts as new: the receiver has gone or come again. Lanes stay. */
void queue_reset(struct queue *q, int64_t now_ms);

void lane_init(struct lane *l, uint16_t track);
void queue_add_lane(struct queue *q, struct lane *l);
/* Drops what waits in it. */
void queue_remove_lane(struct queue *q, struct lane *l);

/* Drops what waits and lets nothing pass before the next key frame (mute, switched off). */
void queue_restart_lane(struct queue *q, struct lane *l);

/* Drops what waits of one audio track (mute, switched off). */
void queue_drop_audio(struct queue *q, uint16_t track);

/* Each takes its own reference. */
void queue_push_audio(struct queue *q, struct object *o, int64_t now_ms);
void queue_push_video(struct queue *q, struct lane *l, struct object *o, int64_t now_ms);

bool queue_is_empty(const struct queue *q);

/* Whether something waited too long or was shed in the last second. */
bool queue_is_late(const struct queue *q, int64_t now_ms);

/*
 * Applies the limits, then offers what the next joined write shall carry to `put`, in order, until
 * put says that no more fits or the write has its share. put only looks at the object. Returns true
 * if anything is left.
 */
bool queue_collect(
	struct queue *q, int64_t now_ms, bool (*put)(void *ctx, const struct object *o), void *ctx);

#endif
