-- The key a project's opened bids lie under at rest (项目密钥), wrapped by the server's field key: the content keys
-- of its bids are wrapped by this one (server/sign/bid_key). Bids opened before keep the field key's wrapping.
CREATE TABLE project_key (
  project_id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  key_enc    VARBINARY(256) NOT NULL
);

GRANT SELECT, INSERT ON project_key TO bidroom_service;
