/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who takes part in a process. Published notices name people's companies without their codes: ids
 * are made of the names, so that the winner of each lot has his own. A consortium (联合体) that won is
 * as many suppliers as it has members, the one that leads first, as the standard wants it.
 */
#include <stdbool.h>
#include <string.h>

#include "server/publish/ocds_parts.h"

#define JOINT "联合体"

static json_t *party(const char *id, const char *name, const char *role)
{
	return json_pack("{s:s, s:s, s:[s]}", "id", id, "name", name, "roles", role);
}

/* "甲公司（联合体牵头人）、乙公司（成员）", "甲公司（联合体：乙公司、丙公司）",
 * "甲公司、乙公司联合体". */
static char **members_of(const char *winner)
{
	static const char *const said[] = {JOINT "牵头人", JOINT "牵头方", JOINT "主办方",
		JOINT "主体方", JOINT "成员", "牵头人", "牵头方", "主办方", "成员方", "成员单位",
		"成员", "组成的" JOINT, "组成" JOINT, JOINT};
	static const char *const between[] = {
		"（", "）", "(", ")", "：", ":", "，", ",", "；", ";", "\n"};
	g_autoptr(GString) text = g_string_new(winner);
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
		g_string_replace(text, said[i], "、", 0);
	for (size_t i = 0; i < G_N_ELEMENTS(between); i++)
		g_string_replace(text, between[i], "、", 0);
	g_auto(GStrv) parts = g_strsplit(text->str, "、", -1);
	for (char **p = parts; *p; p++)
		if (*g_strstrip(*p))
			g_ptr_array_add(list, g_strdup(*p));
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

json_t *ocds_firm(const char *name)
{
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
	g_autofree char *id = g_strdup_printf("supplier-%.12s", digest);

	return json_pack("{s:s, s:s}", "id", id, "name", name);
}

json_t *ocds_suppliers(const char *winner)
{
	json_t *list = json_array();

	if (!strstr(winner, JOINT) || strstr(winner, "非" JOINT)) {
		json_array_append_new(list, ocds_firm(winner));
		return list;
	}
	g_auto(GStrv) names = members_of(winner);
	for (guint i = 0; names[i]; i++)
		json_array_append_new(list, ocds_firm(names[i]));
	return list;
}

static json_t *find(const json_t *parties, const char *id)
{
	json_t *one;
	size_t i;

	json_array_foreach ((json_t *)parties, i, one)
		if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0)
			return one;
	return NULL;
}

static bool has_role(const json_t *one, const char *role)
{
	const json_t *said;
	size_t i;

	json_array_foreach (json_object_get(one, "roles"), i, said)
		if (strcmp(json_string_value(said), role) == 0)
			return true;
	return false;
}

/* Who is a party already has one role more. */
static void add_role(json_t *parties, const json_t *firm, const char *role)
{
	const char *id = json_string_value(json_object_get(firm, "id"));
	json_t *known = find(parties, id);

	if (!known)
		json_array_append_new(
			parties, party(id, json_string_value(json_object_get(firm, "name")), role));
	else if (!has_role(known, role))
		json_array_append_new(json_object_get(known, "roles"), json_string(role));
}

void ocds_add_tenderers(json_t *parties, const json_t *bids)
{
	const json_t *bid, *one;
	size_t i, k;

	json_array_foreach (json_object_get(bids, "details"), i, bid)
		json_array_foreach (json_object_get(bid, "tenderers"), k, one)
			add_role(parties, one, "tenderer");
}

/* The roles of a party are told whole each time: who won is still who bid. */
void ocds_add_suppliers(json_t *parties, const struct ocds_process *p, const char *winner)
{
	json_t *suppliers = ocds_suppliers(winner), *one;
	size_t i;

	json_array_foreach (suppliers, i, one) {
		add_role(parties, one, "supplier");
		if (ocds_is_tenderer(p, json_string_value(json_object_get(one, "name"))))
			add_role(parties, one, "tenderer");
	}
	json_decref(suppliers);
}

json_t *ocds_parties(const struct ocds_process *p)
{
	json_t *list = json_array();
	const struct project *project = p->project;
	json_t *buyer = party("buyer", project->buyer_name, "buyer");

	json_array_append_new(list, buyer);
	if (project->agency_name)
		json_array_append_new(
			list, party("agency", project->agency_name, "procuringEntity"));
	else
		json_array_append_new(
			json_object_get(buyer, "roles"), json_string("procuringEntity"));
	return list;
}
