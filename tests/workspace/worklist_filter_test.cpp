// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "forameter/workspace/worklist_row.hpp"

namespace forameter::workspace {
namespace {

using Progress = WorklistFilter::Progress;
using store::CaseState;

WorklistRow study() {
    WorklistRow row{.study = StudyUid("1.2.840.77"),
                    .title = "MÜLLER-0014",
                    .date = "2026-01-31",
                    .series = "Sag T1 T2 · Ax T2",
                    .done = 3};
    row.description = "MRI Lumbar Spine";
    return row;
}

WorklistRow oneCase(CaseState state) {
    WorklistRow row{
        .study = StudyUid("1.2.840.77"), .title = "Case 7", .date = "", .series = "", .done = 3};
    row.round = CaseFacts{store::AssignmentId("a"), "pilot", state, true, true, 4};
    return row;
}

bool takes(const WorklistRow& row, std::string text, Progress progress = Progress::Any) {
    return WorklistSieve({std::move(text), progress}).takes(row);
}

TEST(WorklistFilter, WantsEveryWordSomewhereInWhatARowShows) {
    for (const char* words : {"", "  ", "0014", "lumbar 2026-01", "t1 0014", "spine 840.77"})
        EXPECT_TRUE(takes(study(), words)) << words;
    for (const char* words : {"0015", "lumbar cervical", "0014 T3"})
        EXPECT_FALSE(takes(study(), words)) << words;
}

TEST(WorklistFilter, DoesNotMindCaseAndAccents) {
    for (const char* words : {"müller", "MULLER", "Mu\xcc\x88ller", "LUMBAR"})
        EXPECT_TRUE(takes(study(), words)) << words;
}

TEST(WorklistFilter, TellsAStudyByItsCells) {
    auto row = study();
    EXPECT_TRUE(takes(row, "", Progress::Open));
    EXPECT_TRUE(takes(row, "", Progress::Begun));
    EXPECT_FALSE(takes(row, "", Progress::Untouched));
    row.done = row.total;
    EXPECT_TRUE(takes(row, "", Progress::Done));
    EXPECT_FALSE(takes(row, "", Progress::Open));
    row.done = 0;
    EXPECT_TRUE(takes(row, "", Progress::Untouched));
    row.readable = false; // never open: nothing can be measured there
    EXPECT_FALSE(takes(row, "", Progress::Untouched));
    EXPECT_FALSE(takes(row, "", Progress::Open));
    EXPECT_TRUE(takes(row, "cannot be measured"));
}

TEST(WorklistFilter, TellsACaseByWhatItsRaterSays) {
    EXPECT_TRUE(takes(oneCase(CaseState::Todo), "", Progress::Untouched));
    EXPECT_TRUE(takes(oneCase(CaseState::InProgress), "flagged", Progress::Begun));
    EXPECT_TRUE(takes(oneCase(CaseState::Done), "", Progress::Done)) << "though only 3 of its cells are";
    EXPECT_FALSE(takes(oneCase(CaseState::Done), "", Progress::Open));
    for (const char* words : {"case 7", "calibration pilot", "difficulty 4", "in progress"})
        EXPECT_TRUE(takes(oneCase(CaseState::InProgress), words)) << words;
}

TEST(WorklistFilter, DoesNotLetTheStudyOfACaseBeFoundOut) {
    auto row = oneCase(CaseState::Todo);
    row.description = "MRI Lumbar Spine";
    row.date = "2026-01-31";
    for (const char* words : {"1.2.840.77", "lumbar", "2026"})
        EXPECT_FALSE(takes(row, words)) << words;
}

} // namespace
} // namespace forameter::workspace
