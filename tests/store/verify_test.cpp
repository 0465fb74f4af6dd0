// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <utility>

#include "audit.hpp"
#include "fixture.hpp"

namespace forameter::store {
namespace {

/// What somebody with a SQLite shell could do, and what verify() must say.
struct Tampering {
    const char* name;
    std::vector<std::string> sql;
    const char* what; ///< kind of at least one problem
};

const std::string kFreeAudit = "DROP TRIGGER audit_no_update";
const std::string kFreeAuditRows = "DROP TRIGGER audit_no_delete";

const Tampering kTamperings[] = {
    {"AuditTextChanged", {kFreeAudit, "UPDATE audit SET actor = 'r2' WHERE seq = 4"}, "audit-chain"},
    {"AuditHashChanged",
     {kFreeAudit,
      "UPDATE audit SET hash = CASE substr(hash, 1, 1) WHEN '0' THEN '1' ELSE '0' END || substr(hash, 2) "
      "WHERE seq = 5"},
     "audit-chain"},
    {"AuditRowDeleted", {kFreeAuditRows, "DELETE FROM audit WHERE seq = 6"}, "audit-chain"},
    {"FirstAuditRowDeleted", {kFreeAuditRows, "DELETE FROM audit WHERE seq = 1"}, "audit-chain"},
    {"LastAuditRowDeleted",
     {kFreeAuditRows, "DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)"},
     "audit-chain"},
    {"AuditRowsSwapped",
     {kFreeAudit, "UPDATE audit SET seq = 1000 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5",
      "UPDATE audit SET seq = 5 WHERE seq = 1000"},
     "audit-chain"},
    {"AuditRowInserted",
     {"INSERT INTO audit(writer_id, writer_seq, time, actor, action, subject, content, hash) SELECT "
      "writer_id, writer_seq + 1, time, actor, action, subject, content, hash FROM audit ORDER BY seq DESC "
      "LIMIT 1"},
     "audit-chain"},
    {"AuditRowRepeated",
     {"INSERT INTO audit(writer_id, writer_seq, time, actor, action, subject, content, hash) SELECT "
      "writer_id, writer_seq, time, actor, action, subject, content, hash FROM audit WHERE seq = 4"},
     "audit-chain"},
    {"CurveChanged",
     {"DROP TRIGGER contour_version_no_update",
      "UPDATE contour_version SET curve = substr(curve, 1, 20) || X'FF' || substr(curve, 22) WHERE id = 1"},
     "content"},
    {"RaterChanged",
     {"DROP TRIGGER contour_version_no_update", "UPDATE contour_version SET rater = 'r2' WHERE id = 1"},
     "content"},
    {"LevelChanged",
     {"DROP TRIGGER contour_version_no_update", "UPDATE contour_version SET level = 'L5-S1' WHERE id = 1"},
     "content"},
    {"AreaChanged",
     {"DROP TRIGGER contour_version_no_update", "UPDATE contour_version SET area_mm2 = area_mm2 + 1"},
     "area"},
    {"AreaDeleted",
     {"DROP TRIGGER contour_version_no_update", "UPDATE contour_version SET area_mm2 = NULL"},
     "area"},
    {"ContourDeleted", {"DROP TRIGGER contour_version_no_delete", "DELETE FROM contour_version"}, "content"},
    {"LevelSetChanged",
     {"DROP TRIGGER level_set_no_update", "UPDATE level_set SET levels = replace(levels, 'L4', 'L3')"},
     "content"},
    {"LevelSetDeleted",
     {"DROP TRIGGER level_set_no_delete", "DROP TRIGGER contour_version_no_update",
      "UPDATE contour_version SET level_set_id = NULL", "DELETE FROM level_set"},
     "content"},
    {"MarkChanged", {"DROP TRIGGER cell_state_no_update", "UPDATE cell_state SET reason = ''"}, "content"},
    {"PatientChanged", {"UPDATE study SET patient_id = 'X'"}, "content"},
    {"SpacingChanged", {"UPDATE stack SET row_spacing = 0.7"}, "content"},
    {"SeriesDeleted",
     {"DELETE FROM stack WHERE series_id = 2", "DELETE FROM series WHERE id = 2"},
     "content"},
    {"TriggerRemoved", {"DROP TRIGGER contour_version_no_delete"}, "schema"},
    {"TriggerDisarmed",
     {"DROP TRIGGER contour_version_no_update",
      "CREATE TRIGGER contour_version_no_update BEFORE UPDATE ON contour_version BEGIN SELECT 1; END"},
     "schema"},
    {"ParentDeleted", {"DELETE FROM study"}, "foreign-key"},
};

class VerifyTest : public StoreTest, public ::testing::WithParamInterface<Tampering> {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_TRUE(RaterRepository(store()).add(kR2));
        confirmLevels();
        auto contour = someForamen();
        save(contour);
        ASSERT_TRUE(CellStateRepository(store()).set(kStudy, anatomy::Cell::canal(anatomy::Level::L1_L2), kR1,
                                                     protocol::CellState::NotAssessable, "metal"));
        expectSound();
        close();
    }
};

TEST_P(VerifyTest, FindsTampering) {
    rawSql(file, GetParam().sql);
    const auto report = verify(file);
    ASSERT_TRUE(report) << why(report);
    EXPECT_FALSE(report->ok());
    bool found = false;
    for (const auto& problem : report->problems) {
        found = found || problem.what == GetParam().what;
        EXPECT_FALSE(problem.where.empty());
        EXPECT_TRUE(problem.message.ends_with(".")) << problem.message;
    }
    EXPECT_TRUE(found) << "no problem of kind " << GetParam().what;
}
INSTANTIATE_TEST_SUITE_P(Store, VerifyTest, ::testing::ValuesIn(kTamperings),
                         [](const auto& one) { return std::string(one.param.name); });

/// A stroke does not write the head of the chain, so what it wrote must be missed without it.
TEST_F(StoreTest, VerifyMissesWhatTheLastStrokeWrote) {
    confirmLevels();
    auto contour = someForamen();
    save(contour);
    contour.curve.points.front().z += 0.01;
    save(contour, 1);
    expectSound();
    close();
    ASSERT_LT(std::stoi(rawText(file, "SELECT head_seq FROM writer")),
              std::stoi(rawText(file, "SELECT MAX(writer_seq) FROM audit")));
    const std::string hash = rawText(file, "SELECT hash FROM audit ORDER BY seq DESC LIMIT 1");
    const AuditFields fields{rawText(file, "SELECT uuid FROM writer"),
                             std::stoll(rawText(file, "SELECT MAX(writer_seq) + 1 FROM audit")),
                             rawText(file, "SELECT MAX(time) FROM audit"),
                             "r1",
                             "contour.save",
                             "contour of nobody",
                             ""};
    const std::pair<const char*, std::vector<std::string>> kinds[] = {
        {"its audit row",
         {"DROP TRIGGER audit_no_delete", "DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)"}},
        {"its version",
         {"DROP TRIGGER contour_version_no_delete", "DELETE FROM contour_version WHERE version = 2"}},
        {"an audit row added",
         {"INSERT INTO audit(writer_id, writer_seq, time, actor, action, subject, content, hash) VALUES(1, " +
          std::to_string(fields.writerSeq) + ", '" + fields.time + "', '" + fields.actor + "', '" +
          fields.action + "', '" + fields.subject + "', '', '" + auditHash(hash, fields) + "')"}}};
    for (const auto& [what, sql] : kinds) {
        const auto changed = folder / "changed.sqlite";
        std::filesystem::copy_file(file, changed);
        rawSql(changed, sql);
        const auto report = verify(changed);
        ASSERT_TRUE(report) << why(report);
        EXPECT_FALSE(report->ok()) << what;
        std::filesystem::remove(changed);
    }
}

class VerifyFileTest : public StoreTest {};

TEST_F(VerifyFileTest, AnyChangedByteOfAContourIsFound) {
    confirmLevels();
    const auto contour = someForamen();
    save(contour);
    close();
    std::string bytes;
    {
        std::ifstream in(file, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    // Indexes hold its UUID too; in its row the image follows, and then the curve.
    auto at = bytes.find(contour.id.text());
    while (at != std::string::npos &&
           bytes.substr(at, 200).find(contour.image.sop.text()) == std::string::npos)
        at = bytes.find(contour.id.text(), at + 1);
    ASSERT_NE(at, std::string::npos);
    const auto damaged = folder / "damaged.sqlite";
    for (std::size_t offset = 0; offset < 400; offset += 13) {
        std::string copy = bytes;
        copy[at + offset] = static_cast<char>(copy[at + offset] ^ 0x10);
        std::ofstream(damaged, std::ios::binary)
            .write(copy.data(), static_cast<std::streamsize>(copy.size()));
        const auto report = verify(damaged);
        EXPECT_TRUE(!report || !report->ok()) << "offset " << offset;
        std::filesystem::remove(damaged);
    }
}

TEST_F(VerifyFileTest, ADamagedFileIsAReportNotACrash) {
    close();
    const auto size = std::filesystem::file_size(file);
    std::filesystem::resize_file(file, size / 2);
    const auto report = verify(file);
    ASSERT_TRUE(report) << why(report);
    EXPECT_FALSE(report->ok());
}

TEST_F(VerifyFileTest, WarnsOfContoursThatHoldAndLieOutsideTheirImage) {
    confirmLevels();
    const auto outside = [](auto contour) {
        for (auto& point : contour.curve.points)
            point.y += 2000.0;
        return contour;
    };
    save(someForamen());
    EXPECT_TRUE(verify(store())->warnings.empty());
    auto mistaken = outside(someForamen(5, anatomy::Level::L3_L4));
    save(mistaken);
    const auto report = verify(store());
    ASSERT_TRUE(report) << why(report);
    EXPECT_TRUE(report->ok()) << "its bytes are as they were written: a copy of the store may be made";
    ASSERT_EQ(report->warnings.size(), 1u);
    EXPECT_EQ(report->warnings[0].what, "outside-image");
    EXPECT_EQ(report->warnings[0].where, "contour_version " + mistaken.id.text() + " v1");
    const auto again = someForamen(5, anatomy::Level::L3_L4);
    mistaken.curve = again.curve;
    ASSERT_TRUE(ContourRepository(store()).save(mistaken, 1));
    EXPECT_TRUE(verify(store())->warnings.empty()) << "what was drawn anew counts no longer";
}

TEST_F(VerifyFileTest, CancellingEndsIt) {
    std::stop_source stop;
    stop.request_stop();
    const auto report = verify(store(), {.progress = {}, .stop = stop.get_token()});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Cancelled);
}

} // namespace
} // namespace forameter::store
