-- Where a session sits: at the main venue (主场) and at guest venues (副场), and which has confirmed its seats.
CREATE TABLE session_venue (
  session_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  venue_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  guest        TINYINT NOT NULL,
  confirmed_at DATETIME(6) NULL,
  confirmed_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (session_id, venue_id)
);

GRANT SELECT, INSERT, UPDATE ON session_venue TO bidroom_service;
