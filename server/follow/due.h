/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_DUE_H
#define SERVER_FOLLOW_DUE_H

#include <stdint.h>

struct act_env;

/* The step's context. */
struct due {
	const struct act_env *env;
	int64_t registration_days;
};

/* Publishes scheduled notices (定时发布) whose time has come and lets registrations of firms lapse
 * that nobody decided for so many days. */
int due_step(void *due);

#endif
