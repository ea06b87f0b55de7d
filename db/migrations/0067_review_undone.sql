-- What a member who left had decided is void but stays (C08): undone is 0 as long as a row stands, else the
-- time at which it was undone, in microseconds.
ALTER TABLE review_ballot
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (session_id, lot_id, stage, member_no, undone),
  ALGORITHM=INPLACE, LOCK=NONE;

ALTER TABLE review_result
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (session_id, lot_id, stage, undone),
  ALGORITHM=COPY;

ALTER TABLE rejection
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (bid_id, undone),
  ALGORITHM=INPLACE, LOCK=NONE;

GRANT UPDATE (undone) ON review_result TO bidroom_service;
GRANT UPDATE (undone) ON rejection TO bidroom_service;
