/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_EXCHANGE_H
#define SERVER_FOLLOW_EXCHANGE_H

/*
 * Delivers exchange records to the upstream platform: takes over the publication order into the
 * queue, and sends what waits, one after the other within a project, until there is a receipt. What
 * is in the queue is sent again unchanged under its own id, so a platform that knows the id keeps it
 * once; a killed process, a lost answer and a second server lose and double nothing.
 */
struct act_env;
struct exchange;

struct exchange_config {
	const char *url, *ca_file;
	const char *platform_code, *service_code;
};

struct exchange *exchange_new(const struct act_env *env, const struct exchange_config *config);
struct exchange *exchange_free(struct exchange *x);

/* The step for a follower. */
int exchange_step(void *exchange);

#endif
