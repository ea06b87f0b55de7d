/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_reel.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/reel_final.h"
#include "proto/reel_opened.h"

/* What it takes to find a stamp in a reel: the element's head. */
#define STAMP_ELEMENT_HEAD 2

/* Written to in memory only: the rooms of a finalised copy are emptied there. */
static int map(const char *path, uint8_t **ret, uint64_t *ret_len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *data = NULL;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EIO;
	}
	if (st.st_size)
		data = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	close(fd);
	if (data == MAP_FAILED)
		return -ENOMEM;
	if (data)
		madvise(data, (size_t)st.st_size, MADV_SEQUENTIAL);
	*ret = data;
	*ret_len = (uint64_t)st.st_size;
	return 0;
}

static const struct session_device *device_of(
	const struct session_reel_check *c, const struct reel_head *head)
{
	for (guint i = 0; i < c->devices->len; i++) {
		const struct session_device *d =
			&g_array_index(c->devices, struct session_device, i);
		if (strcmp(d->seat, head->seat) == 0 && d->epoch == head->epoch)
			return d;
	}
	return NULL;
}

/* The head inside the reel says whose track it is; its bytes are in the ledger like all others. */
static bool read_head(const uint8_t *data, uint64_t len, struct reel_head *ret)
{
	struct reel_cursor cursor;
	struct reel_item item;

	reel_cursor_init(&cursor, data, len);
	if (reel_cursor_next(&cursor, &item) || item.kind != REEL_ITEM_HEAD)
		return false;
	*ret = item.head;
	return true;
}

/* A stamp that the seat's key did not make: perhaps another's did, under his name or its own. */
static const char *signer_of(const struct session_reel_check *c, const uint8_t *data, uint64_t len,
	const struct reel_finding *f)
{
	struct stamp stamp;

	if (f->kind != REEL_FINDING_SIGNATURE || len < STAMP_LEN + STAMP_ELEMENT_HEAD ||
		f->offset > len - STAMP_LEN - STAMP_ELEMENT_HEAD ||
		stamp_decode(data + f->offset + STAMP_ELEMENT_HEAD, STAMP_LEN, &stamp))
		return NULL;
	for (guint i = 0; i < c->devices->len; i++) {
		const struct session_device *d =
			&g_array_index(c->devices, struct session_device, i);
		const char *const names[] = {d->seat, c->check.head.seat};
		for (size_t k = 0; k < G_N_ELEMENTS(names); k++) {
			struct stamp_scope scope = {0};
			g_strlcpy(scope.session, c->check.head.session, sizeof(scope.session));
			g_strlcpy(scope.seat, names[k], sizeof(scope.seat));
			if (stamp_verify(&stamp, &scope, d->key) == 0)
				return d->seat;
		}
	}
	return NULL;
}

static struct reel_entry *entries_of(const GArray *entries)
{
	return (struct reel_entry *)(void *)entries->data;
}

/* Gets what opens the reel, and where things stand then. */
static bool read_key(struct session_reel_check *c, struct reel_opened *ret)
{
	g_autofree char *text = NULL;
	gsize len;

	if (!c->key_path || !g_file_get_contents(c->key_path, &text, &len, NULL))
		return false;
	c->bad_key = reel_opened_parse(text, len, ret) != 0;
	if (c->bad_key)
		return false;
	c->opened = g_array_copy((GArray *)c->entries);
	c->bad_key =
		reel_unsealed_entries(&ret->head, 0, entries_of(c->opened), c->opened->len) != 0;
	if (!c->bad_key)
		return true;
	g_clear_pointer(&c->opened, g_array_unref);
	reel_opened_done(ret);
	return false;
}

/* The copy without its additions is what the ledger's entries are about, sealed again if it was
 * opened. Takes away the additions. */
static int take_back(struct session_reel_check *c, uint8_t *data, uint64_t len, uint64_t *ret_len)
{
	struct reel_opened opened;
	bool is_opened = read_key(c, &opened);
	const GArray *entries = is_opened ? c->opened : c->entries;
	int r = 0;

	*ret_len = len;
	c->final = reel_final_take_back(data, len, entries_of(entries), entries->len, ret_len);
	if (!is_opened)
		return 0;
	g_array_set_size(c->opened, 0);
	g_array_append_vals(c->opened, c->entries->data, c->entries->len);
	r = reel_opened_entries(&opened, data, *ret_len, entries_of(c->opened), c->opened->len);
	reel_opened_done(&opened);
	return r;
}

static void check_bytes(struct session_reel_check *c, uint8_t *data, uint64_t len)
{
	const struct session_device *device = NULL;
	const struct reel_entry *entries;
	struct reel_head head;
	uint64_t reel_len;

	c->result = take_back(c, data, len, &reel_len);
	if (c->result)
		return;
	entries = entries_of(c->opened ? c->opened : c->entries);
	if (read_head(data, reel_len, &head)) {
		device = device_of(c, &head);
		c->no_device = !device;
	}
	c->result = reel_check(
		data, reel_len, entries, c->entries->len, device ? device->key : NULL, &c->check);
	if (c->result)
		return;
	c->signers = g_ptr_array_new();
	for (guint i = 0; i < c->check.findings->len; i++)
		g_ptr_array_add(c->signers,
			(gpointer)signer_of(c, data, reel_len,
				&g_array_index(c->check.findings, struct reel_finding, i)));
}

void session_reel_check(struct session_reel_check *c)
{
	uint8_t *data = NULL;
	uint64_t len = 0;

	c->result = map(c->path, &data, &len);
	if (c->result)
		return;
	check_bytes(c, data, len);
	if (data)
		munmap(data, len);
}

static void report_finding(const struct session_reel_check *c, guint i, struct findings *findings)
{
	const struct reel_finding *f = &g_array_index(c->check.findings, struct reel_finding, i);
	const char *signer = g_ptr_array_index(c->signers, i);
	g_autofree char *place =
		g_strdup_printf("%s byte %" PRIu64 ", time %u ms", c->path, f->offset, f->time_ms);

	if (reel_finding_is_note(f))
		finding_note(findings, place, "%s (%u objects)", reel_finding_code(f->kind),
			f->n_objects);
	else if (signer)
		finding_fault(findings, place,
			"signature: the stamp of group %u was made by the device of seat %s",
			f->group, signer);
	else
		finding_fault(findings, place, "%s", reel_finding_code(f->kind));
}

void session_reel_report(const struct session_reel_check *c, struct findings *findings)
{
	const struct reel_head *head = &c->check.head;

	if (c->result == -ENOENT) {
		finding_fault(findings, c->path, "the reel is missing");
		return;
	}
	if (c->result) {
		finding_fault(findings, c->path, "could not be checked: %s", strerror(-c->result));
		return;
	}
	if (c->bad_key)
		finding_fault(findings, c->key_path, "is no key of a sealed reel");
	if (c->final == REEL_FINAL_E_ROOMS)
		finding_fault(findings, c->path,
			"seek table and duration in the head are not those of its clusters");
	if (c->final == REEL_FINAL_E_CUES)
		finding_fault(findings, c->path,
			"what follows the last cluster is not its table of cues");
	if (c->no_device)
		finding_fault(findings, c->path, "nobody joined as seat %s in epoch %u", head->seat,
			head->epoch);
	if (head->session[0] && strcmp(head->session, c->session_id) != 0)
		finding_fault(findings, c->path, "is of session %s", head->session);
	if (head->session[0] && head->track != c->track)
		finding_fault(findings, c->path, "is of track %u", head->track);
	if (head->session[0] && c->seat && strcmp(head->seat, c->seat) != 0)
		finding_fault(findings, c->path, "is of seat %s, but seat %s published the track",
			head->seat, c->seat);
	if (head->session[0] && c->seat && strcmp(head->to, c->to ? c->to : "") != 0)
		finding_fault(findings, c->path,
			"its head and its room.publish differ in whom alone it is for");
	for (guint i = 0; i < c->check.findings->len; i++)
		report_finding(c, i, findings);
}

void session_reel_check_done(struct session_reel_check *c)
{
	reel_check_done(&c->check);
	g_clear_pointer(&c->signers, g_ptr_array_unref);
	g_clear_pointer(&c->opened, g_array_unref);
}
