/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_DESTROYER_H
#define SERVER_FOLLOW_DESTROYER_H

/*
 * Carries out the expiry of recordings that two roles agreed on: reads every reel, writes the
 * destruction record (销毁记录) with length and SHA-256 of each, and only then removes the files,
 * and the bundles that were made of them. Whatever ends it half-way, it goes on from there at the
 * next start. A process does it for the recordings that lie on its own disks.
 */
struct act_env;
struct destroyer;

struct destroyer *destroyer_new(const struct act_env *env);
struct destroyer *destroyer_free(struct destroyer *d);

/* The step for a follower. */
int destroyer_step(void *destroyer);

#endif
