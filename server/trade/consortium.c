/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/consortium.h"

#include <string.h>

#include <glib.h>

#include "server/trade/code.h"

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool is_member(const json_t *member)
{
	const char *name = text_of(member, "name"), *code = text_of(member, "credit_code");

	return json_object_size(member) == 2 && name && *name &&
	       g_utf8_strlen(name, -1) <= CONSORTIUM_NAME_MAX && code &&
	       strlen(code) == CODE_CREDIT_LEN && code_check_credit(code) == 0;
}

bool consortium_is_good(const json_t *consortium, const char *leader_code)
{
	const json_t *members = json_object_get(consortium, "members"), *member;
	const char *agreement = consortium_agreement(consortium);
	size_t i;

	if (json_object_size(consortium) != 2 || !agreement || !*agreement ||
		!json_array_size(members) || json_array_size(members) > CONSORTIUM_MEMBERS_MAX)
		return false;
	json_array_foreach ((json_t *)members, i, member) {
		if (!is_member(member) || strcmp(text_of(member, "credit_code"), leader_code) == 0)
			return false;
		for (size_t k = 0; k < i; k++)
			if (strcmp(text_of(json_array_get(members, k), "credit_code"),
				    text_of(member, "credit_code")) == 0)
				return false;
	}
	return true;
}

enum consortium_verdict consortium_fits(const json_t *consortium, const json_t *project_facts)
{
	const json_t *most = json_object_get(project_facts, "joint_members");

	if (!consortium)
		return CONSORTIUM_FITS;
	if (json_is_false(json_object_get(project_facts, "joint")))
		return CONSORTIUM_BARRED;
	return most && (json_int_t)json_array_size(json_object_get(consortium, "members")) + 1 >
				       json_integer_value(most)
		       ? CONSORTIUM_LARGE
		       : CONSORTIUM_FITS;
}

const char *consortium_agreement(const json_t *consortium)
{
	return text_of(consortium, "agreement");
}

bool consortium_has(const json_t *consortium, const char *leader_code, const char *code)
{
	const json_t *members = json_object_get(consortium, "members"), *member;
	size_t i;

	if (strcmp(leader_code, code) == 0)
		return true;
	json_array_foreach ((json_t *)members, i, member)
		if (g_strcmp0(text_of(member, "credit_code"), code) == 0)
			return true;
	return false;
}
