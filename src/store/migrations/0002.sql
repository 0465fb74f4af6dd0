-- SPDX-License-Identifier: Apache-2.0
-- Raters with roles and passwords, rounds, readings, working times, packets.

-- The newest row of a rater holds; without one she is a rater.
CREATE TABLE rater_role(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, rater TEXT NOT NULL REFERENCES rater(name),
    role TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX rater_role_by_rater ON rater_role(rater, id);

-- Old hashes are of no use to anybody but an attacker, so these two tables are changed in place.
CREATE TABLE rater_password(
    rater TEXT PRIMARY KEY REFERENCES rater(name), hash TEXT NOT NULL, time TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);

CREATE TABLE sign_in_failure(
    rater TEXT PRIMARY KEY REFERENCES rater(name), failures INTEGER NOT NULL,
    wait_until TEXT NOT NULL
);

CREATE TABLE round(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);

CREATE TABLE round_state(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    round_id INTEGER NOT NULL REFERENCES round(id), state TEXT NOT NULL, actor TEXT NOT NULL,
    time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX round_state_by_round ON round_state(round_id, id);

-- A reading. The second one of a study by a rater in a round is its repeat.
CREATE TABLE assignment(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    round_id INTEGER NOT NULL REFERENCES round(id), rater TEXT NOT NULL REFERENCES rater(name),
    study_id INTEGER NOT NULL REFERENCES study(id), position INTEGER NOT NULL,
    calibration INTEGER NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq),
    UNIQUE(round_id, rater, position)
);
CREATE INDEX assignment_by_study ON assignment(study_id, rater, round_id);
CREATE INDEX assignment_by_rater ON assignment(rater, round_id);

CREATE TABLE assignment_state(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    assignment_id INTEGER NOT NULL REFERENCES assignment(id), state TEXT NOT NULL,
    flagged INTEGER NOT NULL, difficulty INTEGER, comment TEXT NOT NULL, actor TEXT NOT NULL,
    time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX assignment_state_by_assignment ON assignment_state(assignment_id, id);

CREATE TABLE assignment_score(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    assignment_id INTEGER NOT NULL REFERENCES assignment(id), score REAL NOT NULL,
    actor TEXT NOT NULL, time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX assignment_score_by_assignment ON assignment_score(assignment_id, id);

ALTER TABLE contour_version ADD COLUMN reading_id INTEGER REFERENCES assignment(id);
ALTER TABLE cell_state ADD COLUMN reading_id INTEGER REFERENCES assignment(id);
ALTER TABLE edit_step ADD COLUMN reading_id INTEGER REFERENCES assignment(id);
CREATE INDEX contour_version_by_reading ON contour_version(reading_id) WHERE reading_id IS NOT NULL;

-- One piece of work on a cell.
CREATE TABLE effort(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    study_id INTEGER NOT NULL REFERENCES study(id), rater TEXT NOT NULL REFERENCES rater(name),
    reading_id INTEGER REFERENCES assignment(id), structure TEXT NOT NULL, level TEXT NOT NULL,
    side TEXT, quantity TEXT, contour TEXT, active_ms INTEGER NOT NULL, looking_ms INTEGER NOT NULL,
    idle_ms INTEGER NOT NULL, tools TEXT NOT NULL, strokes INTEGER NOT NULL, undos INTEGER NOT NULL,
    redos INTEGER NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audit(seq)
);
CREATE INDEX effort_by_study ON effort(study_id, rater);

-- Packets that went out: whose, and where their audit chain stood.
CREATE TABLE packet(
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE,
    round_id INTEGER NOT NULL REFERENCES round(id), rater TEXT NOT NULL REFERENCES rater(name),
    writer TEXT NOT NULL, head_seq INTEGER NOT NULL, head_hash TEXT NOT NULL, actor TEXT NOT NULL,
    time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq)
);

CREATE VIEW round_current AS
    SELECT r.*, s.state, s.time AS state_time
    FROM round r JOIN round_state s ON s.round_id = r.id
    WHERE NOT EXISTS (SELECT 1 FROM round_state n WHERE n.round_id = r.id AND n.id > s.id);

-- Whose work on which study is hidden from others, and who is kept from seeing any.
CREATE VIEW blinded AS
    SELECT a.study_id, a.rater, a.round_id
    FROM assignment a JOIN round_current r ON r.id = a.round_id
    WHERE r.state <> 'opened';
