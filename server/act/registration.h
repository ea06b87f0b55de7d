/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/act/act.h"

/* What the house does by itself: {"days"} after a firm registered and nobody decided, it lapses. */
extern const struct act_kind registration_lapse_act;
