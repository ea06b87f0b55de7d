/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_PROJECT_KEY_H
#define SERVER_ACT_PROJECT_KEY_H

/* The end of the key of a project's opened bids (项目密钥). */
struct act;
struct project;

/* Whether nothing wants the bids any more. 0, REFUSED or negative errno. */
int project_key_may_end(struct act *a, const struct project *p);

/* REFUSED with project.key_destroyed. */
int project_key_refuse_destroyed(struct act *a);

#endif
