-- SPDX-License-Identifier: Apache-2.0
-- Consensus of several raters, and what reviewers made of it.

-- Masks, soft map and curve: consensus_rows.hpp, blobs.hpp. `inputs` names the contour versions.
CREATE TABLE consensus(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    study_id INTEGER NOT NULL REFERENCES study(id),
    series_id INTEGER NOT NULL REFERENCES series(id), round_id INTEGER REFERENCES round(id),
    sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, structure TEXT NOT NULL, level TEXT NOT NULL,
    side TEXT, quantity TEXT, method TEXT NOT NULL, algorithm INTEGER NOT NULL,
    parameters TEXT NOT NULL, inputs TEXT NOT NULL, domain_mm REAL NOT NULL,
    domain_pixels INTEGER NOT NULL, prior REAL NOT NULL, first_column INTEGER NOT NULL,
    first_row INTEGER NOT NULL, mask BLOB NOT NULL, soft BLOB NOT NULL, curve BLOB NOT NULL,
    pieces INTEGER NOT NULL, area_mm2 REAL NOT NULL, area_mask_mm2 REAL NOT NULL,
    majority_area_mm2 REAL NOT NULL, majority_area_mask_mm2 REAL NOT NULL, plane TEXT,
    weighting TEXT, protocol TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX consensus_by_study ON consensus(study_id, method);

CREATE TABLE review(
    id INTEGER PRIMARY KEY, review TEXT NOT NULL, version INTEGER NOT NULL,
    study_id INTEGER NOT NULL REFERENCES study(id), round_id INTEGER REFERENCES round(id),
    structure TEXT NOT NULL, level TEXT NOT NULL, side TEXT, quantity TEXT,
    consensus_id INTEGER REFERENCES consensus(id),
    contour_version_id INTEGER REFERENCES contour_version(id), state TEXT NOT NULL,
    reason TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq), UNIQUE(review, version)
);
CREATE INDEX review_by_study ON review(study_id);
