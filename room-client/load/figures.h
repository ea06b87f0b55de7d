/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_FIGURES_H
#define ROOM_CLIENT_LOAD_FIGURES_H

/* What a run counted. Plain memory, so that processes can hand it over a pipe and add it up. */
#include <stdbool.h>
#include <stdint.h>

/* Delays in steps of 0.1 ms; what is longer counts in the last step. */
#define FIGURES_STEP_US 100
#define FIGURES_N_STEPS 20000

/* What came is told apart by kind, and by half of the measured time: whether delays grow. */
enum figures_part {
	FIGURES_AUDIO_1,
	FIGURES_AUDIO_2,
	FIGURES_VIDEO_1,
	FIGURES_VIDEO_2,
	FIGURES_N_PARTS,
};
#define FIGURES_AUDIO (1u << FIGURES_AUDIO_1 | 1u << FIGURES_AUDIO_2)
#define FIGURES_VIDEO (1u << FIGURES_VIDEO_1 | 1u << FIGURES_VIDEO_2)
#define FIGURES_ALL (FIGURES_AUDIO | FIGURES_VIDEO)

struct figures {
	uint64_t sent;         /* objects given to the server, while measuring */
	uint64_t objects;      /* objects received, while measuring */
	uint64_t bytes;        /* of these */
	uint64_t stamps;       /* received, over the whole run, as all that follows */
	uint64_t gaps;         /* sequence numbers that never came */
	uint64_t damaged;      /* checksum wrong, or not a media object */
	uint64_t disorder;     /* sequence numbers that did not rise */
	uint64_t lags;         /* lag messages: the server shed something on purpose */
	uint64_t key_asked;    /* keyframe requests from the server */
	uint32_t failed;       /* seats that did not come in or lost their line */
	uint64_t kind_gaps[2]; /* of gaps: audio, video, while measuring */
	uint32_t delay[FIGURES_N_PARTS][FIGURES_N_STEPS];
};

void figures_delay(struct figures *f, enum figures_part part, int64_t delay_us);
void figures_add(struct figures *to, const struct figures *from);

/* Objects of these parts (1 << enum figures_part), while measuring. */
uint64_t figures_objects(const struct figures *f, unsigned parts);

/* The delay that this share (0 to 1) of the objects of these parts did not exceed, in ms. */
double figures_quantile(const struct figures *f, unsigned parts, double share);

#endif
