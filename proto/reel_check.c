/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_check.h"

#include <string.h>

/*
 * Two passes. The first hashes every entry's bytes, which alone finds any flipped byte. The second
 * reads entry by entry and rebuilds the groups. Where an entry cannot be read it goes on with the
 * next one. A group that misses objects cannot be proven; the next one that begins with a keyframe
 * is tried again, and what its number is only its stamp can tell.
 */

struct stamping {
	struct stamp_group *group;
	bool broken;       /* the open group misses something */
	bool restarted;    /* the open group follows a gap, so its number is not known */
	uint32_t next_seq; /* once n_blocks > 0 */
	uint32_t n_open;
	uint64_t open_offset;
	uint32_t open_ms;
};

struct run {
	struct reel_check *check;
	struct reel_cursor cursor;
	struct stamping st;
	struct stamp_scope scope;
	const uint8_t *device_key;
};

static const char *const finding_codes[] = {
	[REEL_FINDING_HASH] = "hash",
	[REEL_FINDING_MISSING] = "missing",
	[REEL_FINDING_ENTRIES] = "entries",
	[REEL_FINDING_DAMAGED] = "damaged",
	[REEL_FINDING_COUNT] = "count",
	[REEL_FINDING_EXTRA] = "extra",
	[REEL_FINDING_GAP] = "gap",
	[REEL_FINDING_DIGEST] = "digest",
	[REEL_FINDING_SIGNATURE] = "signature",
	[REEL_FINDING_UNSTAMPED] = "unstamped",
};

static struct reel_finding *found(
	struct reel_check *check, enum reel_finding_kind kind, uint64_t offset, uint32_t time_ms)
{
	struct reel_finding f = {.kind = kind, .offset = offset, .time_ms = time_ms};

	g_array_append_val(check->findings, f);
	return &g_array_index(check->findings, struct reel_finding, check->findings->len - 1);
}

static int check_hashes(const uint8_t *data, uint64_t len, const struct reel_entry *entries,
	size_t n_entries, struct reel_check *check)
{
	uint64_t end = 0;

	for (size_t i = 0; i < n_entries; i++) {
		const struct reel_entry *e = &entries[i];
		int r = reel_entry_check(e, data, len);

		if (r < 0)
			return r;
		if (e->offset != end)
			found(check, REEL_FINDING_ENTRIES, e->offset, e->time_ms);
		if (r == REEL_E_TORN)
			found(check, REEL_FINDING_MISSING, e->offset, e->time_ms);
		else if (r)
			found(check, REEL_FINDING_HASH, e->offset, e->time_ms);
		end = e->offset + e->length;
	}
	if (len > end)
		found(check, REEL_FINDING_EXTRA, end,
			n_entries ? entries[n_entries - 1].last_ms : 0);
	return 0;
}

static void open_anew(struct stamping *st, const struct frame *frame)
{
	st->n_open = 0;
	st->restarted = true;
	st->broken = !(frame->flags & FRAME_KEY);
	stamp_group_skip(st->group, frame->seq, 0);
}

static int take_block(struct run *run, const struct reel_item *item)
{
	struct reel_check *check = run->check;
	struct stamping *st = &run->st;
	const struct frame *frame = &item->frame;
	bool key = frame->flags & FRAME_KEY;

	if (check->n_blocks && frame->seq != st->next_seq) {
		found(check, REEL_FINDING_GAP, item->offset, item->time_ms)->n_objects =
			frame->seq - st->next_seq;
		open_anew(st, frame);
	} else if (st->broken && key && !frame_codec_is_audio(frame->codec)) {
		open_anew(st, frame);
	} else if (!st->broken && stamp_group_is_empty(st->group) && !key) {
		found(check, REEL_FINDING_GAP, item->offset, item->time_ms);
		st->broken = true;
	}
	st->next_seq = frame->seq + 1;
	if (!check->n_blocks++)
		check->first_ms = item->time_ms;
	check->last_ms = item->time_ms;
	if (!st->n_open++) {
		st->open_offset = item->offset;
		st->open_ms = item->time_ms;
	}
	return st->broken ? 0 : stamp_group_add(st->group, frame);
}

/* What a stamp with a good signature says of the objects since the last one. */
static enum reel_finding_kind compare(
	struct stamping *st, const struct stamp *stamp, struct stamp *ours)
{
	if (st->broken)
		return REEL_FINDING_GAP;
	if (st->restarted)
		ours->group = stamp->group;
	if (stamp->first_seq != ours->first_seq || stamp->last_seq != ours->last_seq)
		return REEL_FINDING_GAP;
	return stamp_compare(stamp, ours) ? REEL_FINDING_DIGEST : 0;
}

static bool signature_holds(const struct run *run, const struct stamp *stamp)
{
	if (stamp->epoch != run->cursor.head.epoch)
		return false;
	return !run->device_key || stamp_verify(stamp, &run->scope, run->device_key) == 0;
}

static int take_stamp(struct run *run, const struct reel_item *item)
{
	const struct stamp *stamp = &item->stamp;
	struct stamping *st = &run->st;
	/* With nothing open, a range that no stamp has. */
	struct stamp ours = {.first_seq = 1};
	enum reel_finding_kind kind = REEL_FINDING_SIGNATURE;

	if (!stamp_group_is_empty(st->group)) {
		int r = stamp_group_finish(st->group, &ours);

		if (r)
			return r;
	}
	run->check->n_stamps++;
	if (signature_holds(run, stamp))
		kind = compare(st, stamp, &ours);
	if (!kind)
		run->check->n_proven += st->n_open;
	else
		found(run->check, kind, item->offset, run->cursor.last_ms)->group = stamp->group;
	/* The next group is measured from this stamp, so that one fault is reported once. */
	stamp_group_skip(st->group, st->next_seq, stamp->group + 1);
	st->broken = st->restarted = false;
	st->n_open = 0;
	return 0;
}

/* Its hash is all that can be checked of it. */
static void take_sealed(struct reel_check *check, const struct reel_item *item)
{
	if (!check->n_blocks)
		check->first_ms = item->time_ms;
	check->last_ms = item->sealed.last_ms;
	check->n_blocks += item->sealed.n_blocks;
	check->n_sealed += item->sealed.n_blocks;
}

/* Reads the items of one entry. The cursor sees no further than the entry's end. */
static int read_entry(struct run *run, const struct reel_entry *e, uint64_t len)
{
	struct reel_cursor *c = &run->cursor;
	uint32_t n_blocks = 0, n_stamps = 0;
	struct reel_item item;
	int r;

	c->len = MIN(e->offset + e->length, len);
	if (e->is_head)
		c->pos = 0;
	else
		reel_cursor_seek(c, e->offset, MIN(c->last_ms, e->time_ms));
	while ((r = reel_cursor_next(c, &item)) == 0) {
		if (e->is_head && item.kind != REEL_ITEM_HEAD) {
			r = REEL_E_DAMAGED; /* nothing may be judged before the head is known */
			break;
		}
		if (item.kind == REEL_ITEM_BLOCK) {
			n_blocks++;
			r = take_block(run, &item);
		} else if (item.kind == REEL_ITEM_STAMP) {
			n_stamps++;
			r = take_stamp(run, &item);
		} else if (item.kind == REEL_ITEM_SEALED) {
			n_blocks += item.sealed.n_blocks;
			n_stamps += item.sealed.n_stamps;
			take_sealed(run->check, &item);
		}
		if (r)
			return r;
	}
	if (r != REEL_END) {
		found(run->check, REEL_FINDING_DAMAGED, c->pos, c->last_ms);
		run->st.broken = true;
	} else if (n_blocks != e->n_blocks || n_stamps != e->n_stamps) {
		found(run->check, REEL_FINDING_COUNT, e->offset, e->time_ms);
	}
	return 0;
}

static int check_items(const struct reel_entry *entries, size_t n_entries, const uint8_t *data,
	uint64_t len, struct run *run)
{
	struct reel_finding *f;

	for (size_t i = 0; i < n_entries; i++) {
		int r;

		if (entries[i].offset >= len)
			break; /* named as missing */
		r = read_entry(run, &entries[i], len);
		if (r)
			return r;
		if (i == 0) {
			if (!run->cursor.has_head)
				return 0; /* named as damaged; nothing can be read without it */
			run->check->head = run->cursor.head;
			g_strlcpy(run->scope.session, run->cursor.head.session, IDENT_SIZE);
			g_strlcpy(run->scope.seat, run->cursor.head.seat, IDENT_SIZE);
			run->st.group = stamp_group_new(run->cursor.head.track);
		}
	}
	if (run->st.n_open) {
		f = found(run->check, REEL_FINDING_UNSTAMPED, run->st.open_offset, run->st.open_ms);
		f->n_objects = run->st.n_open;
	}
	return 0;
}

int reel_check(const uint8_t *data, uint64_t len, const struct reel_entry *entries,
	size_t n_entries, const uint8_t *device_key, struct reel_check *ret_check)
{
	struct reel_check check = {.n_entries = n_entries,
		.findings = g_array_new(FALSE, FALSE, sizeof(struct reel_finding))};
	struct run run = {.check = &check, .device_key = device_key};
	int r;

	reel_cursor_init(&run.cursor, data, len);
	r = check_hashes(data, len, entries, n_entries, &check);
	if (!r && n_entries && !entries[0].is_head)
		found(&check, REEL_FINDING_ENTRIES, 0, 0);
	else if (!r)
		r = check_items(entries, n_entries, data, len, &run);
	stamp_group_free(run.st.group);
	if (r) {
		reel_check_done(&check);
		return r;
	}
	*ret_check = check;
	return 0;
}

void reel_check_done(struct reel_check *check)
{
	if (check->findings)
		g_array_unref(check->findings);
	*check = (struct reel_check){0};
}

bool reel_finding_is_note(const struct reel_finding *finding)
{
	return finding->kind >= REEL_FINDING_GAP;
}

const char *reel_finding_code(enum reel_finding_kind kind)
{
	g_assert(kind > 0 && kind < (int)G_N_ELEMENTS(finding_codes));
	return finding_codes[kind];
}
