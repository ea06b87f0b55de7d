/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_AUTH_PERMISSION_H
#define SERVER_AUTH_PERMISSION_H

/*
 * The one table of who may do what (permission.def): act, roles, condition. Roles are bits, an
 * account may have several; system, security administrator and auditor keep apart from each other
 * and from all business (三员分立).
 *
 * Pure, any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/core/error.h"

enum {
	ROLE_BIDDER = 1 << 0,     /* 投标人/供应商 */
	ROLE_BUYER = 1 << 1,      /* 招标人/采购人 */
	ROLE_AGENCY = 1 << 2,     /* 招标代理 */
	ROLE_STAFF = 1 << 3,      /* 交易中心 */
	ROLE_HOST = 1 << 4,       /* 主持 */
	ROLE_WITNESS = 1 << 5,    /* 数字见证 */
	ROLE_VENUE = 1 << 6,      /* 场地值守 */
	ROLE_EXPERT = 1 << 7,     /* 评标专家 */
	ROLE_SUPERVISOR = 1 << 8, /* 行政监督 */
	ROLE_HOLDER = 1 << 9,     /* 密钥持有人 */
	ROLE_SYSADMIN = 1 << 10,  /* 系统管理员 */
	ROLE_SECADMIN = 1 << 11,  /* 安全管理员 */
	ROLE_AUDITOR = 1 << 12,   /* 审计员 */
};
#define N_ROLES 13

/* Whoever may run bidroomctl on the server's machine; no account can be granted it. */
#define ROLE_OPERATOR (1u << 13)

enum permission_condition {
	CONDITION_NONE,
	CONDITION_SELF,          /* about the caller's own account */
	CONDITION_OWN,           /* about something that belongs to the caller */
	CONDITION_MEMBER,        /* experts: only of the session they are seated in */
	CONDITION_SECOND_PERSON, /* not by whoever wrote it */
	CONDITION_DEMO,          /* only in a demo database */
};

struct permission {
	const char *act;
	uint32_t roles;   /* bits that may; 0 together with `everybody` or `any_account` */
	bool everybody;   /* also without signing in */
	bool any_account; /* whoever is signed in */
	enum permission_condition condition;
};

/* The row of an act, or NULL. */
const struct permission *permission_find(const char *act);
const struct permission *permission_rows(size_t *ret_n);

/*
 * May somebody with these roles begin this act? signed_in says whether there is an account at all.
 * 0, or REFUSED with auth.required (nobody signed in) or auth.denied.
 */
int permission_check(const char *act, bool signed_in, uint32_t roles, struct refusal *r);

/* "staff" and so on; 0 for a name that is none. */
uint32_t role_from_name(const char *name);
const char *role_name(uint32_t role);

/* False for a mask that would let one person watch over himself. */
bool roles_separate(uint32_t roles);

#endif
