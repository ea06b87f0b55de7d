/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The two bodies of law a project can be under, and what is bought. Every clock, count and
 * formula depends on them, so every project and lot carries both.
 *
 * ZTB (招标投标法, tender law; regulator: development and reform) and GP (政府采购法, government
 * purchase law; regulator: finance) differ in names, clocks, score rules and filing.
 */

enum regime {
	REGIME_ZTB = 1,
	REGIME_GP = 2,
};

/* Masks for rows that hold for one or both. */
#define REGIME_BIT(r) (1u << (r))
#define REGIME_BOTH (REGIME_BIT(REGIME_ZTB) | REGIME_BIT(REGIME_GP))

enum lot_category {
	LOT_WORKS = 1, /* 工程 */
	LOT_GOODS,     /* 货物 */
	LOT_SERVICES,  /* 服务 */
};

/* The stable word used in JSON and SQL ("ztb", "works"); NULL for an unknown value. */
const char *regime_name(enum regime r);
const char *lot_category_name(enum lot_category c);

/* Reads the word; 0 for an unknown one. */
enum regime regime_from_name(const char *name);
enum lot_category lot_category_from_name(const char *name);
