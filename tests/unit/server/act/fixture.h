/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of acts share: a real database, an environment, people, and the check that the
 * events in the database are whole. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

#include "server/act/acts.h"
#include "tests/support/test_db.h"

/* MariaDB's numbers: a deadlock, a lost connection, a full table. */
#define DEADLOCK 1213
#define LOST 2013
#define TABLE_FULL 1114

struct fixture {
	struct test_db *db;
	struct act_env env;
	struct clock clock;
	unsigned woken; /* calls of env.committed */
};

struct fixture *fixture_start(void);
void fixture_stop(struct fixture *f);

/* Empties the database but for what every one has. */
void fixture_clear(struct fixture *f);

#define FIXTURE_ADMIN "01hzzzzzzzzzzzzzzzzzzzzzza"

struct actor fixture_actor(const char *account_id, uint32_t roles);

/* Makes an account with these roles. */
struct actor fixture_person(struct fixture *f, const char *login, uint32_t roles);

/* Performs as a test expects it: in is taken. Returns the answer or fails with the refusal. */
json_t *fixture_perform(struct fixture *f, const struct actor *actor, const struct act_kind *kind,
	const char *key, json_t *in);

int64_t fixture_number(struct fixture *f, const char *sql);

/* Numbers without gaps, every event either waiting or placed, nothing waiting without event. */
void fixture_expect_whole(struct fixture *f);

/* One line per table: its name and a checksum of its rows. Equal texts: nothing was changed. */
char *fixture_picture(struct fixture *f);
