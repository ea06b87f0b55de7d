/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The pipelines of a capture as GStreamer descriptions. No text from outside goes into one; paths,
 * patterns and words are set as properties of the elements named here afterwards.
 *
 *	head                         tail
 *	source → what it needs    →  make it ours → (echo, noise) → tee ┬ valve0 → encoder0 → out0
 *	                                                                ├ valve1 → scale → encoder1
 *→ out1 └ veil or voice → tee ┬ valve2 … └ valve3 …
 *
 * The preview (show → tile → pictures) hangs at the last tee: a masked seat sees what others see.
 */

#include "room-client/media/capture.h"

#define TEXT_SOURCE "source"
#define TEXT_LABEL "label"
#define TEXT_FIRST "first"
#define TEXT_CLAP "clap"
#define TEXT_VEIL "veil"
#define TEXT_VOICE "voice"
#define TEXT_PROCESS "process"
#define TEXT_SHOW "show"
#define TEXT_TILE "tile"
#define TEXT_PICTURES "pictures"
/* And with the number of the take behind: */
#define TEXT_ENCODER "encoder"
#define TEXT_VALVE "valve"
#define TEXT_OUT "out"

/* For all sources but files, whose heads are made of what is in them. The caller owns the texts. */
char *capture_text_head(const struct capture_config *config);
char *capture_text_tail(const struct capture_config *config, bool masked);
/* Of a file whose frames are encoded our way already: CAPTURE_MAIN only. */
char *capture_text_pass(const struct capture_config *config);

/* Whether the takes of this configuration include this one. */
bool capture_text_has(const struct capture_config *config, bool masked, enum capture_take take);
