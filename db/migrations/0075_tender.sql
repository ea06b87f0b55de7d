-- The tender file (招标文件) in the hands of bidders: who fetched which of its files, what they were told
-- of since and said they had seen, what they asked and what was answered to all.

-- Fetched by bidders who signed in, instead of lying beside the notice's page.
ALTER TABLE notice_attachment
  ADD COLUMN offered TINYINT NOT NULL DEFAULT 0,
  ALGORITHM=INSTANT;

CREATE TABLE tender_fetch (
  account_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attachment_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  project_id    CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_at      DATETIME(6) NOT NULL,
  last_at       DATETIME(6) NOT NULL,
  times         INT NOT NULL DEFAULT 1,
  PRIMARY KEY (account_id, attachment_id),
  KEY tender_fetch_project (account_id, project_id)
);

-- A notice or an answer, by its id. What is withdrawn later has to be seen again.
CREATE TABLE tender_seen (
  account_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seen_at    DATETIME(6) NOT NULL,
  PRIMARY KEY (account_id, subject_id)
);

CREATE TABLE tender_question (
  question_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  project_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id   CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  said         VARCHAR(2000) NOT NULL,
  asked_at     DATETIME(6) NOT NULL,
  -- The answer, and the question as it is shown to everybody.
  shown        VARCHAR(2000) NULL,
  answer       VARCHAR(4000) NULL,
  affects_bids TINYINT NOT NULL DEFAULT 0,
  answered_at  DATETIME(6) NULL,
  KEY tender_question_project (project_id, question_id),
  KEY tender_question_open (answered_at)
);

GRANT SELECT, INSERT, UPDATE ON tender_fetch TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON tender_seen TO bidroom_service;
GRANT SELECT, INSERT, UPDATE ON tender_question TO bidroom_service;
