-- Who of a committee read which document of which bid, and since when: the first time is an event.
CREATE TABLE bid_reading (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bid_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_no    INT NOT NULL,
  account_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  read_at    DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, bid_id, file_no, account_id)
);
GRANT SELECT, INSERT ON bid_reading TO bidroom_service;
