-- Guards of bid bonds are written before they are read, so that two nodes that take the same one conflict at COMMIT.
ALTER TABLE deposit
  ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

ALTER TABLE deposit_payment
  ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- One return of a payment at most is under way or done, and the bank's number stands for one of them.
ALTER TABLE deposit_return
  ADD COLUMN version BIGINT NOT NULL DEFAULT 1,
  ADD COLUMN is_open TINYINT AS (IF(failed_at IS NULL, 1, NULL)) PERSISTENT,
  ADD UNIQUE KEY deposit_return_open (payment_id, is_open),
  ADD UNIQUE KEY deposit_return_serial (bank_serial);
