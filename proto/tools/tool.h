/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What the sub-commands of bidroom-seal share: files in and out, JSON on standard output, one line
 * of English on standard error. A sub-command returns the program's exit code.
 */

#include "proto/sealed_header.h"

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>
#include <jansson.h>
#include <openssl/types.h>

enum tool_exit {
	TOOL_OK = 0,
	TOOL_REFUSED = 1, /* stderr: "bidroom-seal: <code>: <sentence>" */
	TOOL_USAGE = 2,
};

/* Another program that takes part of this, too, says its own name. */
extern const char *tool_name;

#define TOOL_JSON_MAX (4u << 20)
#define TOOL_PIECE (1u << 20) /* read at a time */

/* Both print and return the exit code. */
int tool_refuse(const char *code, const char *format, ...) G_GNUC_PRINTF(2, 3);
int tool_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* r of a function of proto that a refusal of sealed bids may come from; negative: a fault. */
int tool_refuse_sealed(int r, const char *about);

/* Parses the options of a sub-command; true leaves the operands in argv[1…argc−1]. */
bool tool_options(int *argc, char ***argv, const GOptionEntry *entries, const char *operands,
	const char *summary);

/* Print and return false on failure, so that the caller returns TOOL_REFUSED. */
bool tool_read_file(const char *path, size_t max_len, GBytes **ret_bytes);
bool tool_read_json(const char *path, json_t **ret_json);
bool tool_read_header(const char *path, struct sealed_header *ret_header);
/* path: a file, or a token's key by its PKCS#11 URI. */
bool tool_read_key(const char *path, EVP_PKEY **ret_key);
bool tool_is_token(const char *path);
bool tool_token_key(const char *uri, EVP_PKEY **ret_key);

/* A new file for its owner's eyes only; one that exists is never replaced. */
bool tool_write_secret(const char *path, const char *text, size_t len);

/* Prints canonical JSON on a line of standard output; takes the value. */
int tool_print(json_t *json);

json_t *tool_hex(const void *bytes, size_t len);
json_t *tool_base64(const void *bytes, size_t len);

/*
 * Holders and threshold of a tender or draw as the server publishes it:
 * {"threshold":k,"holders":[{"no":1,"public_key":base64 SPKI,"kid":…},…]}.
 */
struct tool_holders {
	unsigned k, n;
	struct p256_public keys[SEALED_HOLDERS_MAX];
};
bool tool_read_holders(const json_t *json, const char *path, struct tool_holders *ret_holders);

/* The sub-commands, one file each. */
int cmd_combine(int argc, char **argv);
int cmd_digest(int argc, char **argv);
int cmd_keygen(int argc, char **argv);
int cmd_nonce(int argc, char **argv);
int cmd_open(int argc, char **argv);
int cmd_pubkey(int argc, char **argv);
int cmd_receipt(int argc, char **argv);
int cmd_release(int argc, char **argv);
int cmd_seal(int argc, char **argv);
int cmd_share(int argc, char **argv);
