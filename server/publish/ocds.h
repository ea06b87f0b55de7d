/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_OCDS_H
#define SERVER_PUBLISH_OCDS_H

/*
 * Published notices as Open Contracting data (OCDS 1.1.5): a release for each notice, a record for
 * each project with the releases it is made of and their compiled state. Lots, enquiries, award
 * criteria, bid opening, bids and withheld information are the standard's own extensions; the
 * publicity of candidates (公示), the members of the committee (评委), the channel for objections
 * (异议), the scores of each expert (评分明细), a price that is no amount and how a bid was opened
 * have no place in it and stand in an extension of ours, described in ocds/extension/.
 *
 * Only what stands on the notice's page goes in, the result it tells, and what an opening that is
 * over brought to light. Pure; every result is a new object.
 */
#include <glib.h>
#include <jansson.h>

#include "server/publish/site.h"
#include "server/publish/told_award.h"
#include "server/publish/told_opening.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"

/* A project and what was published of it. */
struct ocds_process {
	const char *prefix; /* of the ocid, "ocds-213czf" */
	const struct project *project;
	const GPtrArray *lots;  /* struct lot */
	const GPtrArray *chain; /* struct notice_row, in the order of publication */
	const GPtrArray *awards; /* struct told_award */
	const GPtrArray *openings; /* struct told_opening, in the order of the lots */
};

/* "ocds-213czf-3704022026…". A new string. */
char *ocds_id(const struct ocds_process *p);

/*
 * Appends the release of a notice as it was published, one for each field that was disclosed later,
 * one for each lot whose bids it invited and whose opening is over, and of one that was withdrawn
 * one that says so, in the order of their dates.
 */
void ocds_add_releases(const struct site *site, const struct ocds_process *p,
	const struct notice_row *n, json_t *releases);
/* When the newest of these came. */
int64_t ocds_last_change(const struct ocds_process *p, const struct notice_row *n);
/* A release package of these releases (takes the array), and a record package of the project. */
json_t *ocds_release_package(
	const struct site *site, const char *path, const char *date_text, json_t *releases);
json_t *ocds_record_package(const struct site *site, const struct ocds_process *p);

/* The text of such a file: numbers as people write them. A new string. */
char *ocds_text(const json_t *json);

/* Our extension: its two files. */
extern const char ocds_extension_json[], ocds_extension_schema_json[];

#endif
