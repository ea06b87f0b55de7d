/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

/* The HTTP routes; routes.c is their one page. */
#include <stddef.h>

struct route;

const struct route *routes(size_t *ret_n);

#endif
