/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_BUNDLE_PARTS_H
#define SERVER_VERIFY_BUNDLE_PARTS_H

/* The parts of a bundle that a session's record does not have, for verify_bundle only. */
#include "server/verify/session_record.h"
#include "server/verify/verify_bundle.h"

/* bundle.json against the folder: every file is listed, whole, and no other is there. */
void bundle_files_check(const struct session_record *rec, const json_t *manifest);
/* player/data.js must be what follows from manifest and events. */
void bundle_script_check(const struct session_record *rec, const json_t *manifest);
/* documents/: each bid sealed again must give the receipt digest of its events. */
void bundle_documents_check(const struct session_record *rec, const json_t *manifest);
/* cosigned.json, the checkpoint from elsewhere, and the heads' times against the events'. */
void bundle_heads_check(const struct session_record *rec, const struct verify_bundle *v);

#endif
