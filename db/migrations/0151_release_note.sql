-- Why a member may go in a re-evaluation is personal: the text stays here, the ledger has its salted digest.
ALTER TABLE session_member
  ADD COLUMN release_note VARCHAR(500) NULL,
  ADD COLUMN release_salt BINARY(16) NULL,
  ALGORITHM=INSTANT;
