-- SPDX-License-Identifier: Apache-2.0
-- A version carries its area, and only a contour's first version is found by study or reading
-- (docs/decisions/0032).

DROP VIEW area_current;
DROP VIEW contour_current;

-- `algorithm` and what follows: the area of an assessable version that is not deleted.
CREATE TABLE contour_version_7(
    id INTEGER PRIMARY KEY, contour TEXT NOT NULL, version INTEGER NOT NULL,
    deleted INTEGER NOT NULL, study_id INTEGER NOT NULL REFERENCES study(id),
    series_id INTEGER NOT NULL REFERENCES series(id), sop_uid TEXT NOT NULL, frame INTEGER NOT NULL,
    structure TEXT NOT NULL, level TEXT NOT NULL, side TEXT, quantity TEXT,
    level_set_id INTEGER REFERENCES level_set(id), rater TEXT NOT NULL REFERENCES rater(name),
    reading_id INTEGER REFERENCES assignment(id), source TEXT NOT NULL, assessable INTEGER NOT NULL,
    note TEXT NOT NULL, plane TEXT, weighting TEXT, protocol TEXT NOT NULL, midline_offset REAL,
    obliquity REAL, created TEXT NOT NULL, parent TEXT, model TEXT, curve BLOB NOT NULL,
    algorithm INTEGER, area_mm2 REAL, area_mask_mm2 REAL, perimeter_mm REAL, diameter_max_mm REAL,
    diameter_min_mm REAL, ap_mm REAL, width_mm REAL, height_mm REAL, actor TEXT NOT NULL,
    time TEXT NOT NULL, step_id INTEGER REFERENCES edit_step(id),
    audit INTEGER NOT NULL REFERENCES audit(seq), UNIQUE(contour, version)
);
INSERT INTO contour_version_7(id, contour, version, deleted, study_id, series_id, sop_uid, frame,
        structure, level, side, quantity, level_set_id, rater, reading_id, source, assessable, note,
        plane, weighting, protocol, midline_offset, obliquity, created, parent, model, curve,
        algorithm, area_mm2, area_mask_mm2, perimeter_mm, diameter_max_mm, diameter_min_mm, ap_mm,
        width_mm, height_mm, actor, time, step_id, audit)
    SELECT v.id, v.contour, v.version, v.deleted, v.study_id, v.series_id, v.sop_uid, v.frame,
        v.structure, v.level, v.side, v.quantity, v.level_set_id, v.rater, v.reading_id, v.source,
        v.assessable, v.note, v.plane, v.weighting, v.protocol, v.midline_offset, v.obliquity,
        v.created, v.parent, v.model, v.curve, a.algorithm, a.area_mm2, a.area_mask_mm2,
        a.perimeter_mm, a.diameter_max_mm, a.diameter_min_mm, a.ap_mm, a.width_mm, a.height_mm,
        v.actor, v.time, v.step_id, v.audit
    FROM contour_version v
        LEFT JOIN area a ON a.contour_version_id = v.id AND a.audit = v.audit
    ORDER BY v.id;
DROP TABLE area;
DROP TABLE contour_version;
ALTER TABLE contour_version_7 RENAME TO contour_version;

-- Study, rater and reading of a contour are those of its first version for good. `version`, always
-- 1, is there so that counting contours never touches their first rows.
CREATE INDEX contour_by_study ON contour_version(study_id, rater, contour, version)
    WHERE version = 1;
CREATE INDEX contour_by_reading ON contour_version(reading_id)
    WHERE version = 1 AND reading_id IS NOT NULL;

-- `o`: the first version.
CREATE VIEW contour_current AS
    SELECT v.*
    FROM contour_version o JOIN contour_version v
        ON v.contour = o.contour AND v.study_id = o.study_id AND v.rater = o.rater
    WHERE o.version = 1 AND v.deleted = 0 AND v.version = (
        SELECT MAX(n.version) FROM contour_version n WHERE n.contour = o.contour);

CREATE VIEW area_current AS
    SELECT s.study_uid, c.contour, c.version, c.rater, c.source, c.structure, c.level, c.side,
        c.quantity, c.algorithm, c.area_mm2, c.area_mask_mm2, c.perimeter_mm, c.diameter_max_mm,
        c.diameter_min_mm, c.ap_mm, c.width_mm, c.height_mm
    FROM contour_current c JOIN study s ON s.id = c.study_id
    WHERE c.area_mm2 IS NOT NULL;
