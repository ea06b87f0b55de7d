/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Where a track's pictures or sounds come from, as written on the command line:
 *
 *	test[:PATTERN]   a moving picture or a sound made here (a videotestsrc pattern, an
 *	                 audiotestsrc wave)
 *	device[:PATH]    a camera (V4L2), a microphone (PulseAudio by name, ALSA as "hw:…") or a
 *	                 screen (X11, as ":0")
 *	file:PATH        a media file, over and over; VP8 and Opus in it pass through unchanged
 *	shm:PATH         what another program gives away by GStreamer's shmsink at this socket: raw
 *	                 I420 in the configured size and rate, S16LE mono of 48 kHz
 *	none             nothing
 */

enum media_kind {
	MEDIA_VIDEO,
	MEDIA_AUDIO,
	MEDIA_SCREEN,
};

enum media_source_kind {
	MEDIA_SOURCE_NONE,
	MEDIA_SOURCE_TEST,
	MEDIA_SOURCE_DEVICE,
	MEDIA_SOURCE_FILE,
	MEDIA_SOURCE_SHM,
};

enum media_source_refusal {
	MEDIA_SOURCE_E_KIND = 1, /* none of these words */
	MEDIA_SOURCE_E_PATTERN,  /* a test pattern's name has letters, digits and dashes only */
	MEDIA_SOURCE_E_PATH,     /* file: or shm: without a path */
};

struct media_source {
	enum media_source_kind kind;
	char *detail; /* pattern or path; NULL when none was written */
};

/* The result is released with media_source_done. */
int media_source_parse(const char *text, struct media_source *ret_source);
void media_source_done(struct media_source *source);
