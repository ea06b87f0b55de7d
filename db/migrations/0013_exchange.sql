-- The queue to an upstream platform: what each published change brings, whole, so that it is sent
-- again exactly as it was; and what became of every try. exchange_seq in `counter` is how far the
-- publication order has been taken over, written in the transaction that queues.
INSERT INTO counter (name, value) VALUES ('exchange_seq', 0);

CREATE TABLE exchange_push (
  push_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  project_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  notice_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  page_seq     BIGINT NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body         MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  tries        INT NOT NULL DEFAULT 0,
  next_try_at  DATETIME(6) NOT NULL,
  receipt      VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  last_error   VARCHAR(1000) NULL,
  created_at   DATETIME(6) NOT NULL,
  delivered_at DATETIME(6) NULL,
  UNIQUE KEY exchange_push_change (notice_id, page_seq),
  KEY exchange_push_due (state, next_try_at),
  KEY exchange_push_project (project_id, page_seq)
);

CREATE TABLE exchange_try (
  push_id     CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  try_no      INT NOT NULL,
  tried_at    DATETIME(6) NOT NULL,
  http_status INT NOT NULL,
  detail      VARCHAR(1000) NOT NULL,
  PRIMARY KEY (push_id, try_no)
);

GRANT SELECT, INSERT, UPDATE ON exchange_push TO bidroom_service;
GRANT SELECT, INSERT ON exchange_try TO bidroom_service;
