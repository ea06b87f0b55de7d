-- Whom a report recommends in each lot where a bidder may win only so many (兼投不兼中), as its event tells it; NULL:
-- the lots set no such limit.
ALTER TABLE report
  ADD COLUMN candidates LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL CHECK (JSON_VALID(candidates));
