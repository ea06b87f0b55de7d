-- A step back (环节回退) is asked for and decided on; what it makes void stays: undone is 0 as long as a row
-- stands, else the time at which it was undone, in microseconds.
CREATE TABLE rollback (
  rollback_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_step   VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  to_step     VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason      VARCHAR(500) NOT NULL,
  asked_by    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The leader's member number; NULL: the host asked.
  member_no   INT NULL,
  asked_at    DATETIME(6) NOT NULL,
  approved    TINYINT NULL,
  note        VARCHAR(500) NULL,
  decided_by  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  decided_at  DATETIME(6) NULL,
  KEY rollback_session (session_id)
);

CREATE TABLE lot_result_undone (
  lot_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  undone     BIGINT NOT NULL,
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  result     LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(result)),
  PRIMARY KEY (lot_id, undone)
);

ALTER TABLE leader_vote
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (session_id, round_no, voter_no, choice_no, undone),
  ALGORITHM=INPLACE, LOCK=NONE;

-- The step at which members found it; NULL: before this was noted.
ALTER TABLE rejection
  ADD COLUMN step VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ALGORITHM=INSTANT;

ALTER TABLE rejection_vote
  ADD COLUMN step VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (session_id, bid_id, member_no, undone),
  ALGORITHM=INPLACE, LOCK=NONE;

ALTER TABLE sheet
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (session_id, lot_id, member_no, undone),
  ALGORITHM=INPLACE, LOCK=NONE;

ALTER TABLE report
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (session_id, undone),
  ALGORITHM=COPY;

ALTER TABLE report_signature
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (session_id, member_no, undone),
  ALGORITHM=INPLACE, LOCK=NONE;

ALTER TABLE report_refusal
  ADD COLUMN undone BIGINT NOT NULL DEFAULT 0,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (session_id, member_no, undone),
  ALGORITHM=INPLACE, LOCK=NONE;

GRANT SELECT, INSERT, UPDATE (approved, note, decided_by, decided_at) ON rollback TO bidroom_service;
GRANT SELECT, INSERT ON lot_result_undone TO bidroom_service;
GRANT UPDATE (undone) ON leader_vote TO bidroom_service;
GRANT UPDATE (undone) ON rejection_vote TO bidroom_service;
GRANT UPDATE (undone) ON report TO bidroom_service;
GRANT UPDATE (undone) ON report_signature TO bidroom_service;
GRANT UPDATE (undone) ON report_refusal TO bidroom_service;
