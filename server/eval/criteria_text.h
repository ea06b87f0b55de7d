/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a scoring scheme says beside its items, as sentences for people (Chinese): the notice page
 * and the report print the same. Pure function, any thread.
 */

#include <glib.h>

#include "server/eval/criteria.h"

/* char *, owned by the array: the price method first, then what it was given, sums, ties. */
GPtrArray *criteria_text(const struct criteria *c);
