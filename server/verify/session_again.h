/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Re-evaluation by the original committee (重新评审) in the record of a session. */
#include "server/verify/session_record.h"

/*
 * After a session was closed nothing is judged but by a step back from there; its report names the
 * one it supersedes, which is kept; whoever is replaced meanwhile the supervisor let go.
 */
void session_again_check(const struct session_record *rec);
