-- What the tender file says of the key holders (保管人解密条件): none, fault (when it is not the
-- bidder's), any. And whose fault the host found when it asked them.

ALTER TABLE project
  ADD COLUMN rescue VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'any',
  ALGORITHM=COPY;

ALTER TABLE bid
  ADD COLUMN others_fault BOOLEAN NOT NULL DEFAULT FALSE,
  ALGORITHM=COPY;
