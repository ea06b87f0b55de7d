-- What experts are paid (专家劳务费): rates of the house, empty until it sets some, and sheets of sessions as they were
-- approved. The newest rate of a region counts; '' is everybody else's. Amounts are in fen.
CREATE TABLE fee_rate (
  rate_id      CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  region       VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- A unit that is begun is paid.
  unit_minutes INT NOT NULL,
  unit_fen     BIGINT NOT NULL,
  -- At least so much.
  min_fen      BIGINT NOT NULL,
  note         VARCHAR(200) NULL,
  set_by       CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  set_at       DATETIME(6) NOT NULL
);

-- Without names: whoever reads it and may know them is told.
CREATE TABLE fee_sheet (
  session_id  CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  closed_at   DATETIME(6) NOT NULL,
  content     MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(content)),
  approved_by CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  approved_at DATETIME(6) NOT NULL,
  -- A session that was evaluated again is closed again, and its sheet approved again.
  PRIMARY KEY (session_id, closed_at)
);

GRANT SELECT, INSERT ON fee_rate TO bidroom_service;
GRANT SELECT, INSERT ON fee_sheet TO bidroom_service;
