-- What keeps the house from closing a lot whose deadline has come, and since when (server/act/lot_due). The house looks
-- for such lots every second.
ALTER TABLE lot
  ADD COLUMN delay_code VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN delayed_at DATETIME(6) NULL,
  ADD KEY lot_due (state, deadline_at),
  ALGORITHM=COPY;
