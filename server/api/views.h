/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_VIEWS_H
#define SERVER_API_VIEWS_H

/* What can be read over HTTP, one file per subject; server/routes.c gives each its address. */
#include "server/api/api.h"

/* account_view.c */
extern const struct act_kind account_me_view;
extern const struct act_kind account_list_view;
extern const struct act_kind holder_list_view;
/* archive_view.c */
extern const struct act_kind archive_list_view;
extern const struct act_kind archive_view;
/* bid_view.c */
extern const struct act_kind bid_file_act;
extern const struct act_kind bid_header_view;
extern const struct act_kind bid_list_own_view;
extern const struct act_kind bid_view;
/* certificate_view.c */
extern const struct act_kind certificate_own_view;
struct certificate_row;
struct project;
/* A new object. */
json_t *certificate_json(
	const struct act *a, const struct certificate_row *c, const char *credit_code);
/* clock_view.c */
extern const struct act_kind clock_view;
/* deposit_file.c */
extern const struct act_kind deposit_guarantee_view;
extern const struct act_kind deposit_order_view;
extern const struct act_kind deposit_orders_view;
int api_deposit_guarantee(struct api_call *call);
/* deposit_view.c */
extern const struct act_kind deposit_list_own_view;
extern const struct act_kind deposit_list_view;
extern const struct act_kind deposit_own_view;
/* exchange_view.c */
extern const struct act_kind exchange_list_view;
extern const struct act_kind exchange_records_view;
extern const struct act_kind exchange_view;
/* fee_view.c */
extern const struct act_kind fee_rates_view;
extern const struct act_kind fee_sheet_view;
extern const struct act_kind fee_table_view;
/* fault_view.c */
extern const struct act_kind fault_list_view;
extern const struct act_kind fault_waiting_view;
/* holder_view.c */
extern const struct act_kind holder_tasks_view;
/* draw_view.c */
extern const struct act_kind draw_record_view;
extern const struct act_kind draw_view;
/* ledger_view.c */
extern const struct act_kind audit_events_view;
extern const struct act_kind event_receipt_view;
extern const struct act_kind feed_view;
/* lot_price.c */
extern const struct act_kind lot_calculate_view;
extern const struct act_kind review_view;
extern const struct act_kind lot_award_view;
extern const struct act_kind lot_scheme_view;
/* low_price_view.c */
extern const struct act_kind low_price_list_view;
/* medium_view.c */
extern const struct act_kind medium_differences_view;
extern const struct act_kind medium_list_view;
/* template_view.c */
extern const struct act_kind template_list_view;
extern const struct act_kind template_view;
/* notice_search.c */
extern const struct act_kind notice_search_view;
/* calendar_view.c */
extern const struct act_kind calendar_view;

/* notice_view.c */
extern const struct act_kind notice_kinds_view;
extern const struct act_kind notice_list_view;
extern const struct act_kind notice_view;
struct notice_row;
/* One notice as lists show it; a new object. */
json_t *notice_summary(const struct act *a, const struct notice_row *n);
/* Takes those out of items, the summaries of these notices in step, that are drafts of a project
 * the actor has no part in. */
int notice_hide_drafts(struct act *a, const GPtrArray *notices, json_t *items);
/* open_data.c */
extern const struct act_kind ocds_record_view;
extern const struct act_kind ocds_releases_view;
/* opening_record_view.c */
extern const struct act_kind opening_record_view;
extern const struct act_kind opening_pdf_view;
extern const struct act_kind opening_to_sign_view;
/* opening_view.c */
extern const struct act_kind opening_view;
/* originals_view.c */
extern const struct act_kind originals_view;
/* performance_view.c */
extern const struct act_kind expert_performance_view;
extern const struct act_kind session_performance_view;
/* pool_view.c */
extern const struct act_kind expert_list_view;
extern const struct act_kind venue_list_view;
extern const struct act_kind booth_list_view;
/* rollback_rows.c; *ret is a new array. */
int rollback_rows(struct act *a, const char *session_id, json_t **ret);
/* objection_view.c */
extern const struct act_kind objection_list_view;

/* complaint_view.c */
extern const struct act_kind complaint_list_view;
extern const struct act_kind complaint_view;

/* project_draft_view.c */
extern const struct act_kind project_draft_list_view;
extern const struct act_kind project_draft_view;

/* project_view.c */
extern const struct act_kind project_list_view;
extern const struct act_kind project_tender_view;
extern const struct act_kind project_view;
/* Sets `holders`, with their public keys. */
int project_out_holders(struct act *a, const char *project_id, json_t *out);
/* What the tender says of consortia (联合体). */
void project_out_joint(const struct project *p, json_t *out);
/* recording_parts_view.c */
extern const struct act_kind recording_parts_view;
/* registration.c */
extern const struct act_kind registration_list_view, registration_view;
/* replay_notes_view.c */
extern const struct act_kind replay_notes_view;
/* replay_view.c */
extern const struct act_kind replay_act;
extern const struct act_kind session_events_view;
/* replay_tail_view.c */
extern const struct act_kind replay_tail_view;
/* question_view.c */
extern const struct act_kind question_list_view;
extern const struct act_kind question_own_view;

/* report_view.c */
extern const struct act_kind report_pdf_view;
extern const struct act_kind report_signed_view;
extern const struct act_kind report_to_sign_view;
extern const struct act_kind report_view;
/* rulebook_view.c */
extern const struct act_kind rulebook_view;
/* score_history_view.c */
extern const struct act_kind score_history_view;
/* session_view.c */
extern const struct act_kind session_list_view;
extern const struct act_kind session_view;
/* sheet_view.c */
extern const struct act_kind session_bids_view;
extern const struct act_kind session_result_view;
extern const struct act_kind sheet_view;
/* statistics_view.c */
extern const struct act_kind statistics_view;
/* supplier_view.c */
extern const struct act_kind supplier_list_view;
extern const struct act_kind supplier_view;
/* supervision_view.c */
extern const struct act_kind patrol_list_view;
extern const struct act_kind supervision_wall_view;
extern const struct act_kind warning_list_view;

/* bundle.c; of the last view only the name counts */
extern const struct act_kind bundle_view;
extern const struct act_kind bundle_tar_view;
int api_bundle_order(struct api_call *call);
int api_bundle_tar(struct api_call *call);

/* Handlers with more than JSON: bid_content.c, bid_file.c, bid_header.c, health.c, sign_in.c */
int api_bid_content(struct api_call *call);
/* import.c */
int api_import(struct api_call *call);
int api_notice_attach(struct api_call *call);
int api_notice_attachment(struct api_call *call);
int api_bid_file(struct api_call *call);
int api_registration(struct api_call *call);
int api_bid_header(struct api_call *call);
int api_report_pdf(struct api_call *call);
int api_sign_in(struct api_call *call);
int api_sign_out(struct api_call *call);
int api_healthz(struct api_call *call);
/* reel.c; of its view only the name counts */
extern const struct act_kind reel_view;
int api_reel(struct api_call *call);
int api_receipt(struct api_call *call);
/* tender_view.c */
extern const struct act_kind tender_documents_view;
extern const struct act_kind tender_list_own_view;
extern const struct act_kind tender_open_questions_view;
extern const struct act_kind tender_questions_view;
/* search_page.c */
int api_search_atom(struct api_call *call);
int api_search_page(struct api_call *call);
int api_readyz(struct api_call *call);
int api_metrics(struct api_call *call);

#endif
