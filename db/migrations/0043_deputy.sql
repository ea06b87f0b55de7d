-- Who takes over a person's drafts (AB角): one deputy, named by the person, until a time or without one.
CREATE TABLE deputy (
  account_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  deputy_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  until_at   DATETIME(6) NULL,
  named_at   DATETIME(6) NOT NULL
);
GRANT SELECT, INSERT, DELETE ON deputy TO bidroom_service;
