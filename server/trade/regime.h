/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The bodies of law a project can be under, and what is bought or sold. Every clock, count and
 * formula depends on them, so every project and lot carries both.
 *
 * ZTB (招标投标法, tender law; regulator: development and reform) and GP (政府采购法, government
 * purchase law; regulator: finance) differ in names, clocks, score rules and filing. The third
 * family (资产交易) sells land, mining rights and property by auction or listing: it has notices and
 * lots, but no bids, no committee and no scores.
 */

#include <stdbool.h>

enum regime {
	REGIME_ZTB = 1,
	REGIME_GP = 2,
	REGIME_ASSET = 3,
};

/* Masks for rows that hold for one or several; BOTH are those that evaluate bids. */
#define REGIME_BIT(r) (1u << (r))
#define REGIME_BOTH (REGIME_BIT(REGIME_ZTB) | REGIME_BIT(REGIME_GP))

enum lot_category {
	LOT_WORKS = 1, /* 工程 */
	LOT_GOODS,     /* 货物 */
	LOT_SERVICES,  /* 服务 */
	LOT_LAND,      /* 土地使用权 */
	LOT_MINING,    /* 矿业权 */
	LOT_PROPERTY,  /* 国有产权 */
};

/* The stable word used in JSON and SQL ("ztb", "works"); NULL for an unknown value. */
const char *regime_name(enum regime r);
const char *lot_category_name(enum lot_category c);

/* Reads the word; 0 for an unknown one. */
enum regime regime_from_name(const char *name);
enum lot_category lot_category_from_name(const char *name);

/* Whether this is what is traded under that regime. */
bool regime_has_category(enum regime r, enum lot_category c);
