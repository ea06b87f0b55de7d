/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For tests of the expert's work: the server is the test; each call is written down and answered
 * when the test wants. */

#include "room-client/ui/work.h"

#define PAUSE_MS 30
#define AGAIN_MS 40

struct work_bench {
	GQueue *calls; /* oldest first */
	GString *told; /* signals, in one line */
	bool no_sign_in, key_given;
};

extern struct work_bench bench;
extern const uint8_t bench_seed[ED25519_KEY_LEN]; /* of the expert's key */

/* The state is the UiWork. */
int bench_setup(void **state);
int bench_teardown(void **state);

/* Answers the oldest call, which must be this one: method, path, version, body. */
void answer(const char *line, int status, const char *body);
/* The oldest call is answered after those that were made since. */
void answer_later(void);
/* The whole line of the oldest call; the caller owns it. */
char *submit_line(void);
/* None is answered any more. */
void calls_drop(void);
/* These signals came since it was called last. */
void check_told(const char *expected);
void wait_for_call(void);
/* As long as whatever would come by itself takes, and then some. */
void settle(void);

void event(UiWork *w, const char *kind);
void notice(UiWork *w, const char *name);
/* The session is asked for, and is this one. */
void at_step(UiWork *w, const char *session);
enum work_task task(UiWork *w);
/* The sheet of the lot l1 came, version 4. */
void sheet_there(UiWork *w);

#define SESSION(step, me, more)                                                               \
	"{\"step\":\"" step "\",\"me\":{\"member_no\":2" me "},\"members\":["                 \
	"{\"member_no\":1,\"alias\":\"1号专家\",\"state\":\"promised\"},"                  \
	"{\"member_no\":2,\"alias\":\"2号专家\",\"name\":\"吴\",\"state\":\"promised\","  \
	"\"sheets\":[{\"lot_id\":\"l1\",\"submitted\":false}]},"                              \
	"{\"member_no\":3,\"alias\":\"3号专家\",\"state\":\"recused\"}],"                  \
	"\"lots\":[{\"lot_id\":\"l1\",\"no\":1,\"name\":\"监理一\",\"state\":\"opened\"}," \
	"{\"lot_id\":\"l2\",\"no\":2,\"name\":\"监理二\",\"state\":\"failed\"}]" more "}"

#define SHEET(state, version, scores)                                                              \
	"{\"state\":\"" state "\",\"version\":" version ",\"bids\":[{\"bid_id\":\"b1\","           \
	"\"bidder_name\":\"甲\"}],\"items\":[{\"id\":\"i\",\"name\":\"方案\",\"max\":\"60\"}]," \
	"\"scores\":" scores "}"
