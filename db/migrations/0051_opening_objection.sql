-- Objections at the opening (开标异议) with the host's answers, and bidders' confirmations of the
-- opening record.

CREATE TABLE opening_objection (
  lot_id       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  objection_no INT NOT NULL,
  bid_no       INT NOT NULL,
  said         VARCHAR(2000) NOT NULL,
  raised_at    DATETIME(6) NOT NULL,
  answer       VARCHAR(2000) NULL,
  answered_at  DATETIME(6) NULL,
  PRIMARY KEY (lot_id, objection_no)
);

CREATE TABLE opening_confirmation (
  lot_id       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bid_no       INT NOT NULL,
  confirmed_at DATETIME(6) NOT NULL,
  PRIMARY KEY (lot_id, bid_no)
);

GRANT SELECT, INSERT, UPDATE ON opening_objection TO bidroom_service;
GRANT SELECT, INSERT ON opening_confirmation TO bidroom_service;
