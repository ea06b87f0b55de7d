/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/deposit.h"

#include <string.h>

#include <glib.h>

#include "server/trade/notice_check.h"

#define ALL_FORMS                                                                     \
	(1u << DEPOSIT_TRANSFER | 1u << DEPOSIT_GUARANTEE | 1u << DEPOSIT_INSURANCE | \
		1u << DEPOSIT_SURETY)

static const char *const forms[] = {
	[DEPOSIT_TRANSFER] = "transfer",
	[DEPOSIT_GUARANTEE] = "guarantee",
	[DEPOSIT_INSURANCE] = "insurance",
	[DEPOSIT_SURETY] = "surety",
};

static const char *const flaws[] = {
	[DEPOSIT_FITS] = "fits",
	[DEPOSIT_UNKNOWN] = "unknown",
	[DEPOSIT_AMOUNT] = "amount",
	[DEPOSIT_PAYER] = "payer",
	[DEPOSIT_TWICE] = "twice",
	[DEPOSIT_NO_FORM] = "form",
	[DEPOSIT_PAST] = "late",
};

const char *deposit_refusal_code(int refusal)
{
	switch (refusal) {
		DEPOSIT_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *deposit_form_name(enum deposit_form form)
{
	return form >= DEPOSIT_TRANSFER && form <= DEPOSIT_SURETY ? forms[form] : NULL;
}

enum deposit_form deposit_form_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(forms); i++)
		if (strcmp(forms[i], name) == 0)
			return (enum deposit_form)i;
	return 0;
}

const char *deposit_flaw_name(enum deposit_flaw flaw)
{
	return flaw <= DEPOSIT_PAST ? flaws[flaw] : NULL;
}

static const char *const grounds[] = {
	[DEPOSIT_REVOKED] = "revoked",
	[DEPOSIT_NO_CONTRACT] = "no_contract",
	[DEPOSIT_NEW_TERMS] = "new_terms",
	[DEPOSIT_NO_PERFORMANCE] = "no_performance",
	[DEPOSIT_BY_FILE] = "tender_file",
};

const char *deposit_ground_name(enum deposit_ground ground)
{
	return ground >= DEPOSIT_REVOKED && ground <= DEPOSIT_BY_FILE ? grounds[ground] : NULL;
}

enum deposit_ground deposit_ground_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(grounds); i++)
		if (strcmp(grounds[i], name) == 0)
			return (enum deposit_ground)i;
	return 0;
}

static bool read_amount(const json_t *facts, struct decimal *ret)
{
	const char *text = json_string_value(json_object_get(facts, "bond"));

	return text && decimal_parse_text(text, ret) == 0 && decimal_sign(*ret) > 0;
}

bool deposit_book_keeps(const struct rulebook *book)
{
	return rulebook_find(book, "T19") != NULL;
}

bool deposit_terms_read(const json_t *project_facts, int64_t n_lots, const json_t *lot_facts,
	struct deposit_terms *ret)
{
	const json_t *list = json_object_get(lot_facts, "bond_forms"), *name;
	size_t i;

	*ret = (struct deposit_terms){.amount = decimal_from_int(0)};
	json_array_foreach ((json_t *)list, i, name) {
		enum deposit_form form = deposit_form_from_name(json_string_value(name));
		if (form)
			ret->forms |= 1u << form;
	}
	if (!ret->forms)
		ret->forms = ALL_FORMS;
	return json_object_get(lot_facts, "bond")
		       ? read_amount(lot_facts, &ret->amount)
		       : n_lots == 1 && read_amount(project_facts, &ret->amount);
}

void deposit_reference_make(uint64_t random, char ret[static DEPOSIT_REFERENCE_SIZE])
{
	unsigned sum = 0;

	g_snprintf(ret, DEPOSIT_REFERENCE_SIZE, "%015" G_GUINT64_FORMAT,
		(guint64)(random % G_GUINT64_CONSTANT(1000000000000000)));
	for (unsigned i = 0; i < 15; i++) {
		unsigned digit = (unsigned)(ret[14 - i] - '0') * (i % 2 ? 1 : 2);
		sum += digit > 9 ? digit - 9 : digit;
	}
	ret[15] = (char)('0' + (10 - sum % 10) % 10);
	ret[16] = '\0';
}

/* Compatibility forms become plain ones (（ and ( are one), spaces go. NULL: no UTF-8. */
static char *plain_name(const char *name)
{
	char *plain = g_utf8_normalize(name, -1, G_NORMALIZE_ALL_COMPOSE);
	char *to = plain;

	for (const char *p = plain, *next; p && *p; p = next) {
		next = g_utf8_next_char(p); /* before the move, which may reach beyond it */
		if (g_unichar_isspace(g_utf8_get_char(p)))
			continue;
		memmove(to, p, (size_t)(next - p));
		to += next - p;
	}
	if (to)
		*to = '\0';
	return plain;
}

bool deposit_same_name(const char *a, const char *b)
{
	g_autofree char *one = plain_name(a), *other = plain_name(b);

	return one && other && *one && strcmp(one, other) == 0;
}

enum deposit_flaw deposit_fit(
	const struct deposit_terms *terms, const struct deposit_payment_facts *p)
{
	if (!(terms->forms & 1u << DEPOSIT_TRANSFER))
		return DEPOSIT_NO_FORM;
	if (!p->bidder || !deposit_same_name(p->payer, p->bidder))
		return DEPOSIT_PAYER;
	if (decimal_cmp(p->amount, terms->amount) != 0)
		return DEPOSIT_AMOUNT;
	if (p->paid_us >= p->deadline_us)
		return DEPOSIT_PAST;
	return p->held ? DEPOSIT_TWICE : DEPOSIT_FITS;
}

int deposit_check_guarantee(
	const struct deposit_terms *terms, const struct deposit_guarantee_facts *g, int64_t now_us)
{
	if (g->form <= DEPOSIT_TRANSFER || !(terms->forms & 1u << g->form))
		return DEPOSIT_E_FORM;
	if (now_us >= g->deadline_us)
		return DEPOSIT_E_LATE;
	if (decimal_cmp(g->amount, terms->amount) < 0)
		return DEPOSIT_E_LOW;
	return g->valid_until_us > g->deadline_us ? 0 : DEPOSIT_E_SHORT;
}

static int64_t count(const struct rulebook *book, const struct calendar *cal, const char *rule,
	int64_t start_us, const char **ret_rule)
{
	if (!start_us || !rulebook_find(book, rule))
		return 0;
	*ret_rule = rule;
	return rule_period_end(book, cal, rule, start_us);
}

int64_t deposit_due(const struct rulebook *book, const struct calendar *cal,
	const struct deposit_case *c, const char **ret_rule)
{
	switch (c->regime) {
	case REGIME_ZTB:
		return c->withdrawn_us ? count(book, cal, "T19", c->withdrawn_us, ret_rule)
				       : count(book, cal, "T15", c->contracted_us, ret_rule);
	case REGIME_GP:
		return count(
			book, cal, "G11", c->winner ? c->contracted_us : c->awarded_us, ret_rule);
	default:
		return 0;
	}
}

bool deposit_started(const struct deposit_case *c)
{
	return c->withdrawn_us || c->contracted_us ||
	       (c->regime == REGIME_GP && !c->winner && c->awarded_us);
}

bool deposit_bears_interest(enum regime regime)
{
	return regime == REGIME_ZTB;
}
