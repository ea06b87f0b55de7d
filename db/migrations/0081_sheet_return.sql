-- Sheets of a lot that went back to the members before they were added up: they differ on objective items
-- (E13). returned: the `undone` of the sheets as they had been given. ended: the lot was ranked, or returned again.
CREATE TABLE sheet_return (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  returned   BIGINT NOT NULL,
  items      MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(items)),
  ended      TINYINT NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, lot_id, returned)
);

GRANT SELECT, INSERT, UPDATE (ended) ON sheet_return TO bidroom_service;
