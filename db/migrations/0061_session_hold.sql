-- What holds a session up (暂停、休会) and why; who did not sign its report and why.
ALTER TABLE eval_session
  ADD COLUMN hold VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'running',
  ADD COLUMN hold_reason VARCHAR(500) NULL,
  ALGORITHM=INSTANT;

CREATE TABLE report_refusal (
  session_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  member_no  INT NOT NULL,
  reason     VARCHAR(500) NULL,
  refused_at DATETIME(6) NOT NULL,
  PRIMARY KEY (session_id, member_no)
);

GRANT SELECT, INSERT ON report_refusal TO bidroom_service;
