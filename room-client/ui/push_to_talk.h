/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Push to talk: the microphone is open while a key is held, and shut otherwise. Pure; the caller
 * mutes when it is told to.
 */

#include <stdbool.h>

struct push_to_talk {
	bool on;   /* the mode */
	bool held; /* the key */
};

enum push_wish {
	PUSH_NOTHING,
	PUSH_MUTE,
	PUSH_OPEN,
};

/* muted: as it is now. */
enum push_wish push_to_talk_switch(struct push_to_talk *p, bool on, bool muted);
/* typing: the key belongs to a text that is written. A key that is held repeats itself. */
enum push_wish push_to_talk_press(struct push_to_talk *p, bool typing);
/* The key was let go, or the window lost the keyboard. */
enum push_wish push_to_talk_release(struct push_to_talk *p);
