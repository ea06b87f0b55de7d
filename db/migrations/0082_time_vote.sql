-- Members who find that the time of a step is too short (C09). ended: the time was extended or the step left, in
-- microseconds; 0 as long as the vote stands.
CREATE TABLE time_vote (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no  INT NOT NULL,
  ended      BIGINT NOT NULL DEFAULT 0,
  voted_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, member_no, ended)
);

GRANT SELECT, INSERT, UPDATE (ended) ON time_vote TO bidroom_service;
