-- The opening hall (开标大厅): who signed in (签到), whose price was read out (唱标), and the opening record
-- (开标记录) as it was printed.

CREATE TABLE opening_attendance (
  lot_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attended_at DATETIME(6) NOT NULL,
  PRIMARY KEY (lot_id, account_id)
);

CREATE TABLE opening_reading (
  lot_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bid_no  INT NOT NULL,
  read_at DATETIME(6) NOT NULL,
  PRIMARY KEY (lot_id, bid_no)
);

CREATE TABLE opening_paper (
  lot_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  model      MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(model)),
  pdf        LONGBLOB NOT NULL,
  pdf_sha256 BINARY(32) NOT NULL,
  made_at    DATETIME(6) NOT NULL
);

GRANT SELECT, INSERT ON opening_attendance TO bidroom_service;
GRANT SELECT, INSERT ON opening_reading TO bidroom_service;
GRANT SELECT, INSERT ON opening_paper TO bidroom_service;
