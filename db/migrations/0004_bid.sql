-- Sealed bids (投标文件). The sealed file itself lies in the data directory, never opened on disk.

CREATE TABLE bid (
  bid_id         CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  lot_id         CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size           BIGINT NOT NULL,
  received       BIGINT NOT NULL DEFAULT 0,
  header         MEDIUMBLOB NULL,
  receipt_digest BINARY(32) NULL,
  receipt_event  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  finalised_at   DATETIME(6) NULL,
  -- Order of receipt, given when the lot is closed.
  bid_no         INT NULL,
  rescue_reason  VARCHAR(500) NULL,
  rescue_at      DATETIME(6) NULL,
  -- The released content key, wrapped for this row by the server's field key.
  content_key    VARBINARY(256) NULL,
  opened_by      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  opened_at      DATETIME(6) NULL,
  manifest       MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  bidder_name    VARCHAR(400) NULL,
  price          DECIMAL(20,6) NULL,
  created_at     DATETIME(6) NOT NULL,
  version        BIGINT NOT NULL DEFAULT 1,
  KEY bid_lot (lot_id, state),
  KEY bid_account (account_id)
);

-- Shares of a content key that holders gave for a rescue, wrapped by the field key.
CREATE TABLE bid_share (
  bid_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  holder_no  INT NOT NULL,
  share      VARBINARY(256) NOT NULL,
  given_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (bid_id, holder_no)
);

GRANT SELECT, INSERT, UPDATE ON bid TO bidroom_service;
GRANT SELECT, INSERT, DELETE ON bid_share TO bidroom_service;
