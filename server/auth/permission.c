/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/auth/permission.h"

#include <stdlib.h>
#include <string.h>

/* Bits of the table that are not roles of an account. */
#define MARK_PUBLIC (1u << 30)
#define MARK_ACCOUNT (1u << 29)
#define MARKS (MARK_PUBLIC | MARK_ACCOUNT)

enum {
	PUBLIC = MARK_PUBLIC,
	ACCOUNT = MARK_ACCOUNT,
	BIDDER = ROLE_BIDDER,
	BUYER = ROLE_BUYER,
	AGENCY = ROLE_AGENCY,
	STAFF = ROLE_STAFF,
	HOST = ROLE_HOST,
	WITNESS = ROLE_WITNESS,
	VENUE = ROLE_VENUE,
	EXPERT = ROLE_EXPERT,
	SUPERVISOR = ROLE_SUPERVISOR,
	HOLDER = ROLE_HOLDER,
	SYSADMIN = ROLE_SYSADMIN,
	SECADMIN = ROLE_SECADMIN,
	AUDITOR = ROLE_AUDITOR,
	OPERATOR = (int)ROLE_OPERATOR,
};

static const struct permission rows[] = {
#define ACT(name, mask, when)                                                  \
	{name, (uint32_t)(mask) & ~MARKS, ((uint32_t)(mask)&MARK_PUBLIC) != 0, \
		((uint32_t)(mask)&MARK_ACCOUNT) != 0, CONDITION_##when},
#include "server/auth/permission.def"
#undef ACT
};

static const char *const role_names[N_ROLES] = {
	"bidder",
	"buyer",
	"agency",
	"staff",
	"host",
	"witness",
	"venue",
	"expert",
	"supervisor",
	"holder",
	"sysadmin",
	"secadmin",
	"auditor",
};

static int compare(const void *act, const void *row)
{
	return strcmp(act, ((const struct permission *)row)->act);
}

const struct permission *permission_find(const char *act)
{
	return bsearch(act, rows, G_N_ELEMENTS(rows), sizeof(rows[0]), compare);
}

const struct permission *permission_rows(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(rows);
	return rows;
}

int permission_check(const char *act, bool signed_in, uint32_t roles, struct refusal *r)
{
	const struct permission *p = permission_find(act);

	g_assert(p);
	if (p->everybody || (p->roles & roles & ROLE_OPERATOR) ||
		(signed_in && (p->any_account || (p->roles & roles))))
		return 0;
	if (!signed_in)
		return refuse(r, "auth.required", NULL, "%s needs a sign-in", act);
	return refuse(r, "auth.denied", NULL, "no role of this account may do %s", act);
}

uint32_t role_from_name(const char *name)
{
	for (unsigned i = 0; i < N_ROLES; i++)
		if (strcmp(role_names[i], name) == 0)
			return 1u << i;
	return 0;
}

const char *role_name(uint32_t role)
{
	for (unsigned i = 0; i < N_ROLES; i++)
		if (role == 1u << i)
			return role_names[i];
	return NULL;
}

bool roles_separate(uint32_t roles)
{
	uint32_t watchers = roles & (ROLE_SYSADMIN | ROLE_SECADMIN | ROLE_AUDITOR);

	return !watchers || roles == (watchers & -watchers);
}
