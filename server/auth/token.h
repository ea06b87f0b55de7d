/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_AUTH_TOKEN_H
#define SERVER_AUTH_TOKEN_H

/*
 * Secrets a caller shows again: sign-ins, seat passes, tickets, resume tokens. 256 random bits as
 * text; only the SHA-256 of the text is stored. Any thread.
 */
#include <stdbool.h>
#include <stdint.h>

#define TOKEN_SIZE 44 /* 43 characters of base64url and the terminator */

/* A fresh token. */
void token_new(char ret_token[static TOKEN_SIZE]);

/* What is stored and looked up. token is any text from outside. */
void token_hash(const char *token, uint8_t ret_hash[static 32]);

/* Compares two texts in a time that tells nothing about where they differ. */
bool token_equal(const char *a, const char *b);

#endif
