-- Award letter and contract of a lot that was evaluated again are void, but kept: undone is when, in microseconds, 0 while they stand.
ALTER TABLE lot_settlement
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (lot_id, undone);
