/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "db/fault.h"

int admin_failed(const char *command, int result, const struct refusal *r)
{
	if (result == REFUSED)
		fprintf(stderr, "bidroomctl %s: %s: %s\n", command, r->code, r->detail);
	else
		fprintf(stderr, "bidroomctl %s: %s (%s)\n", command, strerror(-result),
			db_fault_text());
	return 1;
}
