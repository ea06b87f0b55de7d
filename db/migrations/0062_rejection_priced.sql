-- Two moments were one: whether a rejected bid stands on the score sheets, and whether the lot's prices
-- had been judged when it was rejected.
ALTER TABLE rejection
  CHANGE COLUMN after_scoring scored TINYINT NOT NULL,
  ADD COLUMN priced TINYINT NOT NULL DEFAULT 0,
  ALGORITHM=INSTANT;

UPDATE rejection SET priced = scored;
