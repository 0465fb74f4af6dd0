// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "dialect.hpp"
#include "files.hpp"
#include "forameter/store/maintenance.hpp"
#include "forameter/store/packet.hpp"
#include "opening.hpp"
#include "permissions.hpp"
#include "round_rows.hpp"

namespace forameter::store {

namespace fs = std::filesystem;

namespace {

/// The packet as a second database `p` of a connection, while it lives.
class Attached {
public:
    static Result<Attached> open(Connection& sql, const fs::path& file) {
        if (const auto done = sql.once("ATTACH DATABASE " + dialect::quoted(file.string()) + " AS p"); !done)
            return tl::unexpected(done.error());
        return Attached(sql);
    }
    Attached(Attached&& other) noexcept : m_sql(std::exchange(other.m_sql, nullptr)) {}
    Attached& operator=(Attached&&) = delete;
    ~Attached() {
        if (m_sql) (void)m_sql->once("DETACH DATABASE p");
    }

private:
    explicit Attached(Connection& sql) : m_sql(&sql) {}
    Connection* m_sql;
};

/// The audit row here of the one there that `row`.audit names (Collecting::pairAudit).
std::string auditHere(const std::string& row) {
    return "(SELECT x.here FROM temp.audit_pair x WHERE x.there = " + row + ".audit)";
}

constexpr std::string_view kStudy =
    " JOIN p.study ps ON ps.id = v.study_id JOIN main.study ms ON ms.study_uid = "
    "ps.study_uid";
/// A reading of the packet's rater in this round; the two parameters are her name and the round's id.
constexpr std::string_view kReading =
    " JOIN p.assignment pg ON pg.id = v.reading_id JOIN main.assignment mg ON mg.uuid = pg.uuid AND "
    "mg.study_id = ms.id AND mg.rater = ? AND mg.round_id = ?";
constexpr std::string_view kLevels =
    " LEFT JOIN p.level_set pl ON pl.id = v.level_set_id LEFT JOIN main.level_set "
    "ml ON ml.uuid = pl.uuid";

struct Merge {
    const char* table;
    const char* columns; ///< the same in both
    std::string links;   ///< columns here that refer to other rows
    std::string values;  ///< and what they are
    std::string joins;
    const char* same; ///< that the row `k` here is the row `v` there
    const char* ours; ///< where not all rows are hers
};

std::vector<Merge> merges() {
    return {
        {"contour_version",
         "contour, version, deleted, sop_uid, frame, structure, level, side, quantity, rater, source, "
         "assessable, note, plane, weighting, protocol, midline_offset, obliquity, created, parent, model, "
         "curve, algorithm, area_mm2, area_mask_mm2, perimeter_mm, diameter_max_mm, diameter_min_mm, ap_mm, "
         "width_mm, height_mm, actor, time",
         "study_id, series_id, level_set_id, reading_id, audit",
         "ms.id, me.id, ml.id, mg.id, " + auditHere("v"),
         std::string(kStudy) + std::string(kReading) + std::string(kLevels) +
             " JOIN p.series pe ON pe.id = v.series_id JOIN main.series me ON me.series_uid = pe.series_uid",
         "k.contour = v.contour AND k.version = v.version", "(v.level_set_id IS NULL OR ml.id IS NOT NULL)"},
        {"cell_state", "mark, version, rater, structure, level, side, quantity, state, reason, actor, time",
         "study_id, level_set_id, reading_id, audit", "ms.id, ml.id, mg.id, " + auditHere("v"),
         std::string(kStudy) + std::string(kReading) + std::string(kLevels),
         "k.mark = v.mark AND k.version = v.version", "(v.level_set_id IS NULL OR ml.id IS NOT NULL)"},
        {"effort",
         "uuid, rater, structure, level, side, quantity, contour, active_ms, looking_ms, idle_ms, tools, "
         "strokes, undos, redos, actor, time",
         "study_id, reading_id, audit", "ms.id, mg.id, " + auditHere("v"),
         std::string(kStudy) + std::string(kReading), "k.uuid = v.uuid", "1 = 1"},
        {"proposal_decision",
         "uuid, rater, sop_uid, frame, structure, level, side, quantity, model, curve, area_mm2, confidence, "
         "area_low_mm2, area_high_mm2, failure, doubtful, decision, contour, actor, time",
         "study_id, reading_id, series_id, audit", "ms.id, mg.id, me.id, " + auditHere("v"),
         std::string(kStudy) + std::string(kReading) +
             " JOIN p.series pe ON pe.id = v.series_id JOIN main.series me ON me.series_uid = pe.series_uid",
         "k.uuid = v.uuid", "1 = 1"},
        // What she was given of a case's state is the store's own already.
        {"assignment_state", "uuid, state, flagged, difficulty, comment, actor, time", "assignment_id, audit",
         "mg.id, " + auditHere("v"),
         " JOIN p.assignment pg ON pg.id = v.assignment_id JOIN main.assignment mg ON mg.uuid = pg.uuid AND "
         "mg.rater = ? AND mg.round_id = ?",
         "k.uuid = v.uuid", "1 = 1"},
    };
}

class Collecting {
public:
    Collecting(Transaction& change, const RoundRow& round, const PacketInfo& info, const fs::path& packet)
        : m_change(change), m_sql(change.sql()), m_round(round), m_info(info), m_packet(packet) {}

    Result<CollectedPacket> run() {
        CollectedPacket result{m_info.rater, m_info.id, 0, 0, 0};
        for (const std::string database : {"main", "p"})
            if (const auto done = bringHeadsUp(database); !done) return tl::unexpected(done.error());
        if (const auto known = checkBeginning(); !known) return tl::unexpected(known.error());
        if (const auto hers = checkHers(); !hers) return tl::unexpected(hers.error());
        if (const auto whole = checkNotForked(); !whole) return tl::unexpected(whole.error());
        const auto entries = takeAudit();
        if (!entries) return tl::unexpected(entries.error());
        result.auditEntries = *entries;
        if (const auto paired = pairAudit(); !paired) return tl::unexpected(paired.error());
        for (const auto& merge : merges()) {
            const auto taken = take(merge, result);
            if (!taken) return tl::unexpected(taken.error());
        }
        if (const auto gone = m_sql.exec("DROP TABLE temp.audit_pair"); !gone)
            return tl::unexpected(gone.error());
        return result;
    }

private:
    [[nodiscard]] tl::unexpected<Error> refused(const std::string& why) const {
        return fail(ErrorCode::Conflict, "The packet " + m_packet.string() + " was not taken: " + why);
    }

    /// Number in the first column of the first row.
    template <class... Args>
    Result<std::int64_t> number(const std::string& query, const Args&... args) {
        const auto found = m_sql.first(
            query, [](const Row& r) { return r.integer(0); }, args...);
        if (!found) return tl::unexpected(found.error());
        return found->value_or(0);
    }

    /// Strokes leave the heads of their chains behind (Transaction::commit).
    Result<> bringHeadsUp(const std::string& database) {
        const auto done = m_sql.exec(
            "UPDATE " + database + ".writer SET head_seq = e.writer_seq, head_hash = e.hash FROM " +
            database + ".audit e WHERE e.writer_id = writer.id AND e.seq IN (SELECT MAX(a.seq) FROM " +
            database + ".audit a GROUP BY a.writer_id)");
        if (!done) return tl::unexpected(done.error());
        return {};
    }

    /// It must be one that this store wrote, with the audit that it was written with.
    Result<> checkBeginning() {
        const auto known =
            number("SELECT COUNT(*) FROM main.packet WHERE uuid = ? AND rater = ? AND round_id = ?",
                   m_info.id, m_info.rater, m_round.id);
        if (!known) return tl::unexpected(known.error());
        if (*known == 0)
            return refused("this store has written no such packet of round " + m_round.round.plan.name +
                           " for rater " + m_info.rater.text() + ".");
        const auto begins = number(
            "SELECT COUNT(*) FROM main.packet k JOIN p.writer w ON w.uuid = k.writer JOIN p.audit a ON "
            "a.writer_id = w.id AND a.writer_seq = k.head_seq AND a.hash = k.head_hash WHERE k.uuid = ?",
            m_info.id);
        if (!begins) return tl::unexpected(begins.error());
        if (*begins == 0) return refused("its audit does not begin as it was written.");
        return {};
    }

    /// Nobody else may have worked in it. (All other rows refer to rater and assignment.)
    Result<> checkHers() {
        const auto others = number("SELECT COUNT(*) FROM p.rater WHERE name <> ?", m_info.rater);
        if (!others) return tl::unexpected(others.error());
        if (*others != 0) return refused("it knows other raters than " + m_info.rater.text() + ".");
        const auto actors =
            number("SELECT COUNT(*) FROM p.audit a JOIN p.writer w ON w.id = a.writer_id JOIN "
                   "main.packet k ON k.uuid = ? WHERE a.actor <> ? AND NOT (a.actor = "
                   "'administrator' AND a.content = '') AND NOT (w.uuid = k.writer AND "
                   "a.writer_seq <= k.head_seq)",
                   m_info.id, m_info.rater);
        if (!actors) return tl::unexpected(actors.error());
        if (*actors != 0) return refused("somebody else than " + m_info.rater.text() + " has worked in it.");
        const auto cases =
            number("SELECT COUNT(*) FROM p.assignment a WHERE NOT EXISTS (SELECT 1 FROM main.assignment k "
                   "JOIN main.study s ON s.id = k.study_id JOIN p.study t ON t.study_uid = s.study_uid WHERE "
                   "k.uuid = a.uuid AND k.rater = ? AND k.round_id = ? AND t.id = a.study_id)",
                   m_info.rater, m_round.id);
        if (!cases) return tl::unexpected(cases.error());
        if (*cases != 0) return refused("it has cases that rater " + m_info.rater.text() + " was not given.");
        return checkSlices();
    }

    /// The slices that the round fixes must be those that it was written with: all of them, no others, and
    /// each the store's own.
    Result<> checkSlices() {
        const std::string given =
            " JOIN p.writer w ON w.id = a.writer_id JOIN main.packet k ON k.writer = w.uuid AND "
            "a.writer_seq <= k.head_seq WHERE k.uuid = ?";
        const auto other = number(
            "SELECT COUNT(*) FROM p.round_slice v WHERE NOT EXISTS (SELECT 1 FROM p.audit a" + given +
                " AND a.seq = v.audit) OR NOT EXISTS (SELECT 1 FROM main.round_slice t JOIN main.study ms ON "
                "ms.id = t.study_id JOIN main.series me ON me.id = t.series_id JOIN p.study ps ON ps.id = "
                "v.study_id JOIN p.series pe ON pe.id = v.series_id WHERE t.uuid = v.uuid AND t.round_id = ? "
                "AND ms.study_uid = ps.study_uid AND me.series_uid = pe.series_uid AND t.sop_uid = v.sop_uid "
                "AND t.frame = v.frame AND t.structure = v.structure AND t.side IS v.side AND t.quantity IS "
                "v.quantity)",
            m_info.id, m_round.id);
        if (!other) return tl::unexpected(other.error());
        const auto gone = number("SELECT (SELECT COUNT(*) FROM p.audit a" + given +
                                     " AND a.subject LIKE 'slice %') - (SELECT COUNT(*) FROM p.round_slice)",
                                 m_info.id);
        if (!gone) return tl::unexpected(gone.error());
        if (*other != 0 || *gone != 0)
            return refused("the slices that the round fixes have been changed in it.");
        return {};
    }

    /// A chain that both know must be the same as far as both have it.
    Result<> checkNotForked() {
        const auto forked =
            number("SELECT COUNT(*) FROM main.writer mw JOIN p.writer pw ON pw.uuid = mw.uuid WHERE "
                   "mw.head_seq > 0 AND pw.head_seq > 0 AND NOT EXISTS (SELECT 1 FROM main.audit ma JOIN "
                   "p.audit pa ON pa.writer_id = pw.id AND pa.writer_seq = ma.writer_seq WHERE ma.writer_id "
                   "= mw.id AND ma.writer_seq = MIN(mw.head_seq, pw.head_seq) AND ma.hash = pa.hash)");
        if (!forked) return tl::unexpected(forked.error());
        if (*forked != 0)
            return refused("it was continued in two copies, and the other one has been collected already.");
        const auto own = number("SELECT COUNT(*) FROM p.writer w JOIN main.store_info i ON i.value = w.uuid");
        if (!own) return tl::unexpected(own.error());
        if (*own != 0) return refused("it is a copy of this store.");
        return {};
    }

    /// The packet's chains, appended in their order.
    Result<std::size_t> takeAudit() {
        for (const char* const step :
             {"INSERT INTO main.writer(uuid, started, head_seq, head_hash) SELECT w.uuid, w.started, 0, "
              "w.head_hash FROM p.writer w WHERE NOT EXISTS (SELECT 1 FROM main.writer k WHERE k.uuid = "
              "w.uuid) ORDER BY w.id",
              "INSERT INTO main.audit(writer_id, writer_seq, time, actor, action, subject, content, hash) "
              "SELECT k.id, a.writer_seq, a.time, a.actor, a.action, a.subject, a.content, a.hash FROM "
              "p.audit a JOIN p.writer w ON w.id = a.writer_id JOIN main.writer k ON k.uuid = w.uuid WHERE "
              "a.writer_seq > k.head_seq ORDER BY a.seq"})
            if (const auto done = m_sql.exec(step); !done) return tl::unexpected(done.error());
        const auto added = number("SELECT changes()");
        if (!added) return tl::unexpected(added.error());
        const auto heads =
            m_sql.exec("UPDATE main.writer SET head_hash = (SELECT w.head_hash FROM p.writer w WHERE w.uuid "
                       "= main.writer.uuid), head_seq = (SELECT w.head_seq FROM p.writer w WHERE w.uuid = "
                       "main.writer.uuid) WHERE EXISTS (SELECT 1 FROM p.writer w WHERE w.uuid = "
                       "main.writer.uuid AND w.head_seq > main.writer.head_seq)");
        if (!heads) return tl::unexpected(heads.error());
        return static_cast<std::size_t>(*added);
    }

    /// Which audit row there is which here, found once for all rows: an index for it would be written with
    /// every stroke. A change that is not kept takes the table along.
    Result<> pairAudit() {
        for (const char* const step :
             {"CREATE TEMP TABLE audit_pair(there INTEGER PRIMARY KEY, here INTEGER NOT NULL)",
              "INSERT INTO temp.audit_pair(there, here) SELECT pa.seq, ma.seq FROM p.audit pa JOIN p.writer "
              "pw ON pw.id = pa.writer_id JOIN main.writer mw ON mw.uuid = pw.uuid JOIN main.audit ma ON "
              "ma.writer_id = mw.id AND ma.writer_seq = pa.writer_seq"})
            if (const auto done = m_sql.once(step); !done) return done;
        return {};
    }

    Result<> take(const Merge& merge, CollectedPacket& result) {
        const std::string table = merge.table;
        const std::string given = table == "assignment_state"
                                      ? " WHERE (SELECT a.action FROM p.audit a WHERE a.seq = v.audit) <> "
                                        "'packet.include'"
                                      : " WHERE 1 = 1";
        const auto all = number("SELECT COUNT(*) FROM p." + table + " v" + given);
        if (!all) return tl::unexpected(all.error());
        // A row that is here already must be the same one: covered by the same audit row.
        const std::string here =
            "SELECT COUNT(*) FROM p." + table + " v JOIN main." + table + " k ON " + merge.same + given;
        const auto known = number(here);
        if (!known) return tl::unexpected(known.error());
        const auto same = number(here + " AND k.audit = " + auditHere("v"));
        if (!same) return tl::unexpected(same.error());
        if (*known != *same)
            return refused(
                "a version in it has been written otherwise here since; were the levels of a study "
                "changed after the packet was exported?");
        std::string columns, row;
        for (const char c : std::string(merge.columns) + ",") {
            if (c == ' ') continue;
            if (c != ',') {
                row += c;
                continue;
            }
            columns += (columns.empty() ? "v." : ", v.") + row;
            row.clear();
        }
        const auto done = m_sql.exec(
            "INSERT INTO main." + table + "(" + merge.columns + ", " + merge.links + ") SELECT " + columns +
                ", " + merge.values + " FROM p." + table + " v" + merge.joins + given + " AND " + merge.ours +
                " AND NOT EXISTS (SELECT 1 FROM main." + table + " k WHERE " + merge.same + ") ORDER BY v.id",
            m_info.rater, m_round.id);
        if (!done) return tl::unexpected(done.error());
        const auto added = number("SELECT changes()");
        if (!added) return tl::unexpected(added.error());
        if (*added + *known != *all)
            return refused(
                "it has rows of table " + table +
                " that belong to no case of its rater, or refer to what this store does not have.");
        result.added += static_cast<std::size_t>(*added);
        result.unchanged += static_cast<std::size_t>(*known);
        return {};
    }

    Transaction& m_change;
    Connection& m_sql;
    const RoundRow& m_round;
    const PacketInfo& m_info;
    const fs::path& m_packet;
};

/// A copy of the packet of this program's version that has been verified, and what it says of itself.
Result<PacketInfo> examine(const fs::path& packet, const fs::path& copy, const Watch& watch) {
    const auto bad = [&](const std::string& why) {
        return fail(ErrorCode::Corrupt, "The packet " + packet.string() + " was not taken: " + why);
    };
    if (const auto is = files::checkIsStore(packet); !is) return tl::unexpected(is.error());
    if (const auto copied = files::copyStore(packet, copy); !copied) return tl::unexpected(copied.error());
    PacketInfo info;
    {
        auto opened = openAsIs(copy, Actor::administrator());
        if (!opened && opened.error().code == ErrorCode::Conflict) // of a newer version
            return tl::unexpected(opened.error());
        if (!opened) return bad("it is damaged. " + opened.error().message);
        const auto sql = opened->database->connection();
        if (!sql) return bad("it is damaged. " + sql.error().message);
        if (const auto done = applySteps(**sql, opened->version, migrationSteps()); !done)
            return bad(done.error().message);
        const auto read = (*sql)->forEach("SELECT name, value FROM store_info", [&](const Row& r) {
            if (r.text(0) == "packet") info.id = r.text(1);
            if (r.text(0) == "packet_round") info.round = r.text(1);
            if (r.text(0) == "packet_rater") info.rater = RaterId(r.text(1));
        });
        if (!read) return bad(read.error().message);
    }
    const auto report = verify(copy, watch);
    if (!report) return tl::unexpected(report.error());
    if (!report->ok())
        return bad("it was changed by something else than this program (" + report->problems.front().where +
                   ": " + report->problems.front().message + ")");
    if (info.id.empty()) return bad("it is a store, but not a packet.");
    return info;
}

} // namespace

Result<CollectedPacket> collectPacket(const Store& store, const std::string& name, const fs::path& packet,
                                      const Watch& watch) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto round = roundToChange(**sql, store.actor(), name, "collect packets of");
    if (!round) return tl::unexpected(round.error());
    const auto copy = files::Scratch::make(store.path(), "collecting");
    if (!copy) return tl::unexpected(copy.error());
    const auto info = examine(packet, copy->path(), watch);
    if (!info) return tl::unexpected(info.error());
    const auto attached = Attached::open(**sql, copy->path());
    if (!attached) return tl::unexpected(attached.error());
    auto change = Transaction::begin(store.database());
    if (!change) return tl::unexpected(change.error());
    auto collected = Collecting(*change, *round, *info, packet).run();
    if (!collected || (collected->added == 0 && collected->auditEntries == 0)) return collected;
    if (const auto audit = change->audit("packet.collect", "packet " + info->id + " of round " + name, "");
        !audit)
        return tl::unexpected(audit.error());
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return collected;
}

} // namespace forameter::store
