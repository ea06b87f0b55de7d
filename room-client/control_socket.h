/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A UNIX stream socket on which programs drive the client: one JSON object a line in both
 * directions. Only the same user may connect.
 *
 * Default GMainContext.
 */

#include <jansson.h>

struct control_socket;

struct control_socket_out {
	void *user;
	/* A line that is a JSON object; the answer is the callee's to make, the caller's to free.
	 */
	json_t *(*command)(void *user, const json_t *command);
};

/* Replaces a socket that an earlier process left behind. */
int control_socket_new(
	const char *path, const struct control_socket_out *out, struct control_socket **ret_socket);
struct control_socket *control_socket_free(struct control_socket *s);

/* To everyone connected. A reader that falls 4 MB behind is disconnected. */
void control_socket_tell(struct control_socket *s, const json_t *line);
