/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Texts of JSON from outside, where what is not there and what is no text read as "". */

#include <jansson.h>

/* Borrowed from object, which may be NULL. */
static inline const char *json_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}
