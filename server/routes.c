/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every HTTP route on one page: method, path, body limit, lane, and the act or view behind it. The
 * permission is the act's name, looked up in server/auth/permission.def. What has no act has a
 * handler of its own.
 */
#include "server/routes.h"

#include "server/act/acts.h"
#include "server/api/api.h"
#include "server/api/views.h"
#include "server/auth/permission.h"
#include "server/trade/attachment.h"

#define KIB ((size_t)1024)
#define SMALL (16 * KIB)      /* a form */
#define FORM (64 * KIB)       /* a form with lists in it */
#define TEXT (2 * 1024 * KIB) /* a notice's text */
#define LIST (256 * KIB)      /* one line for each bid */
#define PIECE             \
	(4 * 1024 * KIB + \
		64 * KIB) /* of an upload: a chunk, and the container's header with the first */
#define API "/api/v1"

/* clang-format off */
#define VIEW(path, kind) {HTTP_GET, API path, 0, JOB_LANE_ACTS, 0, 0, api_act, &kind}
#define ACT_ROUTE(method, path, limit, kind) \
	{method, API path, limit, JOB_LANE_ACTS, 0, 0, api_act, &kind}
#define HASH_ROUTE(method, path, flags, handler, kind) \
	{method, API path, SMALL, JOB_LANE_HASH, flags, 0, handler, &kind}
#define FILE_ROUTE(path, kind) \
	{HTTP_POST, API path, SMALL, JOB_LANE_FILES, 0, 0, api_act, &kind}
#define HAND_IN_ROUTE(path, kind) \
	{HTTP_POST, API path, SMALL, JOB_LANE_FILES, API_HANDS_IN, 0, api_act, &kind}
#define UPLOAD_ROUTE(path, handler, kind) \
	{HTTP_PATCH, API path, PIECE, JOB_LANE_FILES, 0, 0, handler, &kind}
#define IMPORT_ROUTE(path, lane, kind) {HTTP_POST, API path, TEXT, lane, 0, 0, api_import, &kind}
#define PAGE_ROUTE(path, handler) \
	{HTTP_GET, path, 0, JOB_LANE_ACTS, API_PUBLIC, 0, handler, NULL}

#define PUBLIC_VIEW(path, kind) \
	{HTTP_GET, API path, 0, JOB_LANE_ACTS, API_PUBLIC, 0, api_act, &kind}

static const struct route table[] = {
	/* The house */
	PAGE_ROUTE("/healthz", api_healthz),
	PAGE_ROUTE("/metrics", api_metrics),
	PAGE_ROUTE("/readyz", api_readyz),
	HASH_ROUTE(HTTP_POST, "/accounts", 0, api_act, account_create_act),
	HASH_ROUTE(HTTP_POST, "/bidder-registrations", API_PUBLIC | API_NO_CSRF, api_registration,
		registration_make_act),
	HASH_ROUTE(HTTP_POST, "/me/password", 0, api_act, account_password_act),
	HASH_ROUTE(HTTP_POST, "/sign-in", API_PUBLIC | API_NO_CSRF, api_sign_in, account_sign_in_act),
	ACT_ROUTE(HTTP_POST, "/accounts/{account_id}/roles", SMALL, account_grant_roles_act),
	ACT_ROUTE(HTTP_POST, "/accounts/{account_id}/totp/reset", SMALL, account_totp_reset_act),
	ACT_ROUTE(HTTP_POST, "/bidder-registrations/{registration_id}/approve", SMALL, registration_approve_act),
	ACT_ROUTE(HTTP_POST, "/bidder-registrations/{registration_id}/refuse", SMALL, registration_refuse_act),
	VIEW("/bidder-registrations", registration_list_view),
	PUBLIC_VIEW("/bidder-registrations/{registration_id}", registration_view),
	ACT_ROUTE(HTTP_POST, "/clock/advance", SMALL, clock_advance_act),
	IMPORT_ROUTE("/imports/bidders", JOB_LANE_HASH, import_bidders_act),
	IMPORT_ROUTE("/imports/experts", JOB_LANE_HASH, import_experts_act),
	IMPORT_ROUTE("/imports/notices", JOB_LANE_ACTS, import_notices_act),
	IMPORT_ROUTE("/imports/payments", JOB_LANE_ACTS, import_payments_act),
	IMPORT_ROUTE("/imports/projects", JOB_LANE_ACTS, import_projects_act),
	IMPORT_ROUTE("/imports/returns", JOB_LANE_ACTS, import_returns_act),
	ACT_ROUTE(HTTP_POST, "/me/certificates", FORM, certificate_add_act),
	ACT_ROUTE(HTTP_POST, "/me/certificates/{certificate_id}/remove", SMALL, certificate_remove_act),
	ACT_ROUTE(HTTP_POST, "/me/deputy", SMALL, deputy_name_act),
	ACT_ROUTE(HTTP_POST, "/me/keys", SMALL, key_register_act),
	ACT_ROUTE(HTTP_POST, "/me/totp", SMALL, account_totp_begin_act),
	ACT_ROUTE(HTTP_POST, "/me/totp/confirm", SMALL, account_totp_confirm_act),
	{HTTP_POST, API "/sign-out", SMALL, JOB_LANE_ACTS, 0, 0, api_sign_out, NULL},
	VIEW("/accounts", account_list_view),
	VIEW("/holders", holder_list_view),
	VIEW("/audit/events", audit_events_view),
	VIEW("/clock", clock_view),
	{HTTP_GET, API "/events/{event_id}/receipt", 0, JOB_LANE_ACTS, 0, 0, api_receipt,
		&event_receipt_view},
	{HTTP_POST, API "/ledger/cosignatures", SMALL, JOB_LANE_ACTS, API_PUBLIC | API_NO_CSRF, 0, api_act,
		&ledger_cosign_act},
	VIEW("/feed", feed_view),
	VIEW("/me", account_me_view),
	VIEW("/me/certificates", certificate_own_view),
	VIEW("/rulebook", rulebook_view),
	VIEW("/suppliers", supplier_list_view),
	VIEW("/suppliers/{account_id}", supplier_view),

	/* Trade */
	ACT_ROUTE(HTTP_POST, "/notices", TEXT, notice_create_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/approve", SMALL, notice_approve_act),
	{HTTP_POST, API "/notices/{notice_id}/attachments", ATTACHMENT_MAX, JOB_LANE_FILES, 0, 0,
		api_notice_attach, &notice_attach_act},
	{HTTP_GET, API "/notices/{notice_id}/attachments/{attachment_id}", 0, JOB_LANE_FILES, 0, 0,
		api_notice_attachment, &notice_attachment_view},
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/attachments/{attachment_id}/remove", SMALL,
		notice_detach_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/media", TEXT, medium_record_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/publish", SMALL, notice_publish_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/return", SMALL, notice_return_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/disclose", SMALL, notice_disclose_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/schedule", SMALL, notice_schedule_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/submit", SMALL, notice_submit_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/withdraw", SMALL, notice_withdraw_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/overrides", SMALL, override_ask_act),
	ACT_ROUTE(HTTP_POST, "/notice-check", TEXT, notice_check_draft_view),
	ACT_ROUTE(HTTP_POST, "/overrides/{override_id}/grant", SMALL, override_grant_act),
	ACT_ROUTE(HTTP_POST, "/project-drafts", TEXT, project_draft_keep_act),
	ACT_ROUTE(HTTP_POST, "/project-drafts/{draft_id}/approve", SMALL, project_approve_act),
	ACT_ROUTE(HTTP_POST, "/project-drafts/{draft_id}/discard", SMALL, project_draft_discard_act),
	ACT_ROUTE(HTTP_POST, "/project-drafts/{draft_id}/return", SMALL, project_return_act),
	ACT_ROUTE(HTTP_POST, "/project-drafts/{draft_id}/submit", SMALL, project_submit_act),
	ACT_ROUTE(HTTP_PUT, "/project-drafts/{draft_id}", TEXT, project_draft_edit_act),
	VIEW("/project-drafts", project_draft_list_view),
	VIEW("/project-drafts/{draft_id}", project_draft_view),
	ACT_ROUTE(HTTP_POST, "/projects", TEXT, project_create_act),
	ACT_ROUTE(HTTP_POST, "/projects/{project_id}/holders/{holder_no}", SMALL,
		project_change_holder_act),
	ACT_ROUTE(HTTP_POST, "/projects/{project_id}/bid-key/end", SMALL, project_key_propose_act),
	ACT_ROUTE(HTTP_POST, "/projects/{project_id}/bid-key/end/confirm", SMALL,
		project_key_confirm_act),
	ACT_ROUTE(HTTP_POST, "/projects/{project_id}/bid-key/end/decline", SMALL,
		project_key_decline_act),
	ACT_ROUTE(HTTP_POST, "/templates", SMALL, template_make_act),
	ACT_ROUTE(HTTP_POST, "/templates/{template_id}/approve", SMALL, template_approve_act),
	ACT_ROUTE(HTTP_POST, "/templates/{template_id}/change", SMALL, template_change_act),
	ACT_ROUTE(HTTP_POST, "/templates/{template_id}/decline", SMALL, template_decline_act),
	ACT_ROUTE(HTTP_POST, "/templates/{template_id}/retire", SMALL, template_retire_act),
	ACT_ROUTE(HTTP_PUT, "/notices/{notice_id}", TEXT, notice_edit_act),
	VIEW("/calendar", calendar_view),
	VIEW("/media-differences", medium_differences_view),
	VIEW("/notice-kinds", notice_kinds_view),
	VIEW("/notices", notice_list_view),
	VIEW("/notices/{notice_id}", notice_view),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/calculation", FORM, lot_calculate_view),
	VIEW("/lots/{lot_id}/scheme", lot_scheme_view),
	VIEW("/notices/{notice_id}/check", notice_check_view),
	VIEW("/notices/{notice_id}/media", medium_list_view),
	VIEW("/projects", project_list_view),
	VIEW("/projects/{project_id}", project_view),
	VIEW("/projects/{project_id}/tender", project_tender_view),
	ACT_ROUTE(HTTP_POST, "/deposits/orders", SMALL, deposit_order_act),
	ACT_ROUTE(HTTP_POST, "/deposits/payments/{payment_id}/keep", SMALL, deposit_keep_act),
	ACT_ROUTE(HTTP_POST, "/deposits/payments/{payment_id}/keep/confirm", SMALL,
		deposit_keep_confirm_act),
	ACT_ROUTE(HTTP_POST, "/deposits/payments/{payment_id}/keep/release", SMALL,
		deposit_keep_release_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/deposit", SMALL, deposit_open_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/deposit/ask-back", SMALL, deposit_ask_back_act),
	{HTTP_POST, API "/lots/{lot_id}/deposit/guarantee", ATTACHMENT_MAX, JOB_LANE_FILES, 0, 0,
		api_deposit_guarantee, &deposit_guarantee_act},
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/settlement", SMALL, lot_settle_act),
	{HTTP_GET, API "/deposits/guarantees/{guarantee_id}", 0, JOB_LANE_FILES, 0, 0,
		api_notice_attachment, &deposit_guarantee_view},
	VIEW("/deposits/orders", deposit_orders_view),
	{HTTP_GET, API "/deposits/orders/{order_id}", 0, JOB_LANE_FILES, 0, 0,
		api_notice_attachment, &deposit_order_view},
	VIEW("/lots/{lot_id}/deposit", deposit_own_view),
	VIEW("/lots/{lot_id}/deposits", deposit_list_view),
	VIEW("/me/deposits", deposit_list_own_view),
	ACT_ROUTE(HTTP_POST, "/projects/{project_id}/visits", SMALL, visit_announce_act),
	ACT_ROUTE(HTTP_POST, "/visits/{visit_id}/cancel", SMALL, visit_cancel_act),
	ACT_ROUTE(HTTP_POST, "/projects/{project_id}/acknowledge", SMALL, tender_acknowledge_act),
	ACT_ROUTE(HTTP_POST, "/projects/{project_id}/questions", SMALL, tender_ask_act),
	ACT_ROUTE(HTTP_POST, "/questions/{question_id}/answer", SMALL, tender_answer_act),
	VIEW("/me/tenders", tender_list_own_view),
	VIEW("/projects/{project_id}/documents", tender_documents_view),
	VIEW("/projects/{project_id}/questions", tender_questions_view),
	VIEW("/questions", tender_open_questions_view),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/objections", FORM, objection_raise_act),
	ACT_ROUTE(HTTP_POST, "/notices/{notice_id}/objections/recorded", FORM, objection_record_act),
	ACT_ROUTE(HTTP_POST, "/objections/{objection_id}/answer", FORM, objection_answer_act),
	VIEW("/projects/{project_id}/objections", objection_list_view),
	{HTTP_GET, API "/projects/{project_id}/documents/{attachment_id}", 0, JOB_LANE_FILES, 0, 0,
		api_notice_attachment, &tender_fetch_act},
	VIEW("/statistics", statistics_view),
	VIEW("/templates", template_list_view),
	VIEW("/templates/{template_id}", template_view),
	ACT_ROUTE(HTTP_POST, "/exchange/pushes/{push_id}/again", SMALL, exchange_again_act),
	VIEW("/exchange/pushes", exchange_list_view),
	VIEW("/exchange/pushes/{push_id}", exchange_view),
	VIEW("/notices/{notice_id}/exchange", exchange_records_view),

	/* Open to everybody */
	PUBLIC_VIEW("/public/notices", notice_search_view),
	PUBLIC_VIEW("/public/ocds/records/{project_id}", ocds_record_view),
	PUBLIC_VIEW("/public/ocds/releases", ocds_releases_view),
	{HTTP_GET, "/search", 0, JOB_LANE_ACTS, API_PUBLIC, 0, api_search_page, &notice_search_view},
	{HTTP_GET, "/search.atom", 0, JOB_LANE_ACTS, API_PUBLIC, 0, api_search_atom, &notice_search_view},

	/* Recording and replay */
	{HTTP_GET, API "/sessions/{session_id}/bundle.tar", 0, JOB_LANE_FILES, 0, 0, api_bundle_tar,
		&bundle_tar_view},
	{HTTP_POST, API "/sessions/{session_id}/bundle", SMALL, JOB_LANE_FILES, 0, 0, api_bundle_order,
		&bundle_order_act},
	VIEW("/sessions/{session_id}/bundle", bundle_view),
	VIEW("/sessions/{session_id}/events", session_events_view),
	VIEW("/sessions/{session_id}/parts", recording_parts_view),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/notes", SMALL, replay_note_act),
	VIEW("/sessions/{session_id}/notes", replay_notes_view),
	VIEW("/sessions/{session_id}/replay", replay_act),
	VIEW("/sessions/{session_id}/replay/tail", replay_tail_view),
	VIEW("/sessions/{session_id}/scores", score_history_view),
	{HTTP_GET, API "/sessions/{session_id}/reels/{track}", 0, JOB_LANE_ACTS, 0, 0, api_reel,
		&reel_view},

	/* The keeping of recordings */
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/archive/class", SMALL, archive_class_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/archive/expiry", SMALL, archive_propose_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/archive/expiry/confirm", SMALL, archive_confirm_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/archive/expiry/decline", SMALL, archive_decline_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/archive/holds", SMALL, archive_hold_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/archive/holds/{hold_id}/lift", SMALL, archive_lift_act),
	VIEW("/archive", archive_list_view),
	VIEW("/sessions/{session_id}/archive", archive_view),

	/* Originals of masked seats */
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/originals", SMALL, original_ask_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/originals/{opening_id}/agree", SMALL, original_agree_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/originals/{opening_id}/end", SMALL, original_end_act),
	VIEW("/sessions/{session_id}/originals", originals_view),

	/* Bids and their opening */
	UPLOAD_ROUTE("/bids/{bid_id}/content", api_bid_content, bid_content_act),
	HAND_IN_ROUTE("/bids/{bid_id}/finalise", bid_finalise_act),
	FILE_ROUTE("/bids/{bid_id}/release", bid_release_act),
	FILE_ROUTE("/bids/{bid_id}/shares", bid_share_act),
	ACT_ROUTE(HTTP_POST, "/bids/{bid_id}/rescue", SMALL, bid_rescue_act),
	ACT_ROUTE(HTTP_POST, "/bids/{bid_id}/withdraw", SMALL, bid_withdraw_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/bids", SMALL, bid_start_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/close", SMALL, lot_close_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/finish-opening", LIST, lot_finish_opening_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/attend", SMALL, opening_attend_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/hall", SMALL, hall_open_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/hall/close", SMALL, hall_close_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/read-out", SMALL, opening_read_out_act),
	FILE_ROUTE("/lots/{lot_id}/opening-record", opening_record_act),
	{HTTP_GET, API "/lots/{lot_id}/opening-record.pdf", 0, JOB_LANE_ACTS, 0, 0, api_report_pdf,
		&opening_pdf_view},
	{HTTP_GET, API "/lots/{lot_id}/opening-record/certificates/{certificate}/to-sign.pdf", 0,
		JOB_LANE_ACTS, 0, 0, api_report_pdf, &opening_to_sign_view},
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/opening-record/certificates", SMALL, opening_certify_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/opening-record/close", SMALL, opening_close_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/opening-record/declines", SMALL, opening_decline_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/opening-record/signatures", SMALL, opening_sign_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/objections", SMALL, opening_object_act),
	ACT_ROUTE(HTTP_POST, "/lots/{lot_id}/objections/{objection_no}/answer", SMALL, opening_answer_act),
	VIEW("/bids/{bid_id}", bid_view),
	VIEW("/holder/tasks", holder_tasks_view),
	VIEW("/lots/{lot_id}/award", lot_award_view),
	VIEW("/lots/{lot_id}/opening", opening_view),
	VIEW("/lots/{lot_id}/opening-record", opening_record_view),
	VIEW("/me/bids", bid_list_own_view),
	{HTTP_GET, API "/bids/{bid_id}/files/{file_no}", 0, JOB_LANE_ACTS, 0, 0, api_bid_file, &bid_file_act},
	{HTTP_GET, API "/bids/{bid_id}/header", 0, JOB_LANE_ACTS, 0, 0, api_bid_header, &bid_header_view},

	/* Evaluation */
	ACT_ROUTE(HTTP_POST, "/draws/{draw_id}/nonces", FORM, draw_commit_act),
	ACT_ROUTE(HTTP_POST, "/draws/{draw_id}/reveal", SMALL, draw_reveal_act),
	ACT_ROUTE(HTTP_POST, "/draws/{draw_id}/run", SMALL, draw_run_act),
	ACT_ROUTE(HTTP_POST, "/draws/{draw_id}/shares", SMALL, draw_share_act),
	ACT_ROUTE(HTTP_POST, "/sessions", FORM, session_create_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/advance", SMALL, session_advance_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/close", SMALL, session_close_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/dissolve", SMALL, session_dissolve_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/faults", SMALL, fault_open_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/faults/decide", SMALL, fault_decide_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/faults/repair", SMALL, fault_repair_act),
	ACT_ROUTE(HTTP_POST, "/fees/rates", SMALL, fee_set_rate_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/fees/approve", SMALL, fee_approve_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/leader-votes", SMALL, leader_vote_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/lots/{lot_id}/rejections", SMALL, bid_reject_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/lots/{lot_id}/review/{stage}/submit", TEXT, review_submit_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/lots/{lot_id}/sheet/submit", TEXT, sheet_submit_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/low-prices", SMALL, low_price_raise_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/low-prices/{bid_id}/votes", SMALL, low_price_vote_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/members/release", SMALL, member_release_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/members/replace", SMALL, member_replace_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/pause", SMALL, session_pause_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/performance", SMALL, expert_assess_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/promise", SMALL, member_promise_act),
	ACT_ROUTE(HTTP_POST, "/clarifications/{question_id}/answer", FORM, question_answer_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/questions", SMALL, question_ask_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/questions/{question_id}/review", SMALL, question_review_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/questions/{question_id}/settle", SMALL, question_settle_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/reconvene", SMALL, session_reconvene_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/recuse", SMALL, member_recuse_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/report/certificates", SMALL, report_certify_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/report/refusals", SMALL, report_refuse_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/report/signatures", SMALL, report_sign_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/resume", SMALL, session_resume_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/rollback", SMALL, rollback_request_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/rollback/approve", SMALL, rollback_approve_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/rollback/deny", SMALL, rollback_deny_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/rollback/withdraw", SMALL, rollback_withdraw_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/start", SMALL, session_start_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/time-votes", SMALL, time_vote_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/time-extensions", SMALL, time_extend_act),
	ACT_ROUTE(HTTP_POST, "/experts/{expert_id}/leaves", SMALL, expert_leave_act),
	ACT_ROUTE(HTTP_POST, "/experts/{expert_id}/leaves/{leave_id}/end", SMALL, expert_leave_end_act),
	ACT_ROUTE(HTTP_POST, "/experts/{expert_id}/standing", SMALL, expert_standing_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/venues/{venue_id}/confirm", SMALL, venue_confirm_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/venues/{venue_id}/retract", SMALL, venue_retract_act),
	ACT_ROUTE(HTTP_POST, "/venues", SMALL, venue_create_act),
	ACT_ROUTE(HTTP_POST, "/venues/{venue_id}/booths", SMALL, booth_add_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/suspend", SMALL, session_suspend_act),
	ACT_ROUTE(HTTP_PUT, "/sessions/{session_id}/lots/{lot_id}/review/{stage}", TEXT, review_save_act),
	ACT_ROUTE(HTTP_PUT, "/sessions/{session_id}/lots/{lot_id}/sheet", TEXT, sheet_save_act),
	FILE_ROUTE("/sessions/{session_id}/report", report_make_act),
	HASH_ROUTE(HTTP_POST, "/experts", 0, api_act, expert_enrol_act),
	HASH_ROUTE(HTTP_POST, "/gate/sign-in", 0, api_sign_in, gate_sign_in_act),
	HASH_ROUTE(HTTP_POST, "/seat/sign-in", API_PUBLIC | API_NO_CSRF, api_sign_in, seat_sign_in_act),
	VIEW("/draws/{draw_id}", draw_view),
	VIEW("/draws/{draw_id}/record", draw_record_view),
	VIEW("/experts", expert_list_view),
	VIEW("/experts/{expert_id}/performance", expert_performance_view),
	VIEW("/faults", fault_waiting_view),
	VIEW("/sessions", session_list_view),
	VIEW("/sessions/{session_id}", session_view),
	VIEW("/sessions/{session_id}/bids", session_bids_view),
	VIEW("/sessions/{session_id}/faults", fault_list_view),
	VIEW("/sessions/{session_id}/performance", session_performance_view),
	VIEW("/fees/rates", fee_rates_view),
	VIEW("/sessions/{session_id}/fees", fee_sheet_view),
	{HTTP_GET, API "/sessions/{session_id}/fees.csv", 0, JOB_LANE_ACTS, 0, 0, api_notice_attachment,
		&fee_table_view},
	VIEW("/sessions/{session_id}/lots/{lot_id}/result", session_result_view),
	VIEW("/sessions/{session_id}/lots/{lot_id}/review/{stage}", review_view),
	VIEW("/sessions/{session_id}/lots/{lot_id}/sheet", sheet_view),
	VIEW("/sessions/{session_id}/low-prices", low_price_list_view),
	VIEW("/clarifications", question_own_view),
	VIEW("/sessions/{session_id}/questions", question_list_view),
	VIEW("/sessions/{session_id}/report", report_view),
	VIEW("/venues", venue_list_view),
	VIEW("/venues/{venue_id}/booths", booth_list_view),
	{HTTP_GET, API "/sessions/{session_id}/report.pdf", 0, JOB_LANE_ACTS, 0, 0, api_report_pdf,
		&report_pdf_view},
	{HTTP_GET, API "/sessions/{session_id}/report-signed.pdf", 0, JOB_LANE_ACTS, 0, 0, api_report_pdf,
		&report_signed_view},
	{HTTP_GET, API "/sessions/{session_id}/report/certificates/{certificate}/to-sign.pdf", 0,
		JOB_LANE_ACTS, 0, 0, api_report_pdf, &report_to_sign_view},

	/* Supervision */
	ACT_ROUTE(HTTP_POST, "/complaints", FORM, complaint_record_act),
	ACT_ROUTE(HTTP_POST, "/complaints/{complaint_id}/accept", FORM, complaint_accept_act),
	ACT_ROUTE(HTTP_POST, "/complaints/{complaint_id}/correct", FORM, complaint_correct_act),
	ACT_ROUTE(HTTP_POST, "/complaints/{complaint_id}/decide", FORM, complaint_decide_act),
	ACT_ROUTE(HTTP_POST, "/complaints/{complaint_id}/decline", FORM, complaint_decline_act),
	ACT_ROUTE(HTTP_POST, "/complaints/{complaint_id}/resume", FORM, complaint_resume_act),
	ACT_ROUTE(HTTP_POST, "/complaints/{complaint_id}/suspend", FORM, complaint_suspend_act),
	ACT_ROUTE(HTTP_POST, "/complaints/{complaint_id}/withdraw", FORM, complaint_withdraw_act),
	VIEW("/complaints", complaint_list_view),
	VIEW("/complaints/{complaint_id}", complaint_view),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/patrols", SMALL, patrol_log_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/warnings", SMALL, warning_issue_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/warnings/{warning_id}/answer", SMALL, warning_answer_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/warnings/{warning_id}/close", SMALL, warning_close_act),
	ACT_ROUTE(HTTP_POST, "/supervision/spot-checks", SMALL, patrol_spot_act),
	VIEW("/sessions/{session_id}/patrols", patrol_list_view),
	VIEW("/sessions/{session_id}/warnings", warning_list_view),
	VIEW("/supervision/wall", supervision_wall_view),

	/* The room */
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/announce", SMALL, room_announce_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/call", SMALL, room_call_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/hand-over", SMALL, room_hand_over_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/lock", SMALL, room_lock_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/mask", SMALL, session_mask_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/moderate", SMALL, seat_moderate_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/move", SMALL, seat_move_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/tickets", SMALL, seat_ticket_act),
	ACT_ROUTE(HTTP_POST, "/sessions/{session_id}/timer", SMALL, session_timer_act),
};
/* clang-format on */

const struct route *routes(size_t *ret_n)
{
	*ret_n = sizeof(table) / sizeof(table[0]);
	return table;
}

/* Whatever needs a permission carries its act, also where the handler is one of its own. */
static const char *act_of(const struct route *row)
{
	return row->data ? ((const struct act_kind *)row->data)->name : NULL;
}

static json_t *who_may(const struct permission *p)
{
	json_t *roles = json_array();

	for (unsigned i = 0; i < N_ROLES; i++)
		if (p->roles & 1u << i)
			json_array_append_new(roles, json_string(role_name(1u << i)));
	if (p->everybody)
		json_array_append_new(roles, json_string("public"));
	if (p->any_account)
		json_array_append_new(roles, json_string("account"));
	return roles;
}

/* What the act takes, from path, query and body alike. NULL for a handler that reads for itself. */
static json_t *what_it_takes(const struct field *fields)
{
	json_t *list = json_array();

	for (const struct field *f = fields; f->name; f++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:I}", "name", f->name,
						    "type", field_type_name(f->type), "required",
						    f->required, "max", (json_int_t)f->max));
	return list;
}

void routes_print(FILE *out)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *act = act_of(&table[i]);
		json_t *row = json_pack("{s:s, s:s}", "method", http_method_name(table[i].method),
			"path", table[i].pattern);
		if (act) {
			json_object_set_new(row, "act", json_string(act));
			json_object_set_new(row, "roles", who_may(permission_find(act)));
			const struct field *fields =
				((const struct act_kind *)table[i].data)->fields;
			if (fields)
				json_object_set_new(row, "fields", what_it_takes(fields));
		}
		json_dumpf(row, out, JSON_COMPACT);
		fputc('\n', out);
		json_decref(row);
	}
}
