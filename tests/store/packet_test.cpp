// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/packet.hpp"

#include <fstream>

#include "blobs.hpp"
#include "forameter/store/effort_repository.hpp"
#include "forameter/store/proposal_repository.hpp"

#include "fixture.hpp"

namespace forameter::store {
namespace {

namespace fs = std::filesystem;

std::string bytesOf(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A round of two raters, of whom the second has drawn already, and its packets.
class PacketTest : public StoreTest {
protected:
    const RaterId anna{"anna.a"}, berta{"berta.b"};
    const protocol::Contour bertas = someForamen(6, anatomy::Level::L3_L4, "berta.b");
    fs::path annas, other;

    void SetUp() override {
        StoreTest::SetUp();
        for (const auto& rater : {anna, berta})
            ASSERT_TRUE(RaterRepository(store()).add(rater));
        ASSERT_TRUE(StudyRepository(store()).add(someStudy("7.7.7")));
        confirmLevels(someLevels(), berta);
        RoundPlan plan;
        plan.name = "pilot";
        plan.raters = {anna, berta};
        plan.studies = {kStudy};
        plan.fixedSlices = {{kStudy, bertas.cell, bertas.image}};
        for (const auto level : {anatomy::Level::L2_L3, anatomy::Level::L4_L5})
            plan.fixedSlices.push_back(
                {kStudy, anatomy::Cell::foramen(level, anatomy::Side::R), bertas.image});
        plan.seed = 7177;
        ASSERT_TRUE(RoundRepository(store()).create(plan));
        save(bertas);
        Effort effort;
        effort.study = kStudy;
        effort.active = std::chrono::seconds(3);
        ASSERT_TRUE(EffortRepository(store()).append(effort, berta));
        const auto packets = exportThem(folder / "packets");
        ASSERT_TRUE(packets) << why(packets);
        ASSERT_EQ(packets->size(), 2u);
        annas = (*packets)[0].file;
        other = (*packets)[1].file;
    }
    Result<std::vector<ExportedPacket>> exportThem(const fs::path& to) {
        return exportPackets(store(), "pilot", to,
                             [](const RaterId&, const std::string& path, const std::string&) {
                                 return Result<std::string>("images/" + fs::path(path).filename().string());
                             });
    }
    /// Anna draws, changes and undoes in her packet.
    void work(const fs::path& packet, double radius = 5) {
        auto mine = Store::open(packet);
        ASSERT_TRUE(mine) << why(mine);
        EXPECT_EQ(mine->actor().rater, anna);
        auto contour = someForamen(radius, anatomy::Level::L4_L5, "anna.a");
        ContourRepository contours(*mine);
        ASSERT_TRUE(contours.save(contour, 0)) << why(contours.save(contour, 0));
        contour.curve = someForamen(radius + 1).curve;
        ASSERT_TRUE(contours.save(contour, 1));
        ASSERT_TRUE(CellStateRepository(*mine).set(
            kStudy, anatomy::Cell::foramen(anatomy::Level::L1_L2, anatomy::Side::L), anna,
            protocol::CellState::NotAssessable, "blurred"));
        Effort effort;
        effort.study = kStudy;
        effort.active = std::chrono::seconds(4);
        ASSERT_TRUE(EffortRepository(*mine).append(effort, anna));
        const ProposalDecision said{
            kStudy, contour.image, contour.cell,       "sha",     contour.curve, 78.0, 0.9, {}, {},
            0.1,    false,         Decision::Accepted, contour.id};
        ASSERT_TRUE(ProposalRepository(*mine).append(said, anna));
        RoundRepository rounds(*mine);
        const auto one = rounds.next(anna).value();
        ASSERT_TRUE(one);
        ASSERT_TRUE(rounds.update(one->id, {.state = CaseState::Done, .difficulty = 4}));
        EXPECT_TRUE(verify(*mine).value().ok());
    }
    std::string refusal(const fs::path& packet) {
        const auto before = verify(store()).value();
        const auto taken = collectPacket(store(), "pilot", packet);
        EXPECT_FALSE(taken);
        EXPECT_EQ(verify(store()).value().auditHead, before.auditHead);
        EXPECT_EQ(current({.rater = anna}).size(), 0u);
        return why(taken);
    }
};

TEST_F(PacketTest, NothingOfOthersIsInAnyByteOfAPacket) {
    const std::string bytes = bytesOf(annas), sql = bytesOf(file) + bytesOf(file.string() + "-wal");
    const std::string points = curveToBlob(bertas.curve).substr(20, 48);
    const std::string reading = rawText(file, "SELECT uuid FROM assignment WHERE rater = 'berta.b'");
    for (const std::string& secret :
         {std::string("berta"), bertas.id.text(), points, reading, rawText(file, "SELECT uuid FROM effort"),
          std::string("7.7.7"), std::string("\"seed\":7177")}) {
        ASSERT_FALSE(secret.empty());
        EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
        EXPECT_NE(sql.find(secret), std::string::npos) << secret << " was looked for in vain";
    }
    EXPECT_EQ(rawText(annas, "PRAGMA freelist_count"), "0");
    EXPECT_FALSE(fs::exists(annas.string() + "-wal"));
    EXPECT_EQ(rawText(annas, "SELECT COUNT(*) FROM rater"), "1");
    EXPECT_EQ(rawText(annas, "SELECT COUNT(*) FROM contour_version"), "0");
    EXPECT_EQ(fs::status(annas).permissions() & fs::perms::all,
              fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(PacketTest, APacketIsReadAsItsRaterAndItsFrameIsFixed) {
    EXPECT_EQ(Store::open(annas, Actor::as(berta)).error().code, ErrorCode::NotAllowed);
    auto mine = Store::open(annas);
    ASSERT_TRUE(mine) << why(mine);
    EXPECT_EQ(packetInfo(*mine).value()->round, "pilot");
    EXPECT_FALSE(packetInfo(store()).value());
    EXPECT_EQ(RoundRepository(*mine).worklist(anna).value().size(), 1u);
    EXPECT_EQ(StudyRepository(*mine).find(kStudy).value().series[0].stacks[0].instances[0].path,
              (fs::canonical(annas).parent_path() / "images/1-1.dcm").string());
    EXPECT_EQ(LevelSetRepository(*mine).confirmed(kStudy).value()->rater, anna);
    EXPECT_EQ(LevelSetRepository(*mine).confirm(kStudy, someLevels(), anna, 1).error().code,
              ErrorCode::NotAllowed);
    EXPECT_EQ(StudyRepository(*mine).add(someStudy("8.8")).error().code, ErrorCode::NotAllowed);
    EXPECT_EQ(RaterRepository(*mine).add(berta).error().code, ErrorCode::NotAllowed);
    EXPECT_EQ(RoundRepository(*mine).open("pilot").error().code, ErrorCode::NotAllowed);
    EXPECT_TRUE(verify(*mine).value().ok());
}

TEST_F(PacketTest, WhatWasDoneComesBackOnceAndBothChainsStaySound) {
    work(annas);
    const auto taken = collectPacket(store(), "pilot", annas);
    ASSERT_TRUE(taken) << why(taken);
    EXPECT_EQ(taken->rater, anna);
    EXPECT_EQ(taken->added, 6u); // two versions, a mark, a time, a decision, a state
    EXPECT_GT(taken->auditEntries, 0u);
    expectSound();
    const auto again = collectPacket(store(), "pilot", annas);
    ASSERT_TRUE(again) << why(again);
    EXPECT_EQ(again->added, 0u);
    EXPECT_EQ(again->unchanged, 6u);
    EXPECT_EQ(again->auditEntries, 0u);
    const auto hers = current({.rater = anna, .round = "pilot"});
    ASSERT_EQ(hers.size(), 1u);
    EXPECT_EQ(hers[0].version, 2);
    EXPECT_TRUE(hers[0].measurement);
    EXPECT_EQ(hers[0].reading, RoundRepository(store()).worklist(anna).value().front().id);
    EXPECT_EQ(RoundRepository(store()).progress("pilot").value().front().done, 1u);
    EXPECT_EQ(EffortRepository(store()).pieces({.rater = anna}).value().size(), 1u);
    EXPECT_EQ(ProposalRepository(store()).decisions({.rater = anna}).value().size(), 1u);
    EXPECT_EQ(CellStateRepository(store()).states(kStudy, anna).value().size(), 2u);
    EXPECT_EQ(rawText(file, "SELECT COUNT(*) FROM writer"), "2");
    // She goes on, and what is new comes too.
    auto mine = Store::open(annas);
    ASSERT_TRUE(ContourRepository(*mine).save(someForamen(3, anatomy::Level::L2_L3, "anna.a"), 0));
    const auto more = collectPacket(store(), "pilot", annas);
    ASSERT_TRUE(more) << why(more);
    EXPECT_EQ(more->added, 1u);
    ASSERT_TRUE(collectPacket(store(), "pilot", other));
    expectSound();
}

TEST_F(PacketTest, ATamperedPacketIsRefused) {
    work(annas);
    const fs::path bad = folder / "bad.sqlite";
    const auto copy = [&] { fs::copy_file(annas, bad, fs::copy_options::overwrite_existing); };
    // A flipped byte in a curve.
    copy();
    rawSql(bad, {"DROP TRIGGER contour_version_no_update",
                 "UPDATE contour_version SET curve = substr(curve, 1, 20) || x'ff' || substr(curve, 22)",
                 "CREATE TRIGGER contour_version_no_update BEFORE UPDATE ON contour_version BEGIN SELECT "
                 "RAISE(ABORT, 'contour_version is append-only'); END"});
    EXPECT_NE(refusal(bad).find("was not taken"), std::string::npos);
    // A byte of the file.
    copy();
    std::string bytes = bytesOf(bad);
    const auto at = bytes.find("blurred");
    ASSERT_NE(at, std::string::npos);
    bytes[at] ^= 1;
    std::ofstream(bad, std::ios::binary | std::ios::trunc) << bytes;
    EXPECT_NE(refusal(bad).find("was not taken"), std::string::npos);
    const std::vector<std::string> loose{"DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete",
                                         "PRAGMA foreign_keys = OFF"};
    const std::vector<std::string> fast{"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT "
                                        "RAISE(ABORT, 'audit is append-only'); END",
                                        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT "
                                        "RAISE(ABORT, 'audit is append-only'); END"};
    for (const std::string change :
         {"DELETE FROM audit WHERE seq = (SELECT MAX(seq) - 1 FROM audit)",
          "UPDATE audit SET time = '2020-01-01T00:00:00.000Z' WHERE seq = 3",
          "UPDATE audit SET seq = 1000 WHERE seq = (SELECT MAX(seq) - 1 FROM audit)"}) {
        copy();
        auto statements = loose;
        statements.push_back(change);
        statements.insert(statements.end(), fast.begin(), fast.end());
        rawSql(bad, statements);
        EXPECT_NE(refusal(bad).find("was not taken"), std::string::npos) << change;
    }
    expectSound();
}

TEST_F(PacketTest, StrangersAndForksAreRefused) {
    // A store that is no packet, a packet that this store did not write, one that somebody else wrote in.
    EXPECT_NE(refusal(file).find("not a packet"), std::string::npos);
    const fs::path elsewhere = folder / "elsewhere.sqlite";
    fs::copy_file(annas, elsewhere);
    rawSql(elsewhere,
           {"UPDATE store_info SET value = 'e0000000-0000-4000-8000-000000000000' WHERE name = 'packet'"});
    EXPECT_NE(refusal(elsewhere).find("no such packet"), std::string::npos);
    fs::copy_file(annas, elsewhere, fs::copy_options::overwrite_existing);
    rawSql(elsewhere, {"UPDATE store_info SET value = 'berta.b' WHERE name = 'packet_rater'"});
    EXPECT_NE(refusal(elsewhere).find("no such packet"), std::string::npos);
    fs::copy_file(annas, elsewhere, fs::copy_options::overwrite_existing);
    rawSql(elsewhere, {"DELETE FROM store_info WHERE name LIKE 'packet%'"});
    {
        auto pried = Store::open(elsewhere);
        ASSERT_TRUE(pried) << why(pried);
        ASSERT_TRUE(RaterRepository(*pried).add(RaterId("mallory")));
    }
    const std::string id = rawText(annas, "SELECT value FROM store_info WHERE name = 'packet'");
    rawSql(elsewhere, {"INSERT INTO store_info(name, value) VALUES('packet', '" + id +
                       "'), ('packet_rater', 'anna.a'), ('packet_round', 'pilot')"});
    EXPECT_NE(refusal(elsewhere).find("other raters"), std::string::npos);
    // One packet continued in two copies: the first is taken, the other says so.
    fs::copy_file(annas, elsewhere, fs::copy_options::overwrite_existing);
    work(annas);
    work(elsewhere, 7);
    ASSERT_TRUE(collectPacket(store(), "pilot", annas));
    EXPECT_NE(why(collectPacket(store(), "pilot", elsewhere)).find("two copies"), std::string::npos);
    expectSound();
}

TEST_F(PacketTest, PacketsAreNotWrittenOverOthersNorOfAClosedRound) {
    EXPECT_EQ(exportThem(folder / "packets").error().code, ErrorCode::Conflict);
    ASSERT_TRUE(RoundRepository(store()).close("pilot"));
    EXPECT_EQ(exportThem(folder / "more").error().code, ErrorCode::NotAllowed);
    // Collecting still works.
    work(annas);
    EXPECT_TRUE(collectPacket(store(), "pilot", annas));
    expectSound();
}

TEST_F(PacketTest, FixedSlicesTravelHoldThereAndCannotBeTakenOut) {
    {
        auto mine = Store::open(annas);
        ASSERT_TRUE(mine) << why(mine);
        const auto there = RoundRepository(*mine).fixedSlices("pilot"),
                   here = RoundRepository(store()).fixedSlices("pilot");
        ASSERT_TRUE(there && here);
        EXPECT_GE(there->size(), 9u);
        EXPECT_EQ(*there, *here);
        const auto wrong =
            ContourRepository(*mine).save(someForamen(5, anatomy::Level::L4_L5, "anna.a", 4), 0);
        ASSERT_FALSE(wrong);
        EXPECT_EQ(wrong.error().code, ErrorCode::NotAllowed);
    }
    work(annas);
    const fs::path bad = folder / "bad.sqlite";
    for (const std::string change : {"DELETE FROM round_slice WHERE level = 'L4-L5'",
                                     "UPDATE round_slice SET sop_uid = '1.2.3.1.9' WHERE level = 'L4-L5'"}) {
        fs::copy_file(annas, bad, fs::copy_options::overwrite_existing);
        rawSql(bad, {"DROP TRIGGER round_slice_no_update", "DROP TRIGGER round_slice_no_delete", change,
                     "CREATE TRIGGER round_slice_no_update BEFORE UPDATE ON round_slice BEGIN SELECT "
                     "RAISE(ABORT, 'round_slice is append-only'); END",
                     "CREATE TRIGGER round_slice_no_delete BEFORE DELETE ON round_slice BEGIN SELECT "
                     "RAISE(ABORT, 'round_slice is append-only'); END"});
        EXPECT_NE(refusal(bad).find("was not taken"), std::string::npos) << change;
    }
    ASSERT_TRUE(collectPacket(store(), "pilot", annas));
    expectSound();
}

TEST_F(PacketTest, BeforeTheCalibrationIsPassedAPacketHoldsNothingElse) {
    RoundPlan plan;
    plan.name = "second";
    plan.raters = {anna};
    plan.studies = {kStudy};
    plan.calibration = {StudyUid("7.7.7")};
    plan.passMark = 0.5;
    RoundRepository rounds(store());
    ASSERT_TRUE(rounds.create(plan));
    const auto place = [](const RaterId&, const std::string& path, const std::string&) {
        return Result<std::string>(path);
    };
    const auto right = someForamen(5, anatomy::Level::L4_L5, "anna.a", 2, "7.7.7");
    const auto first = exportPackets(store(), "second", folder / "first", place);
    ASSERT_TRUE(first) << why(first);
    EXPECT_TRUE(first->front().calibration);
    EXPECT_EQ(rawText(first->front().file, "SELECT group_concat(study_uid) FROM study"), "7.7.7");
    {
        auto mine = Store::open(first->front().file);
        ASSERT_TRUE(mine);
        const auto one = RoundRepository(*mine).next(anna).value();
        ASSERT_TRUE(one);
        ASSERT_TRUE(ContourRepository(*mine).import({{right}, {0}, {}, {}}));
        ASSERT_TRUE(RoundRepository(*mine).update(one->id, {.state = CaseState::Done}));
    }
    ASSERT_TRUE(collectPacket(store(), "second", first->front().file));
    ASSERT_TRUE(rounds.scoreCalibration("second", std::span(&right, 1)));
    const auto rest = exportPackets(store(), "second", folder / "rest", place);
    ASSERT_TRUE(rest) << why(rest);
    EXPECT_FALSE(rest->front().calibration);
    EXPECT_EQ(rawText(rest->front().file, "SELECT group_concat(study_uid) FROM study"), "1.2.3");
    {
        auto mine = Store::open(rest->front().file);
        ASSERT_TRUE(mine);
        EXPECT_TRUE(RoundRepository(*mine).next(anna).value());
    }
    ASSERT_TRUE(collectPacket(store(), "second", rest->front().file));
    expectSound();
}

} // namespace
} // namespace forameter::store
