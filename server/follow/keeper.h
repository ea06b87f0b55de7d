/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_KEEPER_H
#define SERVER_FOLLOW_KEEPER_H

/*
 * The ledger's keeper (账本保管): gives pending events their places, signs the tree's head, and
 * releases tiles and checkpoint after the commit. One in the cluster, by the lease `keeper`.
 *
 *	idle -> replaying -> keeping      the lease was taken; the whole tree was recomputed
 *	keeping -> idle                   the lease was lost
 *	replaying -> broken               database and tree disagree: nothing is signed any more
 *
 * A broken keeper stays so until the process is started again; it says where on the log.
 */
struct act_env;
struct keeper;

/* dir: where the public files go. */
struct keeper *keeper_new(const struct act_env *env, const char *dir);
struct keeper *keeper_free(struct keeper *k);

/* The step for a follower. */
int keeper_step(void *keeper);

#endif
