-- Signatures inside the opening record (开标记录): the bidder's registered key gets a certificate for
-- one lot; each signature is an increment behind the printed file and those before it, the last one,
-- with number 0, the centre's, which says who signed, declined or was silent. Who confirmed a record
-- that was printed before stands in the ledger.
REVOKE SELECT, INSERT ON opening_confirmation FROM bidroom_service;
DROP TABLE opening_confirmation;

CREATE TABLE opening_certificate (
  lot_id             CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  certificate_sha256 BINARY(32) NOT NULL,
  bid_no             INT NOT NULL,
  certificate        VARBINARY(4096) NOT NULL,
  key_id             VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  issued_at          DATETIME(6) NOT NULL,
  PRIMARY KEY (lot_id, certificate_sha256)
);

CREATE TABLE opening_increment (
  lot_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position INT NOT NULL,
  bid_no   INT NOT NULL,
  bytes    MEDIUMBLOB NOT NULL,
  added_at DATETIME(6) NOT NULL,
  PRIMARY KEY (lot_id, position),
  UNIQUE KEY opening_increment_bid (lot_id, bid_no)
);

-- Bidders that say why they do not sign (拒绝签署).
CREATE TABLE opening_decline (
  lot_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bid_no      INT NOT NULL,
  reason      VARCHAR(500) NOT NULL,
  declined_at DATETIME(6) NOT NULL,
  PRIMARY KEY (lot_id, bid_no)
);

CREATE TABLE opening_closing (
  lot_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  closed_at DATETIME(6) NOT NULL
);

GRANT SELECT, INSERT ON opening_certificate TO bidroom_service;
GRANT SELECT, INSERT ON opening_increment TO bidroom_service;
GRANT SELECT, INSERT ON opening_decline TO bidroom_service;
GRANT SELECT, INSERT ON opening_closing TO bidroom_service;
