/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The commands of the control socket: {"cmd": name, …}, answered by {"reply": name, "ok": true, …}
 * or {"reply": name, "ok": false, "error": code}. A field "tag" comes back in the answer.
 * room-client/README.md lists them.
 */

#include <jansson.h>

/* user: struct app. The caller owns the answer. */
json_t *command_obey(void *user, const json_t *command);
