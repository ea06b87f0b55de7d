/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Signs of collusion (串通投标迹象, E10; 实施条例 39, 40) that the metadata of the bids of one lot
 * show: the same author, handler, project manager, machine, address or bond account in two bids,
 * and prices in regular steps. They are signs: the committee judges, nothing is rejected by them.
 *
 * Values are compared without case, blanks and punctuation; an empty one is like no other. Pure
 * functions, any thread.
 */

#include <stddef.h>

#include <glib.h>
#include <jansson.h>

#include "proto/decimal.h"

/* So many prices in one step are a sign; two always are. */
#define COLLUSION_STEPS_MIN 3

enum collusion_sign {
	COLLUSION_AUTHOR = 0, /* 投标文件由同一人编制 */
	COLLUSION_HANDLER,    /* 委托同一人办理投标事宜 */
	COLLUSION_MANAGER,    /* 项目管理成员为同一人 */
	COLLUSION_MACHINE,    /* 制作机器特征相同 */
	COLLUSION_ADDRESS,    /* 递交网络地址相同 */
	COLLUSION_ACCOUNT,    /* 保证金从同一账户转出 */
	N_COLLUSION_VALUES,
	COLLUSION_EQUAL_STEPS = N_COLLUSION_VALUES, /* 报价呈等差 */
	COLLUSION_EQUAL_RATIOS,                     /* 报价呈等比 */
};

/* values[sign]: NULL or "" where it is not known. */
struct collusion_bid {
	const char *values[N_COLLUSION_VALUES];
	struct decimal price; /* 0: none */
};

/* Two bids or more; bids are indices, rising, for steps by price. */
struct collusion_finding {
	enum collusion_sign sign;
	GArray *bids; /* size_t */
};

const char *collusion_sign_name(enum collusion_sign sign);

/* Findings in the order of the signs; free with g_array_unref(), which frees their lists. */
GArray *collusion_check(const struct collusion_bid *bids, size_t n);
