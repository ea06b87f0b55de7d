/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/rights.h"

#include <stddef.h>

static const struct {
	uint32_t right;
	const char *name;
} names[] = {
	{RIGHT_WATCH, "watch"},
	{RIGHT_ORIGINAL, "original"},
	{RIGHT_CAM, "cam"},
	{RIGHT_MIC, "mic"},
	{RIGHT_SCREEN, "screen"},
	{RIGHT_CHAT, "chat"},
	{RIGHT_HAND, "hand"},
	{RIGHT_MODERATE, "moderate"},
	{RIGHT_HIDDEN, "hidden"},
	{RIGHT_NAMES, "names"},
	{RIGHT_MASKED, "masked"},
	{RIGHT_IMMUNE, "immune"},
	{RIGHT_PRESENT, "present"},
	{RIGHT_ROOM, "room"},
	{RIGHT_PANEL, "panel"},
	{RIGHT_ASIDE, "aside"},
};

json_t *rights_to_json(uint32_t rights)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (rights & names[i].right)
			json_array_append_new(list, json_string(names[i].name));
	return list;
}
