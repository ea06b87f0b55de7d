-- What was published, byte for byte, and the centre's signature over it. Notices of before have neither.
-- COPY for the reason told in 0012.
ALTER TABLE notice
  ADD COLUMN published_text MEDIUMBLOB NULL,
  ADD COLUMN signature BLOB NULL,
  ALGORITHM=COPY;
