-- The review (资格审查、初步评审、符合性审查) of a session's lots: each member's votes, wrapped like a
-- sheet until all are in; what came of a stage; bids that were rejected (否决).
CREATE TABLE review_ballot (
  session_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stage        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no    INT NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  votes_enc    MEDIUMBLOB NOT NULL,
  n_votes      INT NOT NULL,
  submitted_at DATETIME(6) NULL,
  version      BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (session_id, lot_id, stage, member_no)
);

CREATE TABLE review_result (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stage      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  result     MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(result)),
  counted_at DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, lot_id, stage)
);

-- after_scoring: the prices had been judged by then.
CREATE TABLE rejection (
  bid_id        CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id        CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stage         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  reason        TEXT NOT NULL,
  after_scoring TINYINT NOT NULL,
  rejected_at   DATETIME(6) NOT NULL,
  KEY rejection_lot (lot_id)
);

-- Members who find that a bid must be rejected, outside the items of a review.
CREATE TABLE rejection_vote (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bid_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no  INT NOT NULL,
  clause     VARCHAR(500) NOT NULL,
  reason     TEXT NOT NULL,
  voted_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, bid_id, member_no)
);

GRANT SELECT, INSERT, UPDATE ON review_ballot TO bidroom_service;
GRANT SELECT, INSERT ON review_result TO bidroom_service;
GRANT SELECT, INSERT ON rejection TO bidroom_service;
GRANT SELECT, INSERT ON rejection_vote TO bidroom_service;
