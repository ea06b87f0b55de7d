/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_SEARCH_H
#define SERVER_FOLLOW_SEARCH_H

/*
 * Keeps the search index (检索索引) of this server: follows the publication order from the index's own
 * watermark. An index of another database, or of one that was set back, is thrown away and made
 * again.
 */
struct act_env;
struct search_follower;

/* env->search is what it feeds. */
struct search_follower *search_follower_new(const struct act_env *env);
struct search_follower *search_follower_free(struct search_follower *f);

/* The step for a follower. */
int search_follower_step(void *follower);

#endif
