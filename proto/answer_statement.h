/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a bidder signs when he answers a question of the committee (澄清答复): P-256 by his
 * registered key over
 *
 *	"bidroom.answer.v1\n" ‖ question id ‖ "\n" ‖ SHA-256 of the question's text in hex ‖ "\n"
 *	‖ that of the answer's text ‖ "\n"
 *
 * so that neither can be exchanged for another afterwards.
 */

#include <glib.h>

/* Texts are UTF-8. The caller owns the result. */
GString *answer_statement(const char *question_id, const char *text, const char *answer);
