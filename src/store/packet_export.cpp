// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "dialect.hpp"
#include "files.hpp"
#include "forameter/core/files.hpp"
#include "forameter/store/packet.hpp"
#include "forameter/store/study_repository.hpp"
#include "images.hpp"
#include "level_rows.hpp"
#include "opening.hpp"
#include "permissions.hpp"
#include "plain_rows.hpp"
#include "round_protocol.hpp"
#include "round_rows.hpp"
#include "rows.hpp"
#include "study_rows.hpp"

namespace forameter::store {

namespace fs = std::filesystem;

namespace {

// Audit rows of what a packet starts with. They come back with its chain, where their rows are the store's
// own.
constexpr std::string_view kGiven = "packet.include";

struct Beginning {
    std::string packet, writer, headHash;
    std::int64_t headSeq = 0;
    std::size_t images = 0;
};

/// Fills a new store with the cases of one rater. It is made row by row, so that nothing of anybody else has
/// ever been in the file.
class PacketWriter {
public:
    PacketWriter(const Store& from, Transaction& to, const RoundRow& round, const RaterId& rater,
                 const ImagePlacer& place)
        : m_from(from), m_to(to), m_round(round), m_rater(rater), m_place(place) {}

    Result<Beginning> write(const std::vector<AssignmentRow>& cases) {
        m_beginning.packet = newUuid();
        for (const auto& [name, value] : {std::pair<const char*, std::string>{"packet", m_beginning.packet},
                                          {"packet_rater", m_rater.text()},
                                          {"packet_round", m_round.round.plan.name}})
            if (const auto put =
                    m_to.sql().exec("INSERT INTO store_info(name, value) VALUES(?,?)", name, value);
                !put)
                return tl::unexpected(put.error());
        if (const auto done = addRater(m_to, m_rater.text(), kGiven); !done)
            return tl::unexpected(done.error());
        std::vector<Assignment> hers;
        for (const auto& one : cases)
            hers.push_back(one.assignment);
        Round round = m_round.round;
        round.plan = redacted(round.plan, m_rater, hers);
        round.plan.name = m_round.round.plan.name;
        const auto roundId = putRound(m_to, round.id, round.plan, kGiven);
        if (!roundId) return tl::unexpected(roundId.error());
        if (const auto done = putRoundState(m_to, *roundId, round, RoundState::Running, kGiven); !done)
            return tl::unexpected(done.error());
        for (const auto& one : cases) {
            const auto study = studyOf(one, *roundId, round.id);
            if (!study) return tl::unexpected(study.error());
            const auto id = putAssignment(m_to, *roundId, round.id, *study, one.assignment, kGiven);
            if (!id) return tl::unexpected(id.error());
            const auto& a = one.assignment;
            if (a.state == CaseState::Todo && !a.flagged && !a.difficulty && a.comment.empty()) continue;
            if (const auto done = putAssignmentState(m_to, *id, a, kGiven); !done)
                return tl::unexpected(done.error());
        }
        const auto head = m_to.audit("packet.begin", "packet " + m_beginning.packet, "");
        if (!head) return tl::unexpected(head.error());
        const auto last = m_to.sql().first(
            "SELECT a.writer_seq, a.hash, w.uuid FROM audit a JOIN writer w ON w.id = a.writer_id WHERE "
            "a.seq = ?",
            [&](const Row& r) {
                m_beginning.headSeq = r.integer(0);
                m_beginning.headHash = r.text(1);
                m_beginning.writer = r.text(2);
                return true;
            },
            *head);
        if (!last) return tl::unexpected(last.error());
        return m_beginning;
    }

private:
    /// The row id in the packet of a case's study; put there with its images and levels at its first case.
    Result<std::int64_t> studyOf(const AssignmentRow& one, std::int64_t roundId, const RoundId& round) {
        const auto& uid = one.assignment.study;
        if (const auto known = m_studies.find(uid); known != m_studies.end()) return known->second;
        auto record = StudyRepository(m_from).find(uid);
        if (!record) return tl::unexpected(record.error());
        const auto put = putStudy(m_to, *record);
        if (!put) return tl::unexpected(put.error());
        for (auto& series : record->series) {
            for (auto& stack : series.stacks) {
                stack.weightingCorrected = false; // as it stands now is how the packet found it
                for (auto& image : stack.instances) {
                    auto path = m_place(m_rater, image.path, image.sha256);
                    if (!path) return tl::unexpected(path.error());
                    image.path = std::move(*path);
                    ++m_beginning.images;
                }
            }
            SeriesRow row;
            row.studyId = put->id;
            row.study = uid;
            row.series = std::move(series);
            if (const auto done = putSeries(m_to, row, "series.add"); !done)
                return tl::unexpected(done.error());
        }
        const auto sql = m_from.database().connection();
        if (!sql) return tl::unexpected(sql.error());
        auto levels = referenceLevels(**sql, one.studyId);
        if (!levels) return tl::unexpected(levels.error());
        std::optional<std::int64_t> levelsHere;
        if (*levels) {
            LevelRow row = **levels;
            row.studyId = put->id;
            row.set.version = 1;
            row.set.rater = m_rater; // who confirmed them is none of hers
            row.referenceId.reset();
            row.reference.reset();
            row.stepId.reset();
            if (const auto done = appendAsIs(m_to, row, kGiven); !done) return tl::unexpected(done.error());
            levelsHere = row.id;
        }
        auto slices = slicesNow(**sql, m_round.id, one.studyId);
        if (!slices) return tl::unexpected(slices.error());
        for (auto& slice : *slices) {
            slice.studyId = put->id;
            slice.levelSetId = levelsHere;
            const auto series = m_to.sql().first(
                "SELECT id FROM series WHERE series_uid = ?", [](const Row& r) { return r.integer(0); },
                slice.fixed.image.series);
            if (!series) return tl::unexpected(series.error());
            slice.seriesId = series->value_or(0);
            if (const auto done = putSlice(m_to, roundId, round, slice, kGiven); !done)
                return tl::unexpected(done.error());
        }
        m_studies[uid] = put->id;
        return put->id;
    }

    const Store& m_from;
    Transaction& m_to;
    const RoundRow& m_round;
    const RaterId& m_rater;
    const ImagePlacer& m_place;
    Beginning m_beginning;
    std::map<StudyUid, std::int64_t> m_studies;
};

/// Builds the packet at `file`, which is not there yet.
Result<Beginning> build(const Store& store, const RoundRow& round, const RaterId& rater,
                        const std::vector<AssignmentRow>& cases, const ImagePlacer& place,
                        const fs::path& file) {
    const files::Scratch scratch(file.string() + ".draft");
    Result<Beginning> beginning;
    {
        const auto made = Store::create(scratch.path());
        if (!made) return tl::unexpected(made.error());
        auto change = Transaction::begin(made->database());
        if (!change) return tl::unexpected(change.error());
        beginning = PacketWriter(store, *change, round, rater, place).write(cases);
        if (!beginning) return beginning;
        if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
        const auto sql = made->database().connection();
        if (!sql) return tl::unexpected(sql.error());
        if (const auto done = (*sql)->once(dialect::copyInto(file.string())); !done)
            return tl::unexpected(done.error());
    }
    if (const auto done = makeSelfContained(file); !done) return tl::unexpected(done.error());
    std::error_code error;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);
    if (const auto done = files::flush(file); !done) return tl::unexpected(done.error());
    return beginning;
}

} // namespace

Result<std::optional<PacketInfo>> packetInfo(const Store& store) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    std::map<std::string, std::string> info;
    const auto done = (*sql)->forEach("SELECT name, value FROM store_info WHERE name LIKE 'packet%'",
                                      [&](const Row& r) { info[r.text(0)] = r.text(1); });
    if (!done) return tl::unexpected(done.error());
    if (!info.contains("packet")) return std::nullopt;
    return PacketInfo{info["packet"], info["packet_round"], RaterId(info["packet_rater"])};
}

Result<std::vector<ExportedPacket>> exportPackets(const Store& store, const std::string& name,
                                                  const fs::path& folder, const ImagePlacer& place,
                                                  const Watch& watch) {
    const auto sql = store.database().connection();
    if (!sql) return tl::unexpected(sql.error());
    const auto round = roundToChange(**sql, store.actor(), name, "export the packets of");
    if (!round) return tl::unexpected(round.error());
    if (round->round.state != RoundState::Running)
        return fail(ErrorCode::NotAllowed,
                    "Round " + name + " is closed; no packets are made of it any more.");
    const auto cases = assignmentRows(**sql, *round, std::nullopt);
    if (!cases) return tl::unexpected(cases.error());
    std::map<RaterId, std::vector<AssignmentRow>> byRater;
    std::map<RaterId, bool> waiting; // for her calibration: repeats wait for their time, in the packet too
    for (const auto& one : *cases)
        if (const auto& a = one.assignment; !a.calibration && !a.repeatOf && !a.due) waiting[a.rater] = true;
    for (const auto& one : *cases)
        if (!round->round.plan.passMark || one.assignment.calibration == waiting[one.assignment.rater])
            byRater[one.assignment.rater].push_back(one);
    if (const auto made = makeFolders(folder, Readers::Owner); !made) return tl::unexpected(made.error());
    std::error_code error;
    if (const auto local = files::checkIsLocal(folder); !local) return tl::unexpected(local.error());
    std::vector<ExportedPacket> packets;
    std::vector<Beginning> beginnings;
    std::vector<files::Scratch> parts;
    for (const auto& [rater, hers] : byRater) {
        const fs::path file = folder / (rater.text() + ".sqlite");
        if (fs::exists(fs::symlink_status(file, error)))
            return fail(ErrorCode::Conflict,
                        "There is a file at " + file.string() + " already; no packet was written.");
        if (const auto free = files::checkNoJournal(file); !free) return tl::unexpected(free.error());
        packets.push_back({rater, file, hers.size(), 0, waiting[rater]});
        auto part = files::Scratch::make(file, "part");
        if (!part) return tl::unexpected(part.error());
        parts.push_back(std::move(*part));
    }
    for (std::size_t i = 0; i < packets.size(); ++i) {
        auto& packet = packets[i];
        if (watch.cancelled())
            return fail(ErrorCode::Cancelled, "Exporting the packets was cancelled; none was written.");
        watch.report(i, packets.size(), "writing packets");
        auto built = build(store, *round, packet.rater, byRater[packet.rater], place, parts[i].path());
        if (!built)
            return fail(built.error().code, "The packet of rater " + packet.rater.text() +
                                                " was not written. " + built.error().message);
        packet.images = built->images;
        beginnings.push_back(std::move(*built));
    }
    // First what the store has to know of them, then the files: a packet that nobody knows could not be
    // collected.
    auto change = Transaction::begin(store.database());
    if (!change) return tl::unexpected(change.error());
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const auto& b = beginnings[i];
        const QVariant uuid = bindable(b.packet);
        const QVariantList rest{bindable(packets[i].rater),
                                bindable(b.writer),
                                bindable(b.headSeq),
                                bindable(b.headHash),
                                bindable(store.actor().name()),
                                bindable(change->timeText())};
        const auto put =
            putPlain(*change, "packet", "packet.export",
                     "packet " + b.packet + " of round " + name + " for " + packets[i].rater.text(),
                     QVariantList{uuid, bindable(round->round.id)} + rest,
                     "uuid, round_id, rater, writer, head_seq, head_hash, actor, time",
                     QVariantList{uuid, bindable(round->id)} + rest);
        if (!put) return tl::unexpected(put.error());
    }
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    for (std::size_t i = 0; i < packets.size(); ++i)
        if (const auto moved = files::moveNew(parts[i].path(), packets[i].file); !moved)
            return tl::unexpected(moved.error());
    return packets;
}

} // namespace forameter::store
