/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_SHELF_H
#define SERVER_FOLLOW_SHELF_H

/*
 * Takes away what lies on this machine's shelf of bundles once the key of its project was
 * destroyed: the opened bids in it could be read without that key. env is the step's context.
 */
int shelf_step(void *env);

#endif
