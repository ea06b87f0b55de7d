-- Visits to the site (踏勘现场). Everybody who has the tender file is told of each; who comes is written down nowhere.

CREATE TABLE site_visit (
  visit_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  project_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  starts_at    DATETIME(6) NOT NULL,
  place        VARCHAR(200) NOT NULL,
  note         VARCHAR(1000) NULL,
  announced_at DATETIME(6) NOT NULL,
  cancelled_at DATETIME(6) NULL,
  reason       VARCHAR(500) NULL,
  KEY site_visit_project (project_id, visit_id)
);

GRANT SELECT, INSERT, UPDATE ON site_visit TO bidroom_service;
