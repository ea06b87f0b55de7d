-- A bond that is not given back (不予退还) has a ground and a second person: state is keeping while one asks for it.
ALTER TABLE deposit_payment
  ADD COLUMN keep_ground VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN keep_by     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ALGORITHM=INSTANT;

-- What the bank says it gave back although it had given that back before.
CREATE TABLE deposit_twice (
  bank_serial VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  return_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payment_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  returned_at DATETIME(6) NOT NULL,
  told_at     DATETIME(6) NOT NULL,
  KEY deposit_twice_payment (payment_id)
);

GRANT SELECT, INSERT ON deposit_twice TO bidroom_service;
