/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/push_to_talk.h"

enum push_wish push_to_talk_switch(struct push_to_talk *p, bool on, bool muted)
{
	p->on = on;
	p->held = false;
	return on && !muted ? PUSH_MUTE : PUSH_NOTHING;
}

enum push_wish push_to_talk_press(struct push_to_talk *p, bool typing)
{
	if (!p->on || p->held || typing)
		return PUSH_NOTHING;
	p->held = true;
	return PUSH_OPEN;
}

enum push_wish push_to_talk_release(struct push_to_talk *p)
{
	if (!p->held)
		return PUSH_NOTHING;
	p->held = false;
	return PUSH_MUTE;
}
