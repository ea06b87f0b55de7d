-- Why a member left or does not sign is personal: the text stays here, the ledger has its salted digest.
ALTER TABLE session_member
  ADD COLUMN left_reason VARCHAR(500) NULL,
  ADD COLUMN left_salt BINARY(16) NULL,
  ALGORITHM=INSTANT;

ALTER TABLE report_refusal
  ADD COLUMN reason_salt BINARY(16) NULL,
  ALGORITHM=INSTANT;
