-- Rows that keep two transactions apart are written, not only locked (db/README.md): of a venue, who books its booths; of an
-- expert, who lets him in at a gate or changes what he may be drawn for.
ALTER TABLE venue
  ADD COLUMN version BIGINT NOT NULL DEFAULT 1,
  ALGORITHM=INSTANT;
ALTER TABLE expert
  ADD COLUMN version BIGINT NOT NULL DEFAULT 1,
  ALGORITHM=COPY;
