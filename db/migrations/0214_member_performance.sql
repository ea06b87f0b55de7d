-- How each expert did in a session (一标一评): yes or no to each item, as staff records it once the session is over. The
-- remark is personal: the text stays here, the ledger has its salted digest.
CREATE TABLE member_performance (
  session_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no   INT NOT NULL,
  expert_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  items       VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  remark      VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  remark_salt BINARY(16) NULL,
  recorded_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  recorded_at DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, member_no),
  KEY member_performance_expert (expert_id, recorded_at)
);

GRANT SELECT, INSERT ON member_performance TO bidroom_service;
