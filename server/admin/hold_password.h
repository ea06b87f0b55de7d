/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ADMIN_HOLD_PASSWORD_H
#define SERVER_ADMIN_HOLD_PASSWORD_H

/* The first line of the file, or what is typed at the terminal, unseen, when path is NULL. NULL
 * when there is none: said on stderr. The caller wipes it. */
char *hold_password(const char *path);

#endif
