/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A project (项目) and its lots (标段/包) as drafts, and what must be right before it may be
 * registered: regime, region, money, weights, price-weight floors, codes.
 *
 * The structs own nothing: their strings belong to the caller (parsed JSON or a row) and live as
 * long as the check. Strings are UTF-8 and NUL-terminated; NULL counts as missing.
 */

#include <stdbool.h>
#include <stddef.h>

#include "proto/decimal.h"
#include "server/trade/committee.h"
#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define PROJECT_LOTS_MAX 99
#define PROJECT_NAME_MAX 200 /* characters */

#define PROJECT_REFUSALS(X)                                           \
	X(PROJECT_E_MISSING, "project.missing")                       \
	X(PROJECT_E_TOO_LONG, "project.too_long")                     \
	X(PROJECT_E_REGIME, "project.regime")                         \
	X(PROJECT_E_METHOD, "project.method")                         \
	X(PROJECT_E_REGION, "project.region")                         \
	X(PROJECT_E_AMOUNT, "project.amount")                         \
	X(PROJECT_E_AMOUNT_LARGE, "project.amount_large")             \
	X(PROJECT_E_NO_LOTS, "project.no_lots")                       \
	X(PROJECT_E_TOO_MANY_LOTS, "project.too_many_lots")           \
	X(PROJECT_E_LOT_NAME_TWICE, "project.lot_name_twice")         \
	X(PROJECT_E_CATEGORY, "project.category")                     \
	X(PROJECT_E_CEILING, "project.ceiling_above_budget")          \
	X(PROJECT_E_WEIGHTS, "project.weights_not_100")               \
	X(PROJECT_E_PRICE_WEIGHT, "project.price_weight_below_floor") \
	X(PROJECT_E_CODE, "project.code")                             \
	X(PROJECT_E_CODE_FOREIGN, "project.code_foreign")             \
	X(PROJECT_E_CREDIT_CODE, "project.credit_code")               \
	X(PROJECT_E_BOND, "project.bond_too_high")                    \
	X(PROJECT_E_PERFORMANCE_BOND, "project.performance_too_high") \
	X(PROJECT_E_AGENCY, "project.agency_missing")

enum project_refusal { PROJECT_E_NONE = 0, PROJECT_REFUSALS(REFUSAL_ENUM) };

/* How the supplier is found. */
enum tender_mode {
	MODE_OPEN = 1,     /* 公开招标 */
	MODE_INVITED,      /* 邀请招标 */
	MODE_NEGOTIATION,  /* 竞争性谈判, GP */
	MODE_CONSULTATION, /* 竞争性磋商, GP */
	MODE_INQUIRY,      /* 询价, GP */
	MODE_AUCTION,      /* 拍卖, assets */
	MODE_LISTING,      /* 挂牌, assets */
};

#define MODE_BIT(mode) (1u << (mode))

struct lot_draft {
	const char *name;
	const char *code;       /* 23 characters; NULL: ours will be made */
	struct decimal ceiling; /* 最高限价, yuan; zero: none, or a rate */
	struct decimal bond;    /* 投标保证金 of this lot, yuan; zero: none of its own */
	/* From the scoring scheme (eval/criteria): what all its weights add up to, and the price's.
	 */
	struct decimal weights_sum;
	struct decimal price_weight;
	bool by_price; /* the method chooses by prices or balls, without points: no weights */
};

struct project_draft {
	const struct rulebook *book; /* the one it will be bound to */
	enum regime regime;
	enum lot_category category;
	enum tender_mode mode;
	const char *name;
	const char *region;       /* six digits */
	const char *code;         /* tender project code, 20 characters; NULL: ours will be made */
	const char *unified_code; /* 统一交易标识码; NULL: none yet */
	const char *buyer;        /* 招标人, 采购人 */
	const char *buyer_code;   /* unified social credit code; NULL: not said */
	const char *agency;       /* NULL: the buyer runs it itself */
	const char *agency_code;  /* NULL: not said */
	struct decimal budget; /* estimate (估算价) or budget (预算), yuan; of assets: none, zero */
	struct decimal bond;                /* 投标保证金, yuan; zero: none */
	struct decimal performance_percent; /* 履约保证金 of the contract's amount; zero: none */
	bool by_agency;                     /* organised by an agency (委托招标) */
	bool complex;                       /* technically complex */
	bool high_impact;                   /* high social impact */
	const struct lot_draft *lots;
	size_t n_lots;
};

const char *project_refusal_code(int refusal);

/* The stable words of JSON and SQL; NULL or 0 for unknown ones. */
const char *tender_mode_name(enum tender_mode m);
/* A purchase by negotiation, consultation or inquiry, which is no tendering (招标). */
bool tender_mode_by_talks(enum tender_mode m);
enum tender_mode tender_mode_from_name(const char *name);

/* Appends everything that is wrong, and warnings, to the list. */
void project_check(const struct project_draft *project, GArray *verdicts);

/* The least price weight the law allows for a lot scored with weights, in percent; 0: none. */
unsigned project_price_weight_floor(enum regime regime, enum lot_category category);

/* The facts that decide the committee's size. */
struct committee_facts project_committee_facts(const struct project_draft *project);
