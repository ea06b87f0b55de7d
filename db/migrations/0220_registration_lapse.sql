-- Whoever registers is not known yet: what he says of himself keeps nobody else out, so several may
-- wait for one login or credit code. Those nobody decides lapse, the oldest first.
ALTER TABLE bidder_registration
  DROP COLUMN pending_login,
  DROP COLUMN pending_code,
  ADD KEY bidder_registration_state (state, created_at),
  ADD KEY bidder_registration_code (credit_code),
  ADD KEY bidder_registration_org (org_name);
ALTER TABLE account
  ADD KEY account_org (org_name),
  ADD KEY account_code (credit_code);
