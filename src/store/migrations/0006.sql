-- SPDX-License-Identifier: Apache-2.0
-- Fewer B-trees under every stroke: a page of each is written and flushed with it (docs/decisions/0032).

-- The chain itself says that no row is there twice, and `verify` reads it; rows are never deleted,
-- so numbers are never used again without AUTOINCREMENT.
CREATE TABLE audit_6(
    seq INTEGER PRIMARY KEY, writer_id INTEGER NOT NULL REFERENCES writer(id),
    writer_seq INTEGER NOT NULL, time TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, content TEXT NOT NULL, hash TEXT NOT NULL
);
INSERT INTO audit_6(seq, writer_id, writer_seq, time, actor, action, subject, content, hash)
    SELECT seq, writer_id, writer_seq, time, actor, action, subject, content, hash
    FROM audit
    ORDER BY seq;
DROP TABLE audit;
ALTER TABLE audit_6 RENAME TO audit;

-- Steps stay in their store, so they need no UUIDs.
CREATE TABLE edit_step_6(
    id INTEGER PRIMARY KEY, study_id INTEGER NOT NULL REFERENCES study(id),
    rater TEXT NOT NULL REFERENCES rater(name), action TEXT NOT NULL, kind TEXT NOT NULL,
    target INTEGER REFERENCES edit_step(id), undo_top INTEGER REFERENCES edit_step(id),
    redo_top INTEGER REFERENCES edit_step(id), below INTEGER REFERENCES edit_step(id),
    description TEXT NOT NULL, structure TEXT, level TEXT, side TEXT, quantity TEXT,
    time TEXT NOT NULL, reading_id INTEGER REFERENCES assignment(id)
);
INSERT INTO edit_step_6(id, study_id, rater, action, kind, target, undo_top, redo_top, below,
        description, structure, level, side, quantity, time, reading_id)
    SELECT id, study_id, rater, action, kind, target, undo_top, redo_top, below, description,
        structure, level, side, quantity, time, reading_id
    FROM edit_step
    ORDER BY id;
DROP TABLE edit_step;
ALTER TABLE edit_step_6 RENAME TO edit_step;
CREATE INDEX edit_step_by_history ON edit_step(study_id, rater, id);

DROP VIEW area_current;

CREATE TABLE area_6(
    contour_version_id INTEGER NOT NULL REFERENCES contour_version(id), algorithm INTEGER NOT NULL,
    area_mm2 REAL NOT NULL, area_mask_mm2 REAL, perimeter_mm REAL NOT NULL,
    diameter_max_mm REAL NOT NULL, diameter_min_mm REAL NOT NULL, ap_mm REAL, width_mm REAL,
    height_mm REAL, audit INTEGER NOT NULL REFERENCES audit(seq),
    PRIMARY KEY(contour_version_id, algorithm)
) WITHOUT ROWID;
INSERT INTO area_6(contour_version_id, algorithm, area_mm2, area_mask_mm2, perimeter_mm,
        diameter_max_mm, diameter_min_mm, ap_mm, width_mm, height_mm, audit)
    SELECT contour_version_id, algorithm, area_mm2, area_mask_mm2, perimeter_mm, diameter_max_mm,
        diameter_min_mm, ap_mm, width_mm, height_mm, audit
    FROM area
    ORDER BY contour_version_id, algorithm;
DROP TABLE area;
ALTER TABLE area_6 RENAME TO area;

CREATE VIEW area_current AS
    SELECT s.study_uid, c.contour, c.version, c.rater, c.source, c.structure, c.level, c.side,
        c.quantity, a.algorithm, a.area_mm2, a.area_mask_mm2, a.perimeter_mm, a.diameter_max_mm,
        a.diameter_min_mm, a.ap_mm, a.width_mm, a.height_mm
    FROM contour_current c JOIN study s ON s.id = c.study_id
        JOIN area a ON a.contour_version_id = c.id
    WHERE NOT EXISTS (
        SELECT 1 FROM area b
        WHERE b.contour_version_id = a.contour_version_id AND b.algorithm > a.algorithm);

-- Undo finds the rows of a step among those of its study.
DROP INDEX contour_version_by_step;
