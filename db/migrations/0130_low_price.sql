-- Bids whose price is abnormally low (异常低价) and which must explain it, and the members whom the explanation
-- convinced (whom it did not votes to reject the bid). undone is 0 as long as a row stands, else the time at which it
-- was undone, in microseconds.
CREATE TABLE low_price (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bid_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  undone     BIGINT NOT NULL DEFAULT 0,
  lot_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- A rule of the tender file, or "judgement" of a member.
  raised_by  VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  finding    TEXT CHARACTER SET ascii COLLATE ascii_bin NULL CHECK (JSON_VALID(finding)),
  member_no  INT NULL,
  reason     TEXT NULL,
  raised_at  DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, bid_id, undone)
);

CREATE TABLE low_price_vote (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bid_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no  INT NOT NULL,
  undone     BIGINT NOT NULL DEFAULT 0,
  reason     TEXT NOT NULL,
  voted_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, bid_id, member_no, undone)
);

ALTER TABLE question
  ADD COLUMN low_price TINYINT NOT NULL DEFAULT 0,
  ALGORITHM=INSTANT;

-- Why it is out when neither a review nor votes say so.
ALTER TABLE rejection
  ADD COLUMN cause VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ALGORITHM=INSTANT;

GRANT SELECT, INSERT, UPDATE (undone, finding) ON low_price TO bidroom_service;
GRANT SELECT, INSERT, UPDATE (undone) ON low_price_vote TO bidroom_service;
