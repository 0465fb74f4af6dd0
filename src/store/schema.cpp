// SPDX-License-Identifier: Apache-2.0
#include "schema.hpp"

#include <array>

#include "dialect.hpp"

namespace forameter::store {

namespace {

// By the version that made them; a released list is never changed.
constexpr std::array<std::string_view, 7> kAppendOnlySince1{
    "audit", "contour_version", "area", "level_set", "cell_state", "series_weighting", "edit_step"};
constexpr std::array<std::string_view, 8> kAppendOnlySince2{
    "rater_role",       "round",  "round_state", "assignment", "assignment_state",
    "assignment_score", "effort", "packet"};
constexpr std::array<std::string_view, 2> kAppendOnlySince3{"consensus", "review"};
constexpr std::array<std::string_view, 1> kAppendOnlySince4{"round_slice"};
constexpr std::array<std::string_view, 1> kAppendOnlySince5{"proposal_decision"};

// A cell of the level grid, in every table that has one. Text as in the interchange contract, so that any
// SQLite shell can read it.
#define FORAMETER_CELL_COLUMNS "structure TEXT NOT NULL, level TEXT NOT NULL, side TEXT, quantity TEXT, "

constexpr const char* kAreaCurrent =
    "CREATE VIEW area_current AS SELECT s.study_uid, c.contour, c.version, c.rater, c.source, "
    "c.structure, c.level, c.side, c.quantity, "
    "a.algorithm, a.area_mm2, a.area_mask_mm2, a.perimeter_mm, a.diameter_max_mm, a.diameter_min_mm, "
    "a.ap_mm, a.width_mm, a.height_mm "
    "FROM contour_current c JOIN study s ON s.id = c.study_id JOIN area a ON a.contour_version_id = "
    "c.id "
    "WHERE NOT EXISTS (SELECT 1 FROM area b WHERE b.contour_version_id = a.contour_version_id AND "
    "b.algorithm > a.algorithm)";

MigrationStep version1() {
    MigrationStep step{
        1,
        {
            // This copy of the store: 'store' (UUID for life), 'writer' (UUID of the audit chain that is
            // being written), 'created'.
            "CREATE TABLE store_info(name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            // One audit chain each. The head is kept apart, so that rows cut off the end are missed.
            "CREATE TABLE writer(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, started TEXT NOT NULL, "
            "head_seq INTEGER NOT NULL, "
            "head_hash TEXT NOT NULL)",
            "CREATE TABLE audit(seq INTEGER PRIMARY KEY AUTOINCREMENT, writer_id INTEGER NOT NULL REFERENCES "
            "writer(id), "
            "writer_seq INTEGER NOT NULL, time TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, "
            "subject TEXT NOT NULL, "
            "content TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE(writer_id, writer_seq))",

            "CREATE TABLE rater(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, added TEXT NOT NULL, "
            "audit INTEGER NOT NULL REFERENCES audit(seq))",

            "CREATE TABLE study(id INTEGER PRIMARY KEY, study_uid TEXT NOT NULL UNIQUE, patient_id TEXT, "
            "study_date TEXT, age REAL, sex TEXT, "
            "description TEXT, scanner TEXT, field REAL, audit INTEGER NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX study_by_date ON study(study_date, study_uid)",
            "CREATE INDEX study_by_scanner ON study(scanner, study_date)",
            "CREATE INDEX study_by_patient ON study(patient_id)",
            "CREATE TABLE series(id INTEGER PRIMARY KEY, study_id INTEGER NOT NULL REFERENCES study(id), "
            "series_uid TEXT NOT NULL UNIQUE, "
            "number INTEGER, description TEXT, modality TEXT, audit INTEGER NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX series_by_study ON series(study_id)",
            // Images of one stack in `manifest` (manifest.hpp): one blob instead of millions of rows.
            // `weighting` is what counts now,
            // `found_weighting` what intake said.
            "CREATE TABLE stack(id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL REFERENCES series(id), "
            "idx INTEGER NOT NULL, "
            "plane TEXT NOT NULL, weighting TEXT, found_weighting TEXT, measurable INTEGER NOT NULL, "
            "instances INTEGER NOT NULL, "
            "pixel_rows INTEGER NOT NULL, pixel_columns INTEGER NOT NULL, row_spacing REAL NOT NULL, "
            "column_spacing REAL NOT NULL, "
            "slice_spacing REAL, slice_thickness REAL, frame_of_reference TEXT, echo_time REAL, "
            "repetition_time REAL, inversion_time REAL, "
            "missing INTEGER NOT NULL, duplicates INTEGER NOT NULL, warnings TEXT, manifest BLOB NOT NULL, "
            "UNIQUE(series_id, idx))",
            // A correction names the stack by one of its images, since stacks are grouped anew when images
            // arrive late.
            "CREATE TABLE series_weighting(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, series_id "
            "INTEGER NOT NULL REFERENCES series(id), "
            "sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, weighting TEXT, actor TEXT NOT NULL, time TEXT "
            "NOT NULL, "
            "audit INTEGER NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX series_weighting_by_series ON series_weighting(series_id)",

            // One finished edit (action 'do') or taking one back and doing it again ('undo', 'redo' of the
            // step `target`): steps.hpp.
            "CREATE TABLE edit_step(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, study_id INTEGER NOT "
            "NULL REFERENCES study(id), "
            "rater TEXT NOT NULL REFERENCES rater(name), action TEXT NOT NULL, kind TEXT NOT NULL, target "
            "INTEGER REFERENCES edit_step(id), "
            "undo_top INTEGER REFERENCES edit_step(id), redo_top INTEGER REFERENCES edit_step(id), below "
            "INTEGER REFERENCES edit_step(id), "
            "description TEXT NOT NULL, structure TEXT, level TEXT, side TEXT, quantity TEXT, time TEXT NOT "
            "NULL)",
            "CREATE INDEX edit_step_by_history ON edit_step(study_id, rater, id)",

            // `reference_id`: of a draft, the confirmed version whose names contours bear meanwhile.
            "CREATE TABLE level_set(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, study_id INTEGER NOT "
            "NULL REFERENCES study(id), "
            "version INTEGER NOT NULL, confirmed INTEGER NOT NULL, withdrawn INTEGER NOT NULL, reference_id "
            "INTEGER REFERENCES level_set(id), levels TEXT NOT NULL, rater TEXT NOT NULL "
            "REFERENCES rater(name), actor TEXT NOT NULL, time TEXT NOT NULL, step_id INTEGER REFERENCES "
            "edit_step(id), "
            "audit INTEGER NOT NULL REFERENCES audit(seq), UNIQUE(study_id, version))",
            "CREATE INDEX level_set_by_step ON level_set(step_id) WHERE step_id IS NOT NULL",

            "CREATE TABLE contour_version(id INTEGER PRIMARY KEY, contour TEXT NOT NULL, version INTEGER NOT "
            "NULL, deleted INTEGER NOT NULL, "
            "study_id INTEGER NOT NULL REFERENCES study(id), series_id INTEGER NOT NULL REFERENCES "
            "series(id), sop_uid TEXT NOT NULL, "
            "frame INTEGER NOT NULL, " FORAMETER_CELL_COLUMNS
            "level_set_id INTEGER REFERENCES level_set(id), "
            "rater TEXT NOT NULL REFERENCES rater(name), source TEXT NOT NULL, assessable INTEGER NOT NULL, "
            "note TEXT NOT NULL, plane TEXT, "
            "weighting TEXT, protocol TEXT NOT NULL, midline_offset REAL, obliquity REAL, created TEXT NOT "
            "NULL, parent TEXT, model TEXT, "
            "curve BLOB NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL, step_id INTEGER REFERENCES "
            "edit_step(id), "
            "audit INTEGER NOT NULL REFERENCES audit(seq), UNIQUE(contour, version))",
            // Holds what the count of current contours per study and rater needs, so that it never touches
            // the rows.
            "CREATE INDEX contour_version_by_study ON contour_version(study_id, rater, contour, version, "
            "deleted)",
            "CREATE INDEX contour_version_by_step ON contour_version(step_id) WHERE step_id IS NOT NULL",
            "CREATE TABLE area(id INTEGER PRIMARY KEY, contour_version_id INTEGER NOT NULL REFERENCES "
            "contour_version(id), "
            "algorithm INTEGER NOT NULL, area_mm2 REAL NOT NULL, area_mask_mm2 REAL, perimeter_mm REAL NOT "
            "NULL, diameter_max_mm REAL NOT NULL, "
            "diameter_min_mm REAL NOT NULL, ap_mm REAL, width_mm REAL, height_mm REAL, audit INTEGER NOT "
            "NULL REFERENCES audit(seq), "
            "UNIQUE(contour_version_id, algorithm))",

            "CREATE TABLE cell_state(id INTEGER PRIMARY KEY, mark TEXT NOT NULL, version INTEGER NOT NULL, "
            "study_id INTEGER NOT NULL REFERENCES study(id), "
            "rater TEXT NOT NULL REFERENCES rater(name), " FORAMETER_CELL_COLUMNS
            "state TEXT NOT NULL, reason TEXT NOT NULL, "
            "level_set_id INTEGER REFERENCES level_set(id), actor TEXT NOT NULL, time TEXT NOT NULL, step_id "
            "INTEGER REFERENCES edit_step(id), "
            "audit INTEGER NOT NULL REFERENCES audit(seq), UNIQUE(mark, version))",
            "CREATE INDEX cell_state_by_study ON cell_state(study_id, rater)",
            "CREATE INDEX cell_state_by_step ON cell_state(step_id) WHERE step_id IS NOT NULL",

            // What holds now.
            "CREATE VIEW contour_current AS SELECT v.* FROM contour_version v WHERE v.deleted = 0 AND NOT "
            "EXISTS "
            "(SELECT 1 FROM contour_version n WHERE n.contour = v.contour AND n.version > v.version)",
            "CREATE VIEW level_set_current AS SELECT l.* FROM level_set l WHERE l.withdrawn = 0 AND NOT "
            "EXISTS "
            "(SELECT 1 FROM level_set n WHERE n.study_id = l.study_id AND n.version > l.version)",
            "CREATE VIEW cell_state_current AS SELECT c.* FROM cell_state c WHERE c.state <> 'todo' AND NOT "
            "EXISTS "
            "(SELECT 1 FROM cell_state n WHERE n.mark = c.mark AND n.version > c.version)",
            kAreaCurrent,
        }};
    for (const auto table : kAppendOnlySince1)
        for (auto& statement : dialect::appendOnly(table))
            step.statements.push_back(std::move(statement));
    return step;
}

/// Raters with roles and passwords, rounds, readings, working times, packets.
MigrationStep version2() {
    MigrationStep step{
        2,
        {
            // The newest row of a rater holds; without one she is a rater.
            "CREATE TABLE rater_role(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, rater TEXT NOT NULL "
            "REFERENCES rater(name), role TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL, audit "
            "INTEGER "
            "NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX rater_role_by_rater ON rater_role(rater, id)",
            // Old hashes are of no use to anybody but an attacker, so these two tables are changed in place.
            "CREATE TABLE rater_password(rater TEXT PRIMARY KEY REFERENCES rater(name), hash TEXT NOT NULL, "
            "time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq))",
            "CREATE TABLE sign_in_failure(rater TEXT PRIMARY KEY REFERENCES rater(name), failures INTEGER "
            "NOT "
            "NULL, wait_until TEXT NOT NULL)",

            "CREATE TABLE round(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL "
            "UNIQUE, "
            "plan TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES "
            "audit(seq))",
            "CREATE TABLE round_state(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, round_id INTEGER "
            "NOT "
            "NULL REFERENCES round(id), state TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL, audit "
            "INTEGER NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX round_state_by_round ON round_state(round_id, id)",
            // A reading. The second one of a study by a rater in a round is its repeat.
            "CREATE TABLE assignment(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, round_id INTEGER NOT "
            "NULL REFERENCES round(id), rater TEXT NOT NULL REFERENCES rater(name), study_id INTEGER NOT "
            "NULL "
            "REFERENCES study(id), position INTEGER NOT NULL, calibration INTEGER NOT NULL, audit INTEGER "
            "NOT "
            "NULL REFERENCES audit(seq), UNIQUE(round_id, rater, position))",
            "CREATE INDEX assignment_by_study ON assignment(study_id, rater, round_id)",
            "CREATE INDEX assignment_by_rater ON assignment(rater, round_id)",
            "CREATE TABLE assignment_state(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, assignment_id "
            "INTEGER NOT NULL REFERENCES assignment(id), state TEXT NOT NULL, flagged INTEGER NOT NULL, "
            "difficulty INTEGER, comment TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL, audit "
            "INTEGER "
            "NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX assignment_state_by_assignment ON assignment_state(assignment_id, id)",
            "CREATE TABLE assignment_score(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, assignment_id "
            "INTEGER NOT NULL REFERENCES assignment(id), score REAL NOT NULL, actor TEXT NOT NULL, time TEXT "
            "NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX assignment_score_by_assignment ON assignment_score(assignment_id, id)",

            "ALTER TABLE contour_version ADD COLUMN reading_id INTEGER REFERENCES assignment(id)",
            "ALTER TABLE cell_state ADD COLUMN reading_id INTEGER REFERENCES assignment(id)",
            "ALTER TABLE edit_step ADD COLUMN reading_id INTEGER REFERENCES assignment(id)",
            "CREATE INDEX contour_version_by_reading ON contour_version(reading_id) WHERE reading_id IS NOT "
            "NULL",

            // One piece of work on a cell.
            "CREATE TABLE effort(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, study_id INTEGER NOT "
            "NULL "
            "REFERENCES study(id), rater TEXT NOT NULL REFERENCES rater(name), reading_id INTEGER REFERENCES "
            "assignment(id), " FORAMETER_CELL_COLUMNS "contour TEXT, active_ms INTEGER NOT NULL, looking_ms "
            "INTEGER NOT NULL, idle_ms INTEGER NOT NULL, "
            "tools TEXT NOT NULL, strokes INTEGER NOT NULL, undos INTEGER NOT NULL, redos INTEGER NOT NULL, "
            "actor TEXT NOT NULL, time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX effort_by_study ON effort(study_id, rater)",

            // Packets that went out: whose, and where their audit chain stood.
            "CREATE TABLE packet(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, round_id INTEGER NOT "
            "NULL "
            "REFERENCES round(id), rater TEXT NOT NULL REFERENCES rater(name), writer TEXT NOT NULL, "
            "head_seq "
            "INTEGER NOT NULL, head_hash TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL, audit "
            "INTEGER "
            "NOT NULL REFERENCES audit(seq))",

            "CREATE VIEW round_current AS SELECT r.*, s.state, s.time AS state_time FROM round r JOIN "
            "round_state s ON s.round_id = r.id WHERE NOT EXISTS (SELECT 1 FROM round_state n WHERE "
            "n.round_id "
            "= r.id AND n.id > s.id)",
            // Whose work on which study is hidden from others, and who is kept from seeing any.
            "CREATE VIEW blinded AS SELECT a.study_id, a.rater, a.round_id FROM assignment a JOIN "
            "round_current r ON r.id = a.round_id WHERE r.state <> 'opened'",
        }};
    for (const auto table : kAppendOnlySince2)
        for (auto& statement : dialect::appendOnly(table))
            step.statements.push_back(std::move(statement));
    return step;
}

/// Consensus of several raters, and what reviewers made of it.
MigrationStep version3() {
    MigrationStep step{
        3,
        {
            // Masks, soft map and curve: consensus_rows.hpp, blobs.hpp. `inputs` names the contour versions.
            "CREATE TABLE consensus(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, study_id INTEGER NOT "
            "NULL REFERENCES study(id), series_id INTEGER NOT NULL REFERENCES series(id), round_id INTEGER "
            "REFERENCES round(id), sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, " FORAMETER_CELL_COLUMNS
            "method TEXT NOT NULL, algorithm INTEGER NOT NULL, parameters TEXT NOT NULL, inputs TEXT NOT "
            "NULL, domain_mm REAL NOT NULL, domain_pixels INTEGER NOT NULL, prior REAL NOT NULL, "
            "first_column INTEGER NOT NULL, first_row INTEGER NOT NULL, mask BLOB NOT NULL, soft BLOB NOT "
            "NULL, curve BLOB NOT NULL, pieces INTEGER NOT NULL, area_mm2 REAL NOT NULL, area_mask_mm2 REAL "
            "NOT NULL, majority_area_mm2 REAL NOT NULL, majority_area_mask_mm2 REAL NOT NULL, plane TEXT, "
            "weighting TEXT, protocol TEXT NOT NULL, actor TEXT NOT NULL, time TEXT NOT NULL, audit INTEGER "
            "NOT NULL REFERENCES audit(seq))",
            "CREATE INDEX consensus_by_study ON consensus(study_id, method)",
            "CREATE TABLE review(id INTEGER PRIMARY KEY, review TEXT NOT NULL, version INTEGER NOT NULL, "
            "study_id INTEGER NOT NULL REFERENCES study(id), round_id INTEGER REFERENCES "
            "round(id), " FORAMETER_CELL_COLUMNS
            "consensus_id INTEGER REFERENCES consensus(id), contour_version_id "
            "INTEGER REFERENCES contour_version(id), state TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT "
            "NOT NULL, time TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq), UNIQUE(review, "
            "version))",
            "CREATE INDEX review_by_study ON review(study_id)",
        }};
    for (const auto table : kAppendOnlySince3)
        for (auto& statement : dialect::appendOnly(table))
            step.statements.push_back(std::move(statement));
    return step;
}

/// The images that a round fixes for its cells.
MigrationStep version4() {
    MigrationStep step{
        4,
        {
            // The cell is called as in `level_set_id`; `origin` says who chose the image: 'protocol' or
            // 'coordinator'.
            "CREATE TABLE round_slice(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, round_id INTEGER "
            "NOT NULL REFERENCES round(id), study_id INTEGER NOT NULL REFERENCES study(id), level_set_id "
            "INTEGER REFERENCES level_set(id), " FORAMETER_CELL_COLUMNS
            "series_id INTEGER NOT NULL REFERENCES series(id), sop_uid TEXT NOT NULL, frame INTEGER NOT "
            "NULL, origin TEXT NOT NULL, audit INTEGER NOT NULL REFERENCES audit(seq))",
            "CREATE UNIQUE INDEX round_slice_by_cell ON round_slice(round_id, study_id, structure, level, "
            "COALESCE(side, ''))",
        }};
    for (const auto table : kAppendOnlySince4)
        for (auto& statement : dialect::appendOnly(table))
            step.statements.push_back(std::move(statement));
    return step;
}

/// What people did with the contours that models proposed.
MigrationStep version5() {
    MigrationStep step{
        5,
        {
            "CREATE TABLE proposal_decision(id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, study_id INTEGER "
            "NOT NULL REFERENCES study(id), rater TEXT NOT NULL REFERENCES rater(name), reading_id INTEGER "
            "REFERENCES assignment(id), series_id INTEGER NOT NULL REFERENCES series(id), sop_uid TEXT NOT NULL, "
            "frame INTEGER NOT NULL, " FORAMETER_CELL_COLUMNS
            "model TEXT NOT NULL, curve BLOB NOT NULL, area_mm2 REAL NOT NULL, confidence REAL NOT NULL, "
            "area_low_mm2 REAL, area_high_mm2 REAL, failure REAL NOT NULL, doubtful INTEGER NOT NULL, decision "
            "TEXT NOT NULL, contour TEXT, actor TEXT NOT NULL, time TEXT NOT NULL, audit INTEGER NOT NULL "
            "REFERENCES audit(seq))",
            "CREATE INDEX proposal_decision_by_study ON proposal_decision(study_id, rater)",
        }};
    for (const auto table : kAppendOnlySince5)
        for (auto& statement : dialect::appendOnly(table))
            step.statements.push_back(std::move(statement));
    return step;
}

/// Fewer B-trees under every stroke: a page of each is written and flushed with it (docs/decisions/0032).
MigrationStep version6() {
    MigrationStep step{
        6,
        {
            // The chain itself says that no row is there twice, and `verify` reads it; rows are never deleted,
            // so numbers are never used again without AUTOINCREMENT.
            "CREATE TABLE audit_6(seq INTEGER PRIMARY KEY, writer_id INTEGER NOT NULL REFERENCES writer(id), "
            "writer_seq INTEGER NOT NULL, time TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, "
            "subject TEXT NOT NULL, content TEXT NOT NULL, hash TEXT NOT NULL)",
            "INSERT INTO audit_6(seq, writer_id, writer_seq, time, actor, action, subject, content, hash) SELECT "
            "seq, writer_id, writer_seq, time, actor, action, subject, content, hash FROM audit ORDER BY seq",
            "DROP TABLE audit",
            "ALTER TABLE audit_6 RENAME TO audit",

            // Steps stay in their store, so they need no UUIDs.
            "CREATE TABLE edit_step_6(id INTEGER PRIMARY KEY, study_id INTEGER NOT NULL REFERENCES study(id), "
            "rater TEXT NOT NULL REFERENCES rater(name), action TEXT NOT NULL, kind TEXT NOT NULL, target "
            "INTEGER REFERENCES edit_step(id), undo_top INTEGER REFERENCES edit_step(id), redo_top INTEGER "
            "REFERENCES edit_step(id), below INTEGER REFERENCES edit_step(id), description TEXT NOT NULL, "
            "structure TEXT, level TEXT, side TEXT, quantity TEXT, time TEXT NOT NULL, reading_id INTEGER "
            "REFERENCES assignment(id))",
            "INSERT INTO edit_step_6(id, study_id, rater, action, kind, target, undo_top, redo_top, below, "
            "description, structure, level, side, quantity, time, reading_id) SELECT id, study_id, rater, action, "
            "kind, target, undo_top, redo_top, below, description, structure, level, side, quantity, time, "
            "reading_id FROM edit_step ORDER BY id",
            "DROP TABLE edit_step",
            "ALTER TABLE edit_step_6 RENAME TO edit_step",
            "CREATE INDEX edit_step_by_history ON edit_step(study_id, rater, id)",

            "DROP VIEW area_current",
            "CREATE TABLE area_6(contour_version_id INTEGER NOT NULL REFERENCES contour_version(id), algorithm "
            "INTEGER NOT NULL, area_mm2 REAL NOT NULL, area_mask_mm2 REAL, perimeter_mm REAL NOT NULL, "
            "diameter_max_mm REAL NOT NULL, diameter_min_mm REAL NOT NULL, ap_mm REAL, width_mm REAL, height_mm "
            "REAL, audit INTEGER NOT NULL REFERENCES audit(seq), PRIMARY KEY(contour_version_id, algorithm)) "
            "WITHOUT ROWID",
            "INSERT INTO area_6(contour_version_id, algorithm, area_mm2, area_mask_mm2, perimeter_mm, "
            "diameter_max_mm, diameter_min_mm, ap_mm, width_mm, height_mm, audit) SELECT contour_version_id, "
            "algorithm, area_mm2, area_mask_mm2, perimeter_mm, diameter_max_mm, diameter_min_mm, ap_mm, "
            "width_mm, height_mm, audit FROM area ORDER BY contour_version_id, algorithm",
            "DROP TABLE area",
            "ALTER TABLE area_6 RENAME TO area",
            kAreaCurrent,

            // Undo finds the rows of a step among those of its study.
            "DROP INDEX contour_version_by_step",
        }};
    for (const std::string_view table : {"audit", "edit_step", "area"})
        for (auto& statement : dialect::appendOnly(table))
            step.statements.push_back(std::move(statement));
    return step;
}

#undef FORAMETER_CELL_COLUMNS

} // namespace

std::span<const MigrationStep> migrationSteps() {
    static const std::vector<MigrationStep> steps{version1(), version2(), version3(), version4(), version5(), version6()};
    return steps;
}

int currentSchemaVersion() {
    return migrationSteps().back().version;
}

std::span<const std::string_view> appendOnlyTables() {
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> tables;
        for (const auto since : {std::span<const std::string_view>(kAppendOnlySince1),
                                 std::span<const std::string_view>(kAppendOnlySince2),
                                 std::span<const std::string_view>(kAppendOnlySince3),
                                 std::span<const std::string_view>(kAppendOnlySince4),
                                 std::span<const std::string_view>(kAppendOnlySince5)})
            tables.insert(tables.end(), since.begin(), since.end());
        return tables;
    }();
    return all;
}

Result<> applySteps(Connection& connection, int from, std::span<const MigrationStep> steps) {
    for (const auto& step : steps) {
        if (step.version <= from) continue;
        const auto run = [&]() -> Result<> {
            // A table is made anew by taking its place, while others refer to it; its rows are copied as they
            // are, so that what referred to them still does.
            if (const auto free = connection.once(dialect::kReferencesUnchecked); !free) return free;
            if (const auto begun = connection.once(dialect::kBeginWrite); !begun) return begun;
            // Another program may have done this step while this one waited for the lock.
            const auto version = schemaVersion(connection);
            if (!version) return tl::unexpected(version.error());
            if (*version >= step.version) return connection.once("COMMIT");
            for (const auto& statement : step.statements)
                if (const auto done = connection.once(statement); !done) return done;
            if (const auto done = connection.once(dialect::setUserVersion(step.version)); !done) return done;
            return connection.once("COMMIT");
        };
        const auto done = run();
        if (!done) (void)connection.once("ROLLBACK");
        if (const auto again = connection.once(dialect::kReferencesChecked); !again) return again;
        if (!done)
            return fail(done.error().code, "The store could not be brought to version " +
                                               std::to_string(step.version) + "; it was left as it was. " +
                                               done.error().message);
    }
    return {};
}

Result<int> schemaVersion(Connection& connection) {
    const auto version = connection.first("PRAGMA user_version",
                                          [](const Row& row) { return static_cast<int>(row.integer(0)); });
    if (!version) return tl::unexpected(version.error());
    return version->value_or(0);
}

} // namespace forameter::store
