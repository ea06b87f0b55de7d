/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_AUTHENTICATE_H
#define SERVER_API_AUTHENTICATE_H

/*
 * Who is asking: the sign-in behind a request's cookie (browsers; changes also need the CSRF
 * header) or its bearer token (programs). Worker thread.
 */
#include "server/api/api.h"

/*
 * Fills call->actor. A request without credentials stays public; what it may do is the permission
 * table's business. 0, REFUSED (auth.required for a bad token, auth.csrf) or negative errno.
 */
int api_authenticate(struct api_call *call, struct refusal *r);

#endif
