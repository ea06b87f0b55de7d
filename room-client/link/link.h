/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What both kinds of connection need once per process. */

/* Before any thread is started: forgets the proxies that the environment names (a room does not go
 * through a stranger) and silences the libraries. */
void link_init(void);
