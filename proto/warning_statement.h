/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a supervisor signs when a warning (监督提示) is settled: Ed25519 by his registered key over
 *
 *	"bidroom.warning.v1\n" ‖ session id ‖ "\n" ‖ event id of the warning ‖ "\n"
 *	‖ SHA-256 of the warning's text in hex ‖ "\n" ‖ that of the answer's text ‖ "\n"
 *
 * so that neither can be exchanged for another afterwards.
 */

#include "proto/ed25519.h"

#include <glib.h>

/* Texts are UTF-8. The caller owns the result. */
GString *warning_statement(
	const char *session_id, const char *warning_id, const char *text, const char *answer);
