/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_CONFIG_H
#define SERVER_CORE_CONFIG_H

/*
 * The configuration file: GKeyFile syntax, but checked against one table of known keys
 * (config_table.c). An unknown section or key, a duplicate, or a value outside its limits is an
 * error with file and line. Immutable once the threads run.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum config_type {
	CONFIG_TEXT,   /* any text; "" when not set */
	CONFIG_NUMBER, /* whole number between min and max */
	CONFIG_FLAG,   /* true or false */
	CONFIG_CHOICE, /* one of `choices`, separated by '|' */
};

struct config_key {
	const char *section;
	const char *key;
	enum config_type type;
	const char *value; /* the default */
	int64_t min, max;
	const char *choices;
	const char *help;
};

struct config;

/* All known keys in the order of the sample file. */
const struct config_key *config_keys(size_t *ret_n);

/* Defaults only. Never NULL. */
struct config *config_new(void);
struct config *config_free(struct config *c);

/*
 * Reads a file over the current values. 0; negative errno when it cannot be read; CONFIG_E_INVALID
 * when its content is wrong. In both failures *ret_message (g_free it) says so with file and line.
 */
#define CONFIG_E_INVALID 1
int config_load(struct config *c, const char *path, char **ret_message);

/* The same from memory; `name` stands for the file in messages. */
int config_load_text(
	struct config *c, const char *name, const char *text, size_t text_len, char **ret_message);

/* Sets one value, as the command line does. 0 or CONFIG_E_INVALID with *ret_message. */
int config_set(struct config *c, const char *section, const char *key, const char *value,
	char **ret_message);

/* Values. Asking for a key that is not in the table, or by the wrong type, is asserted. */
const char *config_text(const struct config *c, const char *section, const char *key);
int64_t config_number(const struct config *c, const char *section, const char *key);
bool config_flag(const struct config *c, const char *section, const char *key);

/* Prints the commented sample file with every key and its default. */
void config_print_sample(FILE *out);

#endif
