/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

/* The HTTP routes; routes.c is their one page. */
#include <stddef.h>
#include <stdio.h>

struct route;

const struct route *routes(size_t *ret_n);

/* One JSON object a line: method, path, and for what needs a permission the act, who may, its input. */
void routes_print(FILE *out);

#endif
