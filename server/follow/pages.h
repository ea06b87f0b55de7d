/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_PAGES_H
#define SERVER_FOLLOW_PAGES_H

/*
 * The public pages (公开页面): follows the publication order and writes what is new. Behind that, once
 * after the start, all pages are looked at again from the newest to the oldest, so that a lost or
 * outdated file mends itself; one that is right stays untouched.
 */
struct act_env;
struct pages;

/* dir: where the public files go. */
struct pages *pages_new(const struct act_env *env, const char *dir);
struct pages *pages_free(struct pages *p);

/* The step for a follower. */
int pages_step(void *pages);

#endif
