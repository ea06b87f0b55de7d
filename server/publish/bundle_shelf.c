/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/bundle_shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "proto/canon.h"
#include "server/core/clock.h"
#include "server/core/fields.h"
#include "server/core/id.h"
#include "server/publish/bundle_parts.h"
#include "server/publish/write_file.h"

#define FOLDER "bundles"
#define ENTRY_MAX 4096
/* A maker tells more often than that. */
#define SILENT_US (120 * CLOCK_SECOND_US)
#define KEPT_US (48 * 3600 * CLOCK_SECOND_US)

static const char *const states[] = {"none", "making", "ready", "failed"};
static const char *const errors[] = {
	"space", "disk_full", "page", "ledger", "interrupted", "fault"};

const char *shelf_state_name(enum shelf_state state)
{
	return states[state];
}

char *shelf_dir(const char *data_dir, const char *session_id)
{
	return g_build_filename(data_dir, FOLDER, session_id, NULL);
}

static char *entry_path(const char *data_dir, const char *session_id)
{
	g_autofree char *dir = shelf_dir(data_dir, session_id);

	return g_strconcat(dir, ".json", NULL);
}

int shelf_lock(const char *data_dir, const char *session_id)
{
	g_autofree char *dir = shelf_dir(data_dir, session_id);
	g_autofree char *path = g_strconcat(dir, ".lock", NULL), *folder = g_path_get_dirname(dir);
	int fd;

	if (g_mkdir_with_parents(folder, 0755) < 0)
		return -errno;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	int fault = errno == EWOULDBLOCK ? -EBUSY : -errno;
	close(fd);
	return fault;
}

static const char *known_error(const char *text)
{
	for (size_t i = 0; text && i < G_N_ELEMENTS(errors); i++)
		if (strcmp(errors[i], text) == 0)
			return errors[i];
	return "fault";
}

static void take(const json_t *json, struct shelf_entry *ret)
{
	const char *state = in_text(json, "state");

	for (size_t i = 0; state && i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], state) == 0)
			ret->state = (enum shelf_state)i;
	ret->done_bytes = (uint64_t)in_int(json, "done_bytes", 0);
	ret->total_bytes = (uint64_t)in_int(json, "total_bytes", 0);
	ret->changed_us = in_int(json, "changed_us", 0);
	ret->holds_bids = !json_is_false(json_object_get(json, "holds_bids"));
	ret->error = known_error(in_text(json, "error"));
}

void shelf_read(
	const char *data_dir, const char *session_id, int64_t now_us, struct shelf_entry *ret)
{
	g_autofree char *path = entry_path(data_dir, session_id), *text = NULL;
	g_autofree char *dir = shelf_dir(data_dir, session_id);
	json_t *json = NULL;
	gsize len;

	*ret = (struct shelf_entry){0};
	if (g_file_get_contents(path, &text, &len, NULL) &&
		canon_load(text, len, ENTRY_MAX, &json, NULL) == 0)
		take(json, ret);
	json_decref(json);
	if (ret->state == SHELF_MAKING && now_us - ret->changed_us > SILENT_US) {
		ret->state = SHELF_FAILED;
		ret->error = "interrupted";
	}
	if (ret->state == SHELF_READY && !g_file_test(dir, G_FILE_TEST_IS_DIR))
		ret->state = SHELF_NONE;
}

int shelf_write(const char *data_dir, const char *session_id, const struct shelf_entry *entry)
{
	g_autofree char *path = entry_path(data_dir, session_id);
	g_autoptr(GString) text = NULL;
	json_t *json = json_pack("{s:s, s:I, s:I, s:I, s:b}", "state", states[entry->state],
		"done_bytes", (json_int_t)entry->done_bytes, "total_bytes",
		(json_int_t)entry->total_bytes, "changed_us", (json_int_t)entry->changed_us,
		"holds_bids", entry->holds_bids);
	if (entry->state == SHELF_FAILED)
		json_object_set_new(json, "error", json_string(entry->error));
	int r = canon_dump(json, &text);

	json_decref(json);
	return r ? (r < 0 ? r : -EBADMSG) : write_file(path, text->str, text->len);
}

void shelf_remove(const char *data_dir, const char *session_id)
{
	g_autofree char *dir = shelf_dir(data_dir, session_id);
	g_autofree char *part = g_strconcat(dir, ".part", NULL);
	g_autofree char *entry = entry_path(data_dir, session_id);

	bundle_remove_tree(dir);
	bundle_remove_tree(part);
	bundle_remove_tree(entry);
}

void shelf_clear(const char *data_dir, const char *session_id, int64_t now_us)
{
	g_autofree char *folder = g_build_filename(data_dir, FOLDER, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	shelf_remove(data_dir, session_id);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *other = g_strndup(name, strcspn(name, "."));
		struct shelf_entry entry;
		if (!g_str_has_suffix(name, ".json"))
			continue;
		shelf_read(data_dir, other, now_us, &entry);
		if (entry.state != SHELF_MAKING && now_us - entry.changed_us > KEPT_US)
			shelf_remove(data_dir, other);
	}
}

GPtrArray *shelf_holding_bids(const char *data_dir, int64_t now_us)
{
	g_autofree char *folder = g_build_filename(data_dir, FOLDER, NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *id = g_strndup(name, strcspn(name, "."));
		struct shelf_entry entry;
		if (!g_str_has_suffix(name, ".json") || !id_valid(id))
			continue;
		shelf_read(data_dir, id, now_us, &entry);
		if (entry.holds_bids)
			g_ptr_array_add(ids, g_steal_pointer(&id));
	}
	return ids;
}

const char *shelf_error(int r)
{
	switch (r) {
	case BUNDLE_E_SPACE:
		return "space";
	case -ENOSPC:
	case -EDQUOT:
		return "disk_full";
	case BUNDLE_E_PAGE:
		return "page";
	case -EAGAIN:
		return "ledger";
	default:
		return "fault";
	}
}
