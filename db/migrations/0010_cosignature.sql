-- Cosignatures of the ledger's signed heads: what outsiders signed after checking that the tree only
-- grows. A line as it stands in the note; written once.
CREATE TABLE ledger_cosignature (
  tree_size  BIGINT NOT NULL,
  signer     VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  line       VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  signed_at  DATETIME(6) NOT NULL,
  PRIMARY KEY (tree_size, signer)
);

GRANT SELECT, INSERT ON ledger_cosignature TO bidroom_service;
