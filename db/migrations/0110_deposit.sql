-- Bid bonds (投标保证金): the reference of each bidder for each lot, what the bank says came in under it, guarantees
-- (保函), and what goes back. Who pays and from where is wrapped: before the opening nobody reads it from here.

CREATE TABLE deposit (
  deposit_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  lot_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reference  CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  made_at    DATETIME(6) NOT NULL,
  UNIQUE KEY deposit_one (lot_id, account_id),
  UNIQUE KEY deposit_reference (reference),
  KEY deposit_account (account_id, deposit_id)
);

-- One line of the bank. state: held, aside (flaw says why), back (the bidder asked for it), kept (不予退还).
CREATE TABLE deposit_payment (
  payment_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  bank_serial VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  deposit_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  reference   VARCHAR(64) NOT NULL,
  amount      DECIMAL(20,6) NOT NULL,
  paid_at     DATETIME(6) NOT NULL,
  payer       VARBINARY(4096) NOT NULL,
  state       VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  flaw        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  asked_at    DATETIME(6) NULL,
  reason      VARCHAR(500) NULL,
  taken_at    DATETIME(6) NOT NULL,
  UNIQUE KEY deposit_payment_serial (bank_serial),
  KEY deposit_payment_deposit (deposit_id),
  KEY deposit_payment_state (state, payment_id)
);

CREATE TABLE deposit_guarantee (
  guarantee_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  deposit_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  form         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  issuer       VARCHAR(200) NOT NULL,
  number       VARCHAR(64) NOT NULL,
  amount       DECIMAL(20,6) NOT NULL,
  valid_until  DATETIME(6) NOT NULL,
  name         VARCHAR(100) NOT NULL,
  size         BIGINT NOT NULL,
  sha256       BINARY(32) NOT NULL,
  content      LONGBLOB NOT NULL,
  handed_at    DATETIME(6) NOT NULL,
  -- The newest of a bidder counts; the others are kept as what was replaced.
  replaced_at  DATETIME(6) NULL,
  KEY deposit_guarantee_deposit (deposit_id, guarantee_id)
);

-- An order to the bank, and what the bank said of each line of it.
CREATE TABLE deposit_return (
  return_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  order_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payment_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due_at      DATETIME(6) NULL,
  ordered_at  DATETIME(6) NOT NULL,
  bank_serial VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  interest    DECIMAL(20,6) NULL,
  returned_at DATETIME(6) NULL,
  failed_at   DATETIME(6) NULL,
  failure     VARCHAR(200) NULL,
  KEY deposit_return_order (order_id, return_id),
  KEY deposit_return_payment (payment_id)
);

-- Whom the award letter (中标通知书) and the contract of a lot are with, and when: clocks count from them.
CREATE TABLE lot_settlement (
  lot_id        CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  bid_no        INT NOT NULL,
  awarded_at    DATETIME(6) NOT NULL,
  contracted_at DATETIME(6) NULL
);

GRANT SELECT, INSERT, UPDATE ON deposit TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON deposit_payment TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON deposit_guarantee TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON deposit_return TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON lot_settlement TO bidroom_service;
