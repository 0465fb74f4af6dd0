-- SPDX-License-Identifier: Apache-2.0
-- The images that a round fixes for its cells.

-- The cell is called as in `level_set_id`; `origin` says who chose the image: 'protocol' or
-- 'coordinator'.
CREATE TABLE round_slice(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    round_id INTEGER NOT NULL REFERENCES round(id), study_id INTEGER NOT NULL REFERENCES study(id),
    level_set_id INTEGER REFERENCES level_set(id), structure TEXT NOT NULL, level TEXT NOT NULL,
    side TEXT, quantity TEXT, series_id INTEGER NOT NULL REFERENCES series(id),
    sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, origin TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE UNIQUE INDEX round_slice_by_cell
    ON round_slice(round_id, study_id, structure, level, COALESCE(side, ''));
