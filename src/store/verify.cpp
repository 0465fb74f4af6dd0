// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "audit.hpp"
#include "contour_rows.hpp"
#include "dialect.hpp"
#include "files.hpp"
#include "forameter/protocol/on_image.hpp"
#include "forameter/store/maintenance.hpp"
#include "images.hpp"
#include "level_rows.hpp"
#include "mark_rows.hpp"
#include "opening.hpp"
#include "permissions.hpp"
#include "plain_rows.hpp"
#include "study_rows.hpp"

namespace forameter::store {

namespace {

constexpr std::size_t kMostProblems = 200; ///< a store that is all wrong need not be described row by row

class Verification {
public:
    Verification(Connection& sql, const Watch& watch) : m_sql(sql), m_watch(watch) {}

    Result<VerifyReport> run() {
        // One snapshot, so that what others write meanwhile is either all in or all out.
        if (const auto begun = m_sql.exec(dialect::kBeginRead); !begun) return tl::unexpected(begun.error());
        const auto done = parts();
        (void)m_sql.exec("ROLLBACK");
        if (!done) return tl::unexpected(done.error());
        return std::move(m_report);
    }

private:
    Result<> parts() {
        using Part = Result<> (Verification::*)();
        static constexpr std::pair<const char*, Part> all[] = {
            {"checking the file", &Verification::file},
            {"checking the audit", &Verification::chains},
            {"checking studies", &Verification::studies},
            {"checking levels and marks", &Verification::levelsAndMarks},
            {"checking rounds and accounts", &Verification::plain},
            {"checking contours", &Verification::contours},
            {"checking for missing rows", &Verification::missingRows},
        };
        std::size_t done = 0;
        for (const auto& [what, part] : all) {
            if (m_watch.cancelled()) return fail(ErrorCode::Cancelled, "Verifying the store was cancelled.");
            m_watch.report(done++, std::size(all), what);
            if (const auto result = (this->*part)(); !result) {
                // Damage that keeps a part from being read is a finding, not the end of the others.
                if (result.error().code != ErrorCode::Corrupt) return result;
                problem("database", what, result.error().message);
            }
        }
        return {};
    }

    void problem(std::string what, std::string where, std::string message) {
        add(m_report.problems, {std::move(what), std::move(where), std::move(message)},
            "There are more problems than are listed here.");
    }
    static void add(std::vector<Problem>& list, Problem one, const char* andMore) {
        if (list.size() < kMostProblems)
            list.push_back(std::move(one));
        else if (list.size() == kMostProblems)
            list.push_back({std::move(one.what), "store", andMore});
    }

    Result<> file() {
        auto done = m_sql.forEach("PRAGMA integrity_check(20)", [&](const Row& r) {
            if (r.text(0) != "ok")
                problem("database", "file", "SQLite finds the file damaged: " + r.text(0) + ".");
        });
        if (!done) return done;
        done = m_sql.forEach("PRAGMA foreign_key_check", [&](const Row& r) {
            problem("foreign-key", r.text(0) + " row " + r.text(1),
                    "The row refers to one in " + r.text(2) + " that is not there.");
        });
        if (!done) return done;
        std::map<std::string, std::string> triggers;
        done = m_sql.forEach("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
                             [&](const Row& r) { triggers[r.text(0)] = r.text(1); });
        if (!done) return done;
        for (const auto table : appendOnlyTables()) {
            const auto names = dialect::appendOnlyNames(table);
            const auto made = dialect::appendOnly(table);
            for (std::size_t i = 0; i < names.size(); ++i)
                if (const auto found = triggers.find(names[i]);
                    found == triggers.end() || found->second != made[i])
                    problem("schema", names[i],
                            "What keeps rows of " + std::string(table) +
                                " from being changed has been removed or altered.");
        }
        return {};
    }

    /// Each writer's rows must count 1, 2, 3, ... in the order in which they lie in the store, and each hash
    /// follow from the one before.
    Result<> chains() {
        struct Chain {
            std::string uuid;
            std::int64_t headSeq = 0;
            std::string headHash;
            std::int64_t seq = 0;
            std::optional<std::string> hash =
                std::string(kChainStart); ///< none after a gap: nothing to follow from
        };
        std::map<std::int64_t, Chain> chains;
        auto done = m_sql.forEach("SELECT id, uuid, head_seq, head_hash FROM writer", [&](const Row& r) {
            chains[r.integer(0)] = {r.text(1), r.integer(2), r.text(3)};
        });
        if (!done) return done;
        done = m_sql.forEach(
            "SELECT seq, writer_id, writer_seq, time, actor, action, subject, content, hash FROM audit ORDER "
            "BY seq",
            [&](const Row& r) {
                ++m_report.auditEntries;
                const std::string where = "audit " + std::to_string(r.integer(0));
                const auto found = chains.find(r.integer(1));
                if (found == chains.end())
                    return problem("audit-chain", where,
                                   "The row belongs to a writer that the store does not know.");
                Chain& chain = found->second;
                const AuditFields fields{chain.uuid, r.integer(2), r.text(3), r.text(4),
                                         r.text(5),  r.text(6),    r.text(7)};
                const std::string hash = r.text(8);
                if (fields.writerSeq != chain.seq + 1) {
                    problem("audit-chain", where,
                            "Row " + std::to_string(chain.seq + 1) +
                                " of its writer should stand here, but row " +
                                std::to_string(fields.writerSeq) + " does: rows were deleted or reordered.");
                    chain.hash.reset();
                }
                if (chain.hash && auditHash(*chain.hash, fields) != hash)
                    problem("audit-chain", where,
                            "The row or the one before it was changed after it was written: its hash does "
                            "not follow.");
                if (fields.writerSeq == chain.headSeq && hash != chain.headHash)
                    problem("audit-chain", where, "It is not the row that its writer noted as its last one.");
                // Strokes leave the head behind: what follows it names rows that name it.
                if (fields.writerSeq > chain.headSeq && fields.content.empty())
                    problem("audit-chain", where, "The row was added after its chain had ended.");
                chain.seq = fields.writerSeq;
                chain.hash = hash;
            });
        if (!done) return done;
        const auto own = m_sql.first("SELECT value FROM store_info WHERE name = 'writer'",
                                     [](const Row& r) { return r.text(0); });
        if (!own) return tl::unexpected(own.error());
        for (const auto& [id, chain] : chains) {
            if (chain.uuid == own->value_or("")) m_report.auditHead = chain.hash.value_or("");
            if (chain.seq < chain.headSeq)
                problem("audit-chain", "writer " + chain.uuid,
                        "The chain ends at row " + std::to_string(chain.seq) + ", but " +
                            std::to_string(chain.headSeq) + " rows were written: rows were cut off.");
        }
        if (m_report.auditHead.empty())
            problem("audit-chain", "store_info", "The store's own audit chain is missing.");
        return {};
    }

    /// The audit row of a row must carry the row's hash.
    Result<> covered(const std::string& where, std::int64_t audit, const std::string& hash) {
        const auto content = m_sql.first(
            "SELECT content FROM audit WHERE seq = ?", [](const Row& r) { return r.text(0); }, audit);
        if (!content) return tl::unexpected(content.error());
        if (!*content)
            problem("content", where, "The audit row that should cover it is missing.");
        else if (**content != hash)
            problem("content", where,
                    "It was changed after it was written: the audit has another hash of it.");
        return {};
    }

    Result<> studies() {
        std::vector<StudyUid> uids;
        auto done = m_sql.forEach("SELECT study_uid FROM study ORDER BY study_uid",
                                  [&](const Row& r) { uids.emplace_back(r.text(0)); });
        if (!done) return done;
        for (const auto& uid : uids) {
            if (m_watch.cancelled()) return fail(ErrorCode::Cancelled, "Verifying the store was cancelled.");
            const auto row = studyRow(m_sql, uid);
            if (!row) return tl::unexpected(row.error());
            if (const auto ok = covered("study " + uid.text(), row->audit, contentHash(*row)); !ok) return ok;
            const auto series = seriesRows(m_sql, "e.study_id = ?", {bindable(row->id)});
            if (!series && series.error().code == ErrorCode::Corrupt) {
                problem("content", "study " + uid.text(), series.error().message);
                continue;
            }
            if (!series) return tl::unexpected(series.error());
            for (const auto& one : *series) {
                const std::string where = "series " + one.series.uid.text();
                if (const auto ok = covered(where, one.audit, contentHash(one)); !ok) return ok;
                const auto expected = correctedWeightings(m_sql, one);
                if (!expected) return tl::unexpected(expected.error());
                for (std::size_t i = 0; i < expected->size(); ++i)
                    if (one.series.stacks[i].weighting != (*expected)[i])
                        problem("content", where,
                                "The weighting of its stack " + std::to_string(one.series.stacks[i].index) +
                                    " is neither the one found nor a person's correction.");
            }
        }
        const auto corrections = weightingRows(m_sql, "1 = 1", {});
        if (!corrections) return tl::unexpected(corrections.error());
        for (const auto& row : *corrections)
            if (const auto ok = covered("series_weighting " + row.uuid, row.audit, contentHash(row)); !ok)
                return ok;
        struct RaterRow {
            std::string name, added;
            std::int64_t audit;
        };
        std::vector<RaterRow> raters;
        done = m_sql.forEach("SELECT name, added, audit FROM rater", [&](const Row& r) {
            raters.push_back({r.text(0), r.text(1), r.integer(2)});
        });
        if (!done) return done;
        for (const auto& rater : raters) {
            Canonical bytes("rater");
            bytes << rater.name << rater.added;
            if (const auto ok = covered("rater " + rater.name, rater.audit, bytes.hash()); !ok) return ok;
        }
        return {};
    }

    Result<> plain() {
        for (const auto& table : plainTables()) {
            struct Found {
                std::string where, hash;
                std::int64_t audit;
            };
            std::vector<Found> rows;
            const auto done = m_sql.forEach(table.select, [&](const Row& r) {
                QVariantList values;
                for (int i = 1; i < r.columns(); ++i)
                    values.push_back(r.value(i));
                rows.push_back({std::string(table.table) + " " + r.text(1), plainHash(table.table, values),
                                r.integer(0)});
            });
            if (!done) return done;
            for (const auto& row : rows)
                if (const auto ok = covered(row.where, row.audit, row.hash); !ok) return ok;
        }
        return {};
    }

    Result<> levelsAndMarks() {
        const auto levels = levelRows(m_sql, "1 = 1 ORDER BY l.study_id, l.version", {});
        if (!levels) return tl::unexpected(levels.error());
        std::int64_t study = 0;
        int version = 0;
        for (const auto& row : *levels) {
            if (row.studyId != study) version = 0;
            study = row.studyId;
            if (row.set.version != ++version)
                problem("history", "level_set of " + subjectOf(row), "A version before it is missing.");
            version = row.set.version;
            if (const auto ok = covered("level_set of " + subjectOf(row), row.audit, contentHash(row)); !ok)
                return ok;
        }
        const auto marks = markRows(m_sql, "1 = 1", {});
        if (!marks) return tl::unexpected(marks.error());
        for (const auto& row : *marks)
            if (const auto ok = covered("cell_state " + subjectOf(row), row.audit, contentHash(row)); !ok)
                return ok;
        return {};
    }

    Result<> contours() {
        Images images(m_sql);
        std::string contour;
        int version = 0;
        bool outside = false; // the newest version of `contour` seen so far
        const auto endContour = [&] {
            if (outside)
                add(m_report.warnings,
                    {"outside-image", "contour_version " + contour + " v" + std::to_string(version),
                     "The contour lies wholly outside its image, so that its area is that of nothing seen; "
                     "it should be drawn anew or deleted."},
                    "There are more warnings than are listed here.");
            outside = false;
        };
        Result<> failed;
        // In the order of the index by study, so that one study's images are looked up together.
        const auto done = forEachContour(
            m_sql, "1 = 1 ORDER BY v.study_id, v.rater, v.contour, v.version", {},
            [&](const ContourRow& row) {
                if (!failed || m_watch.cancelled()) return;
                const std::string where = "contour_version " + row.stored.contour.id.text() + " v" +
                                          std::to_string(row.stored.version);
                if (row.stored.contour.id.text() != contour) {
                    endContour();
                    version = 0;
                }
                contour = row.stored.contour.id.text();
                if (row.stored.version != version + 1)
                    problem("history", where, "A version before it is missing.");
                version = row.stored.version;
                failed = covered(where, row.audit, contentHash(row));
                if (failed) failed = area(images, row, where);
                outside = !row.stored.deleted && isOutside(images, row.stored.contour);
            },
            [&](const std::string& subject) {
                problem("content", "contour_version of " + subject, "The row cannot be read.");
            });
        if (!done) return done;
        if (m_watch.cancelled()) return fail(ErrorCode::Cancelled, "Verifying the store was cancelled.");
        endContour();
        return failed;
    }

    static bool isOutside(Images& images, const protocol::Contour& contour) {
        if (!contour.assessable) return false;
        const auto place = images.find(contour.study, contour.image);
        if (!place) return false; // area() has told of it
        // A curve passes through its points, so that the check that flattens it is seldom needed.
        const auto isSeen = [&](const geometry::PatientPoint& p) { return place->image.contains(p); };
        return std::ranges::none_of(contour.curve.points, isSeen) &&
               !protocol::checkOnImage(contour, place->image);
    }

    Result<> area(Images& images, const ContourRow& row, const std::string& where) {
        const auto& stored = row.stored.measurement;
        const bool measured = row.stored.contour.assessable && !row.stored.deleted;
        if (measured != stored.has_value()) {
            problem("area", where,
                    measured ? "Its area is missing." : "It has an area but no curve that could have one.");
            return {};
        }
        if (!measured || row.stored.areaAlgorithm != geometry::kAreaAlgorithmVersion) return {};
        const auto place = images.find(row.stored.contour.study, row.stored.contour.image);
        if (!place && place.error().code == ErrorCode::StorageFailed) return tl::unexpected(place.error());
        if (!place && place.error().code == ErrorCode::NoSpacing) { // images that came later told so
            add(m_report.warnings,
                {"unmeasurable", where,
                 "Its image may not be measured on any more: " + place.error().message +
                     " Its area is of before; it should be drawn on another image, or deleted."},
                "There are more warnings than are listed here.");
            return {};
        }
        const auto again =
            place ? protocol::measure(row.stored.contour, place->image) : tl::unexpected(place.error());
        if (!again) {
            problem("area", where, "Its area cannot be measured anew: " + again.error().message);
            return {};
        }
        // Relative 1e-9: the same numbers but for a compiler that orders the arithmetic otherwise.
        const auto differ = [](double a, double b) {
            return !(std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)}));
        };
        if (differ(again->area.value(), stored->area.value()) ||
            differ(again->perimeter.value(), stored->perimeter.value()) ||
            differ(again->areaMask.value_or(SquareMillimetres(0)).value(),
                   stored->areaMask.value_or(SquareMillimetres(0)).value()) ||
            differ(again->maxDiameter.value(), stored->maxDiameter.value()) ||
            differ(again->minDiameter.value(), stored->minDiameter.value()))
            problem("area", where,
                    "The stored area is " + std::to_string(stored->area.value()) +
                        " mm² but its curve measures " + std::to_string(again->area.value()) + " mm².");
        return {};
    }

    /// Audit rows whose row is gone. (Studies and series are audited again whenever they grow, so only their
    /// newest audit row is theirs.)
    Result<> missingRows() {
        std::vector<std::pair<std::string, std::string>> appended{
            {"contour.%", "contour_version"},    {"levels.%", "level_set"}, {"cell.%", "cell_state"},
            {"weighting.%", "series_weighting"}, {"rater.%", "rater"},
        };
        for (const auto& table : plainTables())
            if (!table.actions.empty()) appended.emplace_back(table.actions, table.table);
        for (const auto& [action, table] : appended) {
            const auto done = m_sql.forEach(
                "SELECT seq, subject FROM audit WHERE content <> '' AND action LIKE ? AND seq NOT IN (SELECT "
                "audit FROM " +
                    std::string(table) + ")",
                [&](const Row& r) {
                    problem("content", table + (" of " + r.text(1)),
                            "The row that audit " + std::to_string(r.integer(0)) + " tells of is gone.");
                },
                action);
            if (!done) return done;
        }
        static constexpr std::pair<const char*, const char*> growing[] = {
            {"study.%", "'study ' || study_uid FROM study"},
            {"series.%", "'series ' || series_uid FROM series"}};
        for (const auto& [action, subjects] : growing) {
            const auto done = m_sql.forEach(
                "SELECT DISTINCT subject FROM audit WHERE action LIKE ? AND subject NOT IN (SELECT " +
                    std::string(subjects) + ")",
                [&](const Row& r) {
                    problem("content", r.text(0), "The row that the audit tells of is gone.");
                },
                action);
            if (!done) return done;
        }
        return {};
    }

    Connection& m_sql;
    const Watch& m_watch;
    VerifyReport m_report;
};

} // namespace

Result<VerifyReport> verify(const Store& store, const Watch& watch) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    if (const auto may = demand(**sql, store.actor(), Operation::VerifyStore,
                                "verify the store, whose report names everybody's rows,");
        !may)
        return tl::unexpected(may.error());
    return Verification(**sql, watch).run();
}

Result<VerifyReport> verify(const std::filesystem::path& path, const Watch& watch) {
    auto opened = openAsIs(path, Actor::administrator(), Store::Need::Read);
    if (opened && opened->version < currentSchemaVersion())
        return fail(
            ErrorCode::Conflict,
            "The store " + path.string() + " is of version " + std::to_string(opened->version) +
                "; bring it to this program's version with `forameter-cli migrate` before verifying it.");
    // What is read without its journal must not be written meanwhile: somebody who may has perhaps come.
    const auto written = [&] {
        std::error_code error;
        return std::tuple(std::filesystem::last_write_time(path, error),
                          std::filesystem::file_size(path, error),
                          std::filesystem::exists(files::shmOf(path), error));
    };
    const auto before = written();
    const auto report = [&]() -> Result<VerifyReport> {
        if (!opened) return tl::unexpected(opened.error());
        const auto sql = opened->database->connection();
        if (!sql) return tl::unexpected(sql.error());
        return Verification(**sql, watch).run();
    }();
    if (opened && opened->database->access() == FileAccess::Unchanging && written() != before)
        return fail(ErrorCode::Conflict,
                    "The store " + path.string() + " was written to while it was verified; verify it again.");
    if (report || report.error().code != ErrorCode::Corrupt) return report;
    VerifyReport damaged;
    damaged.problems.push_back({"database", path.string(), report.error().message});
    return damaged;
}

} // namespace forameter::store
