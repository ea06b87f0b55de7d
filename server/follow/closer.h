/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_CLOSER_H
#define SERVER_FOLLOW_CLOSER_H

/*
 * Closes lots at their deadline, also one that passed while no process ran. Several processes may
 * do so at once: the first one closes, the others find it closed. What could not be closed is tried
 * again every few seconds.
 */
struct act_env;
struct closer;

struct closer *closer_new(const struct act_env *env);
struct closer *closer_free(struct closer *c);

/* The step for a follower. */
int closer_step(void *closer);

#endif
