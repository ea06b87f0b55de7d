-- What 0012 laid out for attachments, media, templates, deputies and signatures and nothing has used:
-- whoever builds one of these lays it out for what it then needs.
REVOKE SELECT, INSERT, UPDATE ON notice_attachment FROM bidroom_service;
REVOKE SELECT, INSERT, UPDATE ON notice_medium FROM bidroom_service;
REVOKE SELECT, INSERT, UPDATE ON template FROM bidroom_service;
REVOKE SELECT, INSERT, UPDATE ON deputy FROM bidroom_service;

DROP TABLE notice_attachment;
DROP TABLE notice_medium;
DROP TABLE template;
DROP TABLE deputy;

-- COPY for the reason told in 0012.
ALTER TABLE notice
  DROP COLUMN editor,
  DROP COLUMN signature,
  ALGORITHM=COPY;

ALTER TABLE project
  DROP COLUMN editor,
  DROP COLUMN approver,
  DROP COLUMN return_reason,
  ALGORITHM=INSTANT;
