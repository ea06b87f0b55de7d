/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_EXPERT_UNIT_H
#define SERVER_ACT_EXPERT_UNIT_H

/*
 * The keyed digest by which experts of a unit (工作单位) are found for avoidance (回避) while the
 * unit itself lies wrapped: HMAC-SHA256 under the unit key over avoidance_unit_key().
 */
#include "server/act/act.h"

void expert_unit_digest(const struct act_env *env, const char *unit, uint8_t ret[static 32]);

#endif
