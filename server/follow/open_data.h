/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_OPEN_DATA_H
#define SERVER_FOLLOW_OPEN_DATA_H

/*
 * The open data (开放数据): follows the publication order and writes an OCDS release for each notice, a
 * record for each project, and for each month all releases in one compressed file, which is written
 * again at most every half minute.
 */
struct act_env;
struct open_data;

/* dir: where the public files go. */
struct open_data *open_data_new(const struct act_env *env, const char *dir);
struct open_data *open_data_free(struct open_data *o);

/* The step for a follower. */
int open_data_step(void *open_data);

#endif
