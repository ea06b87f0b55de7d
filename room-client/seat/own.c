/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/own.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	enum mute_source source;
	bool masked, small;
} OWN[OWN_N] = {
	[OWN_CAM] = {"cam", MUTE_CAM, false, false},
	[OWN_CAM_SMALL] = {"cam_small", MUTE_CAM, false, true},
	[OWN_CAM_MASKED] = {"cam_masked", MUTE_CAM, true, false},
	[OWN_CAM_MASKED_SMALL] = {"cam_masked_small", MUTE_CAM, true, true},
	[OWN_MIC] = {"mic", MUTE_MIC, false, false},
	[OWN_MIC_MASKED] = {"mic_masked", MUTE_MIC, true, false},
	[OWN_SCREEN] = {"screen", MUTE_SCREEN, false, false},
};

enum mute_source own_source(enum own own)
{
	return OWN[own].source;
}

bool own_is_small(enum own own)
{
	return OWN[own].small;
}

bool own_is_masked(enum own own)
{
	return OWN[own].masked;
}

static enum own find(enum mute_source source, bool masked)
{
	for (int i = 0; i < OWN_N; i++) {
		if (OWN[i].source == source && OWN[i].masked == masked && !OWN[i].small)
			return (enum own)i;
	}
	return OWN_N;
}

enum own own_base(enum own own)
{
	if (OWN[own].small)
		return find(OWN[own].source, OWN[own].masked);
	return OWN[own].masked ? find(OWN[own].source, false) : OWN_N;
}

/* A screen is not masked. The original goes to so few that one size of it is enough. */
bool own_is_wanted(enum own own, bool masked)
{
	if (OWN[own].source == MUTE_SCREEN)
		return true;
	return masked ? OWN[own].masked || !OWN[own].small : !OWN[own].masked;
}

const char *own_mask(enum own own, bool masked)
{
	if (!masked || OWN[own].source == MUTE_SCREEN)
		return NULL;
	return OWN[own].masked ? "masked" : "original";
}

const char *own_name(enum own own)
{
	return OWN[own].name;
}

enum own own_from_name(const char *name)
{
	int i = 0;

	while (i < OWN_N && strcmp(OWN[i].name, name) != 0)
		i++;
	return (enum own)i;
}
