/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_ACTS_H
#define SERVER_ACT_ACTS_H

/* Every legal act, one file each; server/routes.c and server/ws say through which door it comes. */
#include "server/act/act.h"

/* The house */
extern const struct act_kind account_create_act;
extern const struct act_kind account_grant_roles_act;
extern const struct act_kind account_password_act;
extern const struct act_kind account_sign_in_act;
extern const struct act_kind account_sign_out_act;
extern const struct act_kind account_totp_begin_act;
extern const struct act_kind account_totp_confirm_act;
extern const struct act_kind account_totp_reset_act;
extern const struct act_kind certificate_add_act;
extern const struct act_kind certificate_remove_act;
extern const struct act_kind clock_advance_act;
extern const struct act_kind fee_approve_act;
extern const struct act_kind fee_set_rate_act;
extern const struct act_kind house_open_act;
extern const struct act_kind key_register_act;

/* Trade */
extern const struct act_kind import_bidders_act;
extern const struct act_kind import_experts_act;
extern const struct act_kind import_notices_act;
extern const struct act_kind import_payments_act;
extern const struct act_kind import_projects_act;
extern const struct act_kind import_returns_act;
extern const struct act_kind notice_approve_act;
extern const struct act_kind notice_attach_act;
extern const struct act_kind notice_attachment_view;
extern const struct act_kind notice_detach_act;
extern const struct act_kind notice_check_draft_view;
extern const struct act_kind notice_check_view;
extern const struct act_kind notice_create_act;
extern const struct act_kind notice_disclose_act;
extern const struct act_kind notice_due_act;
extern const struct act_kind notice_due_view;
extern const struct act_kind medium_record_act;
extern const struct act_kind notice_edit_act;
extern const struct act_kind notice_publish_act;
extern const struct act_kind notice_return_act;
extern const struct act_kind notice_schedule_act;
extern const struct act_kind notice_submit_act;
extern const struct act_kind notice_withdraw_act;
extern const struct act_kind exchange_again_act;
extern const struct act_kind override_ask_act;
extern const struct act_kind override_grant_act;
extern const struct act_kind complaint_accept_act;
extern const struct act_kind complaint_correct_act;
extern const struct act_kind complaint_decide_act;
extern const struct act_kind complaint_decline_act;
extern const struct act_kind complaint_record_act;
extern const struct act_kind complaint_resume_act;
extern const struct act_kind complaint_suspend_act;
extern const struct act_kind complaint_withdraw_act;
extern const struct act_kind project_approve_act;
extern const struct act_kind project_change_holder_act;
extern const struct act_kind project_key_confirm_act;
extern const struct act_kind project_key_decline_act;
extern const struct act_kind project_key_propose_act;
extern const struct act_kind project_create_act;
extern const struct act_kind project_draft_discard_act;
extern const struct act_kind project_draft_edit_act;
extern const struct act_kind project_draft_keep_act;
extern const struct act_kind project_return_act;
extern const struct act_kind project_submit_act;
extern const struct act_kind template_approve_act;
extern const struct act_kind template_change_act;
extern const struct act_kind template_decline_act;
extern const struct act_kind template_make_act;
extern const struct act_kind template_retire_act;
extern const struct act_kind tender_acknowledge_act;
extern const struct act_kind tender_answer_act;
extern const struct act_kind tender_ask_act;
extern const struct act_kind tender_fetch_act;
extern const struct act_kind visit_announce_act;
extern const struct act_kind visit_cancel_act;

/* Bids and their opening */
extern const struct act_kind bid_content_act;
extern const struct act_kind bid_finalise_act;
extern const struct act_kind bid_release_act;
extern const struct act_kind bid_rescue_act;
extern const struct act_kind bid_share_act;
extern const struct act_kind bid_start_act;
extern const struct act_kind bid_withdraw_act;
extern const struct act_kind deposit_ask_back_act;
extern const struct act_kind deposit_guarantee_act;
extern const struct act_kind deposit_keep_act;
extern const struct act_kind deposit_keep_confirm_act;
extern const struct act_kind deposit_keep_release_act;
extern const struct act_kind deposit_open_act;
extern const struct act_kind deposit_order_act;
extern const struct act_kind hall_close_act;
extern const struct act_kind hall_open_act;
extern const struct act_kind lot_close_act;
extern const struct act_kind lot_due_act;
extern const struct act_kind lot_due_view;
extern const struct act_kind lot_finish_opening_act;
extern const struct act_kind lot_settle_act;
extern const struct act_kind low_price_raise_act;
extern const struct act_kind low_price_vote_act;
extern const struct act_kind opening_answer_act;
extern const struct act_kind opening_attend_act;
extern const struct act_kind opening_certify_act;
extern const struct act_kind opening_close_act;
extern const struct act_kind opening_decline_act;
extern const struct act_kind objection_answer_act;
extern const struct act_kind objection_raise_act;
extern const struct act_kind objection_record_act;
extern const struct act_kind opening_object_act;
extern const struct act_kind opening_read_out_act;
extern const struct act_kind opening_record_act;
extern const struct act_kind opening_sign_act;

/* Evaluation */
extern const struct act_kind bid_reject_act;
extern const struct act_kind booth_add_act;
extern const struct act_kind deputy_name_act;
extern const struct act_kind draw_commit_act;
extern const struct act_kind draw_reveal_act;
extern const struct act_kind draw_run_act;
extern const struct act_kind draw_share_act;
extern const struct act_kind expert_assess_act;
extern const struct act_kind expert_enrol_act;
extern const struct act_kind expert_leave_act;
extern const struct act_kind expert_leave_end_act;
extern const struct act_kind expert_standing_act;
extern const struct act_kind fault_decide_act;
extern const struct act_kind fault_open_act;
extern const struct act_kind fault_repair_act;
extern const struct act_kind gate_sign_in_act;
extern const struct act_kind bundle_order_act;
extern const struct act_kind leader_vote_act;
extern const struct act_kind ledger_cosign_act;
extern const struct act_kind member_promise_act;
extern const struct act_kind member_recuse_act;
extern const struct act_kind member_release_act;
extern const struct act_kind member_replace_act;
extern const struct act_kind registration_approve_act, registration_lapse_act,
	registration_make_act, registration_refuse_act;
extern const struct act_kind replay_note_act;
extern const struct act_kind report_certify_act;
extern const struct act_kind report_make_act;
extern const struct act_kind report_refuse_act;
extern const struct act_kind report_sign_act;
extern const struct act_kind review_save_act;
extern const struct act_kind review_submit_act;
extern const struct act_kind rollback_approve_act;
extern const struct act_kind rollback_deny_act;
extern const struct act_kind rollback_request_act;
extern const struct act_kind rollback_withdraw_act;
extern const struct act_kind seat_sign_in_act;
extern const struct act_kind session_advance_act;
extern const struct act_kind session_close_act;
extern const struct act_kind session_create_act;
extern const struct act_kind session_dissolve_act;
extern const struct act_kind session_pause_act;
extern const struct act_kind session_reconvene_act;
extern const struct act_kind session_resume_act;
extern const struct act_kind session_start_act;
extern const struct act_kind session_suspend_act;
extern const struct act_kind sheet_save_act;
extern const struct act_kind sheet_submit_act;
extern const struct act_kind time_extend_act;
extern const struct act_kind time_vote_act;
extern const struct act_kind venue_confirm_act;
extern const struct act_kind venue_create_act;
extern const struct act_kind venue_retract_act;

/* The keeping of recordings */
extern const struct act_kind archive_class_act;
extern const struct act_kind archive_confirm_act;
extern const struct act_kind archive_decline_act;
extern const struct act_kind archive_destroy_act;
extern const struct act_kind archive_hold_act;
extern const struct act_kind archive_lift_act;
extern const struct act_kind archive_move_act;
extern const struct act_kind archive_propose_act;
extern const struct act_kind archive_removed_act;

/* Originals of masked seats */
extern const struct act_kind original_agree_act;
extern const struct act_kind original_ask_act;
extern const struct act_kind original_end_act;
extern const struct act_kind original_read_act;

/* Supervision */
extern const struct act_kind patrol_log_act;
extern const struct act_kind patrol_spot_act;
extern const struct act_kind warning_answer_act;
extern const struct act_kind warning_close_act;
extern const struct act_kind warning_issue_act;

/* The room */
extern const struct act_kind media_gap_act;
extern const struct act_kind media_part_act;
extern const struct act_kind question_answer_act;
extern const struct act_kind question_ask_act;
extern const struct act_kind question_review_act;
extern const struct act_kind question_settle_act;
extern const struct act_kind room_announce_act;
extern const struct act_kind room_call_act;
extern const struct act_kind room_chat_act;
extern const struct act_kind room_hand_act;
extern const struct act_kind room_hand_over_act;
extern const struct act_kind room_lag_act;
extern const struct act_kind record_space_act;
extern const struct act_kind room_lock_act;
extern const struct act_kind room_mic_act;
extern const struct act_kind room_open_act;
extern const struct act_kind room_present_act;
extern const struct act_kind room_recover_act;
extern const struct act_kind room_renew_act;
extern const struct act_kind room_state_act;
extern const struct act_kind seat_join_act;
extern const struct act_kind seat_left_act;
extern const struct act_kind seat_lost_act;
extern const struct act_kind seat_moderate_act;
extern const struct act_kind seat_move_act;
extern const struct act_kind seat_mute_self_act;
extern const struct act_kind seat_resume_act;
extern const struct act_kind seat_ticket_act;
extern const struct act_kind session_mask_act;
extern const struct act_kind session_timer_act;
extern const struct act_kind track_aside_act;
extern const struct act_kind track_end_act;
extern const struct act_kind track_publish_act;

#endif
