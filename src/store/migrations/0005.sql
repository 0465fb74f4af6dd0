-- SPDX-License-Identifier: Apache-2.0
-- What people did with the contours that models proposed.

CREATE TABLE proposal_decision(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    study_id INTEGER NOT NULL REFERENCES study(id), rater TEXT NOT NULL REFERENCES rater(name),
    reading_id INTEGER REFERENCES assignment(id), series_id INTEGER NOT NULL REFERENCES series(id),
    sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, structure TEXT NOT NULL, level TEXT NOT NULL,
    side TEXT, quantity TEXT, model TEXT NOT NULL, curve BLOB NOT NULL, area_mm2 REAL NOT NULL,
    confidence REAL NOT NULL, area_low_mm2 REAL, area_high_mm2 REAL, failure REAL NOT NULL,
    doubtful INTEGER NOT NULL, decision TEXT NOT NULL, contour TEXT, actor TEXT NOT NULL,
    time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX proposal_decision_by_study ON proposal_decision(study_id, rater);
