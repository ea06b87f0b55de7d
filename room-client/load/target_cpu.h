/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_TARGET_CPU_H
#define ROOM_CLIENT_LOAD_TARGET_CPU_H

/*
 * How long a process has run on a CPU, as its scheduler counts it. Unlike the time on the wall it
 * hardly depends on what else the machine does.
 */
#include <stdint.h>
#include <sys/types.h>

struct target_cpu {
	int64_t main_ns; /* its first thread: in bidroomd the loop, which relays */
	int64_t all_ns;  /* all threads that still live */
};

/* 0 or negative errno. */
int target_cpu_read(pid_t pid, struct target_cpu *ret);

#endif
