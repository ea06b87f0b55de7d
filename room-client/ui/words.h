/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Sentences for the stable codes of the server and of this client, and words for the values it
 * sends, in the language of the user. The texts are not to be freed.
 */

/* A refusal, a bye or a reason of our own; a code that is not known gives itself. */
const char *words_code(const char *code);
/* The same; a code that is not known gives the server's English title, if there is one. */
const char *words_refusal(const char *code, const char *title);
const char *words_role(const char *role);
/* A step of the evaluation. */
const char *words_step(const char *step);
