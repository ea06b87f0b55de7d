-- Standing (在库状态) and leave (请假) of experts. Why one is suspended is personal: the text stays here, the ledger has
-- its salted digest. Of a leave there is no reason at all.
ALTER TABLE expert
  ADD COLUMN standing_reason VARCHAR(500) NULL,
  ADD COLUMN standing_salt BINARY(16) NULL;

CREATE TABLE expert_leave (
  leave_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  expert_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_at   DATETIME(6) NOT NULL,
  until_at  DATETIME(6) NOT NULL,
  KEY expert_leave_expert (expert_id, until_at)
);

-- How many a draw left out and why, {"unit": 2 …}; as the event draw.prepared says it.
ALTER TABLE draw
  ADD COLUMN excluded TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  ALGORITHM=INSTANT;

GRANT SELECT, INSERT, UPDATE, DELETE ON expert_leave TO bidroom_service;
