/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_BOSS_H
#define ROOM_CLIENT_LOAD_BOSS_H

/* Starts the processes of a load, lets them begin together, measures, adds up. */
#include "room-client/load/crew.h"
#include "room-client/load/target_cpu.h"

struct boss_config {
	struct peer_config peer;
	unsigned processes, seconds, warm_up_s;
	pid_t target;   /* 0: nobody's CPU is measured */
	bool say_begin; /* a line when the measured time begins, for who does something meanwhile */
};

struct boss_result {
	struct figures figures;
	struct target_cpu cpu; /* during the measured time */
	double measured_s;
};

/* Forks; before any thread was made. 0 or negative errno. */
int boss_run(const struct boss_config *config, const GPtrArray *seats, struct boss_result *ret);

#endif
