-- SPDX-License-Identifier: Apache-2.0
-- Studies, levels, contours with their areas, history and audit.

-- This copy of the store: 'store' (UUID for life), 'writer' (UUID of the audit chain that is
-- being written), 'created'.
CREATE TABLE store_info(
    name TEXT PRIMARY KEY, value TEXT NOT NULL
);

-- One audit chain each. The head is kept apart, so that rows cut off the end are missed.
CREATE TABLE writer(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, started TEXT NOT NULL,
    head_seq INTEGER NOT NULL, head_hash TEXT NOT NULL
);

CREATE TABLE audit(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, writer_id INTEGER NOT NULL REFERENCES writer(id),
    writer_seq INTEGER NOT NULL, time TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, content TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE(writer_id, writer_seq)
);

CREATE TABLE rater(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, added TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);

CREATE TABLE study(
    id INTEGER PRIMARY KEY, study_uid TEXT NOT NULL UNIQUE, patient_id TEXT, study_date TEXT,
    age REAL, sex TEXT, description TEXT, scanner TEXT, field REAL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX study_by_date ON study(study_date, study_uid);
CREATE INDEX study_by_scanner ON study(scanner, study_date);
CREATE INDEX study_by_patient ON study(patient_id);

CREATE TABLE series(
    id INTEGER PRIMARY KEY, study_id INTEGER NOT NULL REFERENCES study(id),
    series_uid TEXT NOT NULL UNIQUE, number INTEGER, description TEXT, modality TEXT,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX series_by_study ON series(study_id);

-- Images of one stack in `manifest` (blobs.hpp): one blob instead of millions of rows.
-- `weighting` is what counts now, `found_weighting` what intake said.
CREATE TABLE stack(
    id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL REFERENCES series(id), idx INTEGER NOT NULL,
    plane TEXT NOT NULL, weighting TEXT, found_weighting TEXT, measurable INTEGER NOT NULL,
    instances INTEGER NOT NULL, pixel_rows INTEGER NOT NULL, pixel_columns INTEGER NOT NULL,
    row_spacing REAL NOT NULL, column_spacing REAL NOT NULL, slice_spacing REAL,
    slice_thickness REAL, frame_of_reference TEXT, echo_time REAL, repetition_time REAL,
    inversion_time REAL, missing INTEGER NOT NULL, duplicates INTEGER NOT NULL, warnings TEXT,
    manifest BLOB NOT NULL, UNIQUE(series_id, idx)
);

-- A correction names the stack by one of its images, since stacks are grouped anew when images
-- arrive late.
CREATE TABLE series_weighting(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    series_id INTEGER NOT NULL REFERENCES series(id), sop_uid TEXT NOT NULL, frame INTEGER NOT NULL,
    weighting TEXT, actor TEXT NOT NULL, time TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX series_weighting_by_series ON series_weighting(series_id);

-- One finished edit (action 'do') or taking one back and doing it again ('undo', 'redo' of the
-- step `target`): steps.hpp.
CREATE TABLE edit_step(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    study_id INTEGER NOT NULL REFERENCES study(id), rater TEXT NOT NULL REFERENCES rater(name),
    action TEXT NOT NULL, kind TEXT NOT NULL, target INTEGER REFERENCES edit_step(id),
    undo_top INTEGER REFERENCES edit_step(id), redo_top INTEGER REFERENCES edit_step(id),
    below INTEGER REFERENCES edit_step(id), description TEXT NOT NULL, structure TEXT, level TEXT,
    side TEXT, quantity TEXT, time TEXT NOT NULL
);
CREATE INDEX edit_step_by_history ON edit_step(study_id, rater, id);

-- `reference_id`: of a draft, the confirmed version whose names contours bear meanwhile.
CREATE TABLE level_set(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    study_id INTEGER NOT NULL REFERENCES study(id), version INTEGER NOT NULL,
    confirmed INTEGER NOT NULL, withdrawn INTEGER NOT NULL,
    reference_id INTEGER REFERENCES level_set(id), levels TEXT NOT NULL,
    rater TEXT NOT NULL REFERENCES rater(name), actor TEXT NOT NULL, time TEXT NOT NULL,
    step_id INTEGER REFERENCES edit_step(id), audit INTEGER NOT NULL REFERENCES audit(seq),
    UNIQUE(study_id, version)
);
CREATE INDEX level_set_by_step ON level_set(step_id) WHERE step_id IS NOT NULL;

CREATE TABLE contour_version(
    id INTEGER PRIMARY KEY, contour TEXT NOT NULL, version INTEGER NOT NULL,
    deleted INTEGER NOT NULL, study_id INTEGER NOT NULL REFERENCES study(id),
    series_id INTEGER NOT NULL REFERENCES series(id), sop_uid TEXT NOT NULL, frame INTEGER NOT NULL,
    structure TEXT NOT NULL, level TEXT NOT NULL, side TEXT, quantity TEXT,
    level_set_id INTEGER REFERENCES level_set(id), rater TEXT NOT NULL REFERENCES rater(name),
    source TEXT NOT NULL, assessable INTEGER NOT NULL, note TEXT NOT NULL, plane TEXT,
    weighting TEXT, protocol TEXT NOT NULL, midline_offset REAL, obliquity REAL,
    created TEXT NOT NULL, parent TEXT, model TEXT, curve BLOB NOT NULL, actor TEXT NOT NULL,
    time TEXT NOT NULL, step_id INTEGER REFERENCES edit_step(id),
    audit INTEGER NOT NULL REFERENCES audit(seq), UNIQUE(contour, version)
);

-- Holds what the count of current contours per study and rater needs, so that it never touches
-- the rows.
CREATE INDEX contour_version_by_study ON contour_version(study_id, rater, contour, version, deleted);
CREATE INDEX contour_version_by_step ON contour_version(step_id) WHERE step_id IS NOT NULL;

CREATE TABLE area(
    id INTEGER PRIMARY KEY, contour_version_id INTEGER NOT NULL REFERENCES contour_version(id),
    algorithm INTEGER NOT NULL, area_mm2 REAL NOT NULL, area_mask_mm2 REAL,
    perimeter_mm REAL NOT NULL, diameter_max_mm REAL NOT NULL, diameter_min_mm REAL NOT NULL,
    ap_mm REAL, width_mm REAL, height_mm REAL, audit INTEGER NOT NULL REFERENCES audit(seq),
    UNIQUE(contour_version_id, algorithm)
);

CREATE TABLE cell_state(
    id INTEGER PRIMARY KEY, mark TEXT NOT NULL, version INTEGER NOT NULL,
    study_id INTEGER NOT NULL REFERENCES study(id), rater TEXT NOT NULL REFERENCES rater(name),
    structure TEXT NOT NULL, level TEXT NOT NULL, side TEXT, quantity TEXT, state TEXT NOT NULL,
    reason TEXT NOT NULL, level_set_id INTEGER REFERENCES level_set(id), actor TEXT NOT NULL,
    time TEXT NOT NULL, step_id INTEGER REFERENCES edit_step(id),
    audit INTEGER NOT NULL REFERENCES audit(seq), UNIQUE(mark, version)
);
CREATE INDEX cell_state_by_study ON cell_state(study_id, rater);
CREATE INDEX cell_state_by_step ON cell_state(step_id) WHERE step_id IS NOT NULL;

-- What holds now.
CREATE VIEW contour_current AS
    SELECT v.*
    FROM contour_version v
    WHERE v.deleted = 0 AND NOT EXISTS (
        SELECT 1 FROM contour_version n WHERE n.contour = v.contour AND n.version > v.version);

CREATE VIEW level_set_current AS
    SELECT l.*
    FROM level_set l
    WHERE l.withdrawn = 0 AND NOT EXISTS (
        SELECT 1 FROM level_set n WHERE n.study_id = l.study_id AND n.version > l.version);

CREATE VIEW cell_state_current AS
    SELECT c.*
    FROM cell_state c
    WHERE c.state <> 'todo' AND NOT EXISTS (
        SELECT 1 FROM cell_state n WHERE n.mark = c.mark AND n.version > c.version);

CREATE VIEW area_current AS
    SELECT s.study_uid, c.contour, c.version, c.rater, c.source, c.structure, c.level, c.side,
        c.quantity, a.algorithm, a.area_mm2, a.area_mask_mm2, a.perimeter_mm, a.diameter_max_mm,
        a.diameter_min_mm, a.ap_mm, a.width_mm, a.height_mm
    FROM contour_current c JOIN study s ON s.id = c.study_id
        JOIN area a ON a.contour_version_id = c.id
    WHERE NOT EXISTS (
        SELECT 1 FROM area b
        WHERE b.contour_version_id = a.contour_version_id AND b.algorithm > a.algorithm);
