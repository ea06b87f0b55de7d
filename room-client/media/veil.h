/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Makes a person in a picture unrecognisable.
 *
 * VEIL_COVER lets nothing of the picture through but one number: how much moves in it, in four
 * steps. A drawn figure stands where the person was and lights up with the movement. It cannot fail
 * to find a face, because it does not look for one.
 *
 * VEIL_BLUR lets a mosaic of sixteen fields across the whole picture through, in few shades,
 * renewed four times a second: posture and light can be seen, and of a face that is half as high as
 * the picture some four fields by five. That is too coarse to tell people apart, and too seldom to
 * gain detail from movement, but somebody who fills the picture with the face gives more away. It
 * does not look for faces either: a detector that misses one would show it.
 *
 * Not thread-safe; one thread at a time.
 */

#include <gst/video/video.h>
#include <stdbool.h>
#include <stdint.h>

enum veil {
	VEIL_COVER,
	VEIL_BLUR,
};

struct veil_state;

struct veil_state *veil_new(enum veil kind);
struct veil_state *veil_free(struct veil_state *v);

/* In place; the frame is mapped for writing, its format is I420. */
void veil_draw(struct veil_state *v, GstVideoFrame *frame);
