/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_DUE_H
#define SERVER_FOLLOW_DUE_H

/* Publishes scheduled notices (定时发布) whose time has come; env is the step's context. */
int due_step(void *env);

#endif
