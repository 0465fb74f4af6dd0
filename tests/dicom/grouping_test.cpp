// SPDX-License-Identifier: Apache-2.0
#include "group_stacks.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <list>
#include <numbers>
#include <random>

namespace forameter::dicom {
namespace {

using geometry::PatientVector;

/// Builds a series frame by frame; frames are axial, tilted about the patient's left-right axis.
class SeriesBuilder {
public:
    FrameRecord& add(double tiltDegrees, double along, double shift = 0) {
        FileRecord& file = m_files.emplace_back();
        file.study = "1";
        file.series = "2";
        file.sop = "3." + std::to_string(m_files.size());
        file.rows = 64;
        file.columns = 48;
        file.frameOfReference = "9";
        file.modality = "MR";
        file.instanceNumber = static_cast<int>(m_files.size());
        FrameRecord& frame = file.frames.emplace_back();
        place(frame, tiltDegrees, along, shift);
        return frame;
    }
    FileRecord& file() { return m_files.back(); }
    void block(double tiltDegrees, double from, double step, int count, double shift = 0) {
        for (int i = 0; i < count; ++i)
            add(tiltDegrees, from + i * step, shift);
    }

    static void place(FrameRecord& frame, double tiltDegrees, double along, double shift) {
        const double a = tiltDegrees * std::numbers::pi / 180;
        const PatientVector column{0, std::cos(a), std::sin(a)}, normal{0, -std::sin(a), std::cos(a)};
        const PatientVector p = along * normal + shift * column;
        // Six digits, as scanners write them.
        const auto rounded = [](double x) { return std::round(x * 1e6) / 1e6; };
        frame.orientation = {1, 0, 0, 0, rounded(column.y), rounded(column.z)};
        frame.position = {rounded(p.x), rounded(p.y), rounded(p.z)};
        frame.spacing = {0.7, 0.6};
        frame.thickness = 4.0;
        frame.imageType = "ORIGINAL\\PRIMARY\\M";
    }

    std::vector<Stack> stacks(unsigned seed = 0) {
        std::vector<SeriesFrame> frames;
        for (const FileRecord& file : m_files)
            for (std::size_t i = 0; i < file.frames.size(); ++i)
                frames.push_back({&file, &m_path, static_cast<int>(i)});
        std::mt19937 random(seed);
        if (seed != 0)
            for (std::size_t i = frames.size(); i > 1; --i)
                std::swap(frames[i - 1], frames[random() % i]);
        return groupIntoStacks(frames);
    }

private:
    std::list<FileRecord> m_files;
    std::filesystem::path m_path = "file";
};

bool has(const Stack& stack, StackWarning warning) {
    return std::find(stack.warnings.begin(), stack.warnings.end(), warning) != stack.warnings.end();
}

std::vector<int> sizes(const std::vector<Stack>& stacks) {
    std::vector<int> all;
    for (const Stack& stack : stacks)
        all.push_back(stack.slices());
    return all;
}

TEST(Grouping, BlocksAngledToTheDiscsComeApartInAnyOrderOfFiles) {
    SeriesBuilder series;
    series.block(-10, 100, 3.3, 5);
    series.block(-9.3, 60, 3.3, 5); // 0.7 degrees from the one before
    series.block(0, 20, 3.3, 5);
    series.block(0.44, -20, 3.3, 5);
    series.block(16, -60, 3.3, 5);
    for (unsigned seed = 0; seed < 5; ++seed) {
        const auto stacks = series.stacks(seed);
        ASSERT_EQ(sizes(stacks), (std::vector{5, 5, 5, 5, 5}));
        for (std::size_t s = 0; s < stacks.size(); ++s) {
            EXPECT_EQ(stacks[s].index, static_cast<int>(s));
            EXPECT_NEAR(*stacks[s].sliceSpacing, 3.3, 1e-5);
            EXPECT_TRUE(stacks[s].measurable);
            EXPECT_EQ(stacks[s].plane, geometry::Plane::Axial);
            EXPECT_EQ(stacks[s].instances.front().number,
                      static_cast<int>(5 * s + 1)); // order of acquisition
            for (std::size_t i = 1; i < 5; ++i)
                EXPECT_GT(stacks[s].instances[i].position->z, stacks[s].instances[i - 1].position->z);
        }
    }
}

TEST(Grouping, PositionsOfOneDecimalSplitNoObliqueBlock) {
    for (int tilt = -24; tilt <= 24; ++tilt) {
        SeriesBuilder series;
        for (int i = 0; i < 40; ++i) {
            FrameRecord& frame = series.add(tilt, (i < 20 ? 0 : 7) + 3.3 * i, i < 20 ? 0 : 0.8);
            for (double& coordinate : *frame.position)
                coordinate = std::round(10 * coordinate) / 10;
        }
        EXPECT_EQ(sizes(series.stacks()), (std::vector{20, 20})) << tilt << " degrees";
    }
}

TEST(Grouping, ParallelBlocksNumberedAlternatelyComeApart) {
    SeriesBuilder series;
    for (int i = 0; i < 5; ++i) {
        series.add(12, 4.0 * i, 0);
        series.add(12, 24 + 4.0 * i, 1.5);
        series.add(12, 60 + 4.0 * i, 0);
    }
    for (unsigned seed = 0; seed < 5; ++seed)
        EXPECT_EQ(sizes(series.stacks(seed)), (std::vector{5, 5, 5}));
}

TEST(Grouping, OverlappingBlocksOfOneLineComeApartByTheirNumbers) {
    SeriesBuilder series;
    series.block(0, 0, 4, 5);
    series.block(0, 14, 4, 5);
    for (unsigned seed = 0; seed < 5; ++seed)
        EXPECT_EQ(sizes(series.stacks(seed)), (std::vector{5, 5}));
    series.file().instanceNumber.reset(); // without numbers their steps alone tell
    EXPECT_EQ(sizes(series.stacks()).size(), 3u);
}

TEST(Grouping, AcquisitionsNameOverlappingBlocksWhereTheNumbersOfImagesStartAnew) {
    const auto blocks = [](bool named, unsigned seed) {
        SeriesBuilder series;
        for (int i = 0; i < 10; ++i) {
            FrameRecord& frame = series.add(0, i < 5 ? 4.4 * i : 15 + 4.4 * (i - 5));
            if (named) frame.acquisitionNumber = i < 5 ? 1 : 2;
            series.file().instanceNumber = i % 5 + 1;
        }
        return sizes(series.stacks(seed));
    };
    for (unsigned seed = 0; seed < 5; ++seed) {
        EXPECT_EQ(blocks(true, seed), (std::vector{5, 5}));
        EXPECT_EQ(blocks(false, seed), blocks(false, 0)) << "not by the order of files";
    }
}

/// Scanners number the parts of an interleaved acquisition, too.
TEST(Grouping, AcquisitionsPartNothingWhereTheNumbersOfImagesTell) {
    SeriesBuilder series;
    for (int i = 0; i < 10; ++i)
        series.add(0, 4.4 * i).acquisitionNumber = i % 2 + 1;
    EXPECT_EQ(sizes(series.stacks(2)), std::vector{10});
}

TEST(Grouping, InstancesFollowTheNormalNotTheirNumbers) {
    SeriesBuilder series;
    for (int i = 9; i >= 0; --i)
        series.add(0, 4.4 * i);
    const auto stacks = series.stacks();
    ASSERT_EQ(stacks.size(), 1u);
    EXPECT_EQ(stacks[0].instances.front().number, 10);
    EXPECT_EQ(stacks[0].instances.back().number, 1);
}

TEST(Grouping, ADuplicateIsCountedAndKeptButDoesNotChangeTheSpacing) {
    SeriesBuilder series;
    series.block(5, 0, 4.4, 12);
    series.add(5, 4.4 * 3 + 0.005);
    const auto stacks = series.stacks();
    ASSERT_EQ(stacks.size(), 1u);
    EXPECT_EQ(stacks[0].slices(), 12);
    EXPECT_EQ(stacks[0].duplicates, 1);
    EXPECT_EQ(stacks[0].instances.size(), 13u);
    EXPECT_NEAR(*stacks[0].sliceSpacing, 4.4, 1e-5);
    EXPECT_TRUE(has(stacks[0], StackWarning::DuplicateSlices));
    EXPECT_TRUE(stacks[0].instances[4].duplicate);
    EXPECT_EQ(stacks[0].instances[3].number, 4);
    EXPECT_TRUE(stacks[0].measurable);
}

TEST(Grouping, AStackTakenTwiceIsTwoStacks) {
    SeriesBuilder series;
    series.block(0, 0, 4, 6);
    series.block(0, 0, 4, 6);
    const auto stacks = series.stacks(3);
    ASSERT_EQ(sizes(stacks), (std::vector{6, 6}));
    EXPECT_EQ(stacks[0].duplicates, 0);
    for (const Instance& instance : stacks[1].instances)
        EXPECT_GT(instance.number, 6);
}

TEST(Grouping, AcquisitionsTellRepetitionsApartWhereTheNumbersOfImagesDoNot) {
    SeriesBuilder series;
    for (const int acquisition : {1, 2})
        for (int i = 0; i < 6; ++i) {
            series.add(0, 4.0 * i).acquisitionNumber = acquisition;
            series.file().instanceNumber = i + 1;
            series.file().sop = std::to_string(acquisition) + "." + std::to_string(i);
        }
    for (unsigned seed = 0; seed < 5; ++seed) {
        const auto stacks = series.stacks(seed);
        ASSERT_EQ(sizes(stacks), (std::vector{6, 6}));
        for (const Stack& stack : stacks)
            for (const Instance& instance : stack.instances)
                EXPECT_EQ(instance.sop.text()[0], stack.instances.front().sop.text()[0]) << "mixed";
    }
}

/// The order in which files were met says nothing.
TEST(Grouping, RepetitionsThatNothingTellsApartAreNotMixedIntoTwoStacks) {
    SeriesBuilder series;
    for (int repetition = 0; repetition < 2; ++repetition)
        for (int i = 0; i < 6; ++i) {
            series.add(0, 4.0 * i);
            series.file().instanceNumber = i + 1;
        }
    const auto stacks = series.stacks(3);
    ASSERT_EQ(sizes(stacks), std::vector{6});
    EXPECT_EQ(stacks[0].duplicates, 6);
    EXPECT_TRUE(has(stacks[0], StackWarning::DuplicateSlices));
}

TEST(Grouping, AMissingSliceIsCounted) {
    SeriesBuilder series;
    for (const int i : {0, 1, 2, 4, 5, 6, 7})
        series.add(0, 4.4 * i);
    const auto stacks = series.stacks();
    ASSERT_EQ(stacks.size(), 1u);
    EXPECT_EQ(stacks[0].missing, 1);
    EXPECT_NEAR(*stacks[0].sliceSpacing, 4.4, 1e-5);
    EXPECT_TRUE(has(stacks[0], StackWarning::MissingSlices));
}

TEST(Grouping, WhatDiffersInKindIsKeptApart) {
    const std::pair<const char*, void (*)(SeriesBuilder&, FrameRecord&)> kinds[] = {
        {"echo", [](SeriesBuilder&, FrameRecord& f) { f.acquisition.echoTime = 90; }},
        {"image type", [](SeriesBuilder&, FrameRecord& f) { f.imageType = "DERIVED"; }},
        {"stack", [](SeriesBuilder&, FrameRecord& f) { f.stackId = "2"; }},
        {"time", [](SeriesBuilder&, FrameRecord& f) { f.temporal = 2; }},
        {"spacing",
         [](SeriesBuilder&, FrameRecord& f) {
             f.spacing = {0.7005, 0.6};
         }},
        {"no spacing", [](SeriesBuilder&, FrameRecord& f) { f.spacing.reset(); }},
        {"greyscale", [](SeriesBuilder& s, FrameRecord&) { s.file().lowIsWhite = true; }}, // one for a volume
        {"rows", [](SeriesBuilder& s, FrameRecord&) { s.file().rows = 128; }},
        {"frame of reference", [](SeriesBuilder& s, FrameRecord&) { s.file().frameOfReference = "10"; }}};
    for (const auto& [what, change] : kinds) {
        SeriesBuilder series;
        for (int i = 0; i < 6; ++i) {
            series.add(0, 4.0 * i);
            change(series, series.add(0, 4.0 * i));
        }
        const auto stacks = series.stacks();
        EXPECT_EQ(sizes(stacks), (std::vector{6, 6})) << what;
        for (const Stack& stack : stacks)
            EXPECT_EQ(stack.duplicates, 0) << what;
    }
}

/// As de-identifiers and moves between archives leave them: T2 and fat-suppressed T2 of one place under one
/// series, both numbered from 1.
TEST(Grouping, SequencesThatDifferInNothingButTheirContrastAreNotMixed) {
    const auto suppressed = [](FrameRecord& f) {
        f.weighting.reset();
        f.warnings.add(StackWarning::SuppressedSignal);
    };
    const std::pair<const char*, std::function<void(FrameRecord&)>> others[] = {
        {"weighting", [](FrameRecord& f) { f.weighting = Weighting::STIR; }},
        {"suppressed", suppressed},
        {"repetition time", [](FrameRecord& f) { f.acquisition.repetitionTime = 6000; }},
        {"inversion time", [](FrameRecord& f) { f.acquisition.inversionTime = 250; }}};
    for (const auto& [what, change] : others)
        for (unsigned seed = 0; seed < 5; ++seed) {
            SeriesBuilder series;
            for (const bool other : {false, true})
                for (int i = 0; i < (other ? 5 : 6); ++i) {
                    FrameRecord& frame = series.add(0, 4.0 * i);
                    series.file().instanceNumber = i + 1;
                    series.file().sop = std::to_string(other) + "." + std::to_string(i);
                    frame.weighting = Weighting::T2;
                    frame.acquisition.repetitionTime = 3500;
                    frame.acquisition.inversionTime = 150;
                    if (other) change(frame);
                }
            const auto stacks = series.stacks(seed);
            ASSERT_EQ(stacks.size(), 2u) << what;
            for (const Stack& stack : stacks) {
                EXPECT_EQ(stack.duplicates, 0) << what;
                for (const Instance& instance : stack.instances)
                    EXPECT_EQ(instance.sop.text()[0], stack.instances.front().sop.text()[0]) << what;
            }
        }
}

TEST(Grouping, TimesThatVaryALittleAndWhatSomeFilesDoNotSayPartNothing) {
    const std::pair<const char*, std::function<void(SeriesBuilder&, FrameRecord&)>> cases[] = {
        {"repetition time",
         [](SeriesBuilder& s, FrameRecord& f) {
             f.acquisition.repetitionTime = 2900 + 100.0 * (*s.file().instanceNumber % 10);
         }},
        {"no times", [](SeriesBuilder&, FrameRecord& f) { f.acquisition = {}, f.weighting.reset(); }},
        {"no description", [](SeriesBuilder& s, FrameRecord&) { s.file().seriesDescription.clear(); }}};
    for (const auto& [what, change] : cases) {
        SeriesBuilder series;
        for (int i = 0; i < 12; ++i) {
            FrameRecord& frame = series.add(0, 4.0 * i);
            series.file().seriesDescription = "T2 FS";
            frame.acquisition.repetitionTime = 3500;
            frame.weighting = Weighting::STIR;
            frame.contrastByText = true;
            if (i % 3 == 0) change(series, frame);
            // What the times say where no text says more.
            if (series.file().seriesDescription.empty())
                frame.weighting = Weighting::T2, frame.contrastByText = false;
        }
        const auto stacks = series.stacks(2);
        EXPECT_EQ(sizes(stacks), std::vector{12}) << what;
        EXPECT_EQ(stacks[0].weighting, Weighting::STIR) << what;
    }
}

/// Where every file has a description, that counts; so does what is not said by text alone.
TEST(Grouping, DescriptionsPartSequencesWhereTimesDoNot) {
    const auto mixed = [](const char* second, bool byText) {
        SeriesBuilder series;
        for (int i = 0; i < 12; ++i) {
            FrameRecord& frame = series.add(0, 4.0 * (i % 6));
            series.file().seriesDescription = i < 6 ? "T2 FS" : second;
            frame.weighting = i < 6 ? Weighting::STIR : Weighting::T2;
            frame.contrastByText = byText && i < 6;
        }
        return sizes(series.stacks(2)).size();
    };
    EXPECT_EQ(mixed("T2", true), 2u);
    EXPECT_EQ(mixed("", false), 2u);
}

TEST(Grouping, AnImageWithoutFrameOfReferenceStaysInTheOnlyOneOfItsSeries) {
    SeriesBuilder series;
    series.block(0, 0, 4, 5);
    series.file().frameOfReference.clear();
    series.block(0, 20, 4, 3);
    for (unsigned seed = 0; seed < 5; ++seed) {
        const auto stacks = series.stacks(seed);
        ASSERT_EQ(sizes(stacks), std::vector{8});
        EXPECT_EQ(stacks[0].frameOfReference, FrameOfReferenceUid("9"));
    }
    series.block(0, 32, 4, 5);
    series.file().frameOfReference = "10"; // of two, it might be either's
    EXPECT_EQ(series.stacks().size(), 3u);
}

/// Contours may lie 0.1 mm off their image's plane, at the far corner of the largest field of view too.
TEST(Grouping, OfSlightlyDifferentOrientationsAStackHasTheMiddle) {
    SeriesBuilder series;
    for (int i = 0; i < 8; ++i)
        series.add(10 + 0.025 * (i % 2), 4.0 * i);
    const auto stacks = series.stacks();
    ASSERT_EQ(sizes(stacks), std::vector{8});
    const auto normal = cross(stacks[0].orientation->row, stacks[0].orientation->column);
    for (const double tilt : {10.0, 10.025}) {
        FrameRecord own;
        SeriesBuilder::place(own, tilt, 0, 0);
        const auto& o = *own.orientation;
        const PatientVector corner = 512 * 0.6 * PatientVector{o[0] + o[3], o[1] + o[4], o[2] + o[5]};
        EXPECT_LT(std::abs(dot(corner, normal)), 0.07);
    }
}

/// Angles that were rounded to two digits, say.
TEST(Grouping, DirectionsThatJitterAreSplitTheSameWayWhateverTheFilesAreCalled) {
    const auto members = [](double jitter, unsigned seed) {
        SeriesBuilder series;
        std::mt19937 random(11);
        for (int i = 0; i < 15; ++i) {
            const double a = jitter * (static_cast<double>(random() % 1000) / 500 - 1);
            series.add(10 + a * 180 / std::numbers::pi, 4.4 * i);
        }
        std::vector<std::vector<std::string>> all;
        for (const Stack& stack : series.stacks(seed)) {
            auto& sops = all.emplace_back();
            for (const Instance& instance : stack.instances)
                sops.push_back(instance.sop.text());
        }
        return all;
    };
    for (unsigned seed = 1; seed < 7; ++seed) {
        EXPECT_EQ(members(6e-4, seed), members(6e-4, 0));
        EXPECT_EQ(members(4.5e-4, seed).size(), 1u) << "none is 0.001 from another";
    }
}

TEST(Grouping, WhichOfTwoPicturesOfAPlaceCountsDoesNotDependOnTheNamesOfFiles) {
    SeriesBuilder series;
    for (const int copy : {0, 1})
        for (int i = 0; i < (copy ? 4 : 6); ++i) {
            series.add(0, 4.0 * i);
            series.file().instanceNumber = i + 1;
            series.file().sop = std::to_string(copy) + "." + std::to_string(i);
        }
    for (unsigned seed = 0; seed < 5; ++seed) {
        const auto stacks = series.stacks(seed);
        for (const Instance& instance : stacks[0].instances)
            EXPECT_EQ(instance.sop.text()[0], instance.duplicate ? '1' : '0') << seed;
    }
}

TEST(Grouping, ALocalizerIsOneStackPerPlane) {
    SeriesBuilder series;
    for (int i = 0; i < 3; ++i) {
        series.add(0, 10.0 * i);
        FrameRecord& sagittal = series.add(0, 0);
        sagittal.orientation = {0, 1, 0, 0, 0, -1};
        sagittal.position = {10.0 * i, -100, 100};
        FrameRecord& coronal = series.add(0, 0);
        coronal.orientation = {1, 0, 0, 0, 0, -1};
        coronal.position = {-100, 10.0 * i, 100};
    }
    const auto stacks = series.stacks();
    ASSERT_EQ(sizes(stacks), (std::vector{3, 3, 3}));
    EXPECT_EQ(stacks[0].plane, geometry::Plane::Axial);
    EXPECT_EQ(stacks[1].plane, geometry::Plane::Sagittal);
    EXPECT_EQ(stacks[2].plane, geometry::Plane::Coronal);
    for (const Stack& stack : stacks) {
        EXPECT_EQ(stack.warnings, std::vector{StackWarning::Localizer});
        EXPECT_EQ(stack.fitness(), Fitness::Localizer);
    }
    // A real series is none for the reformat or block in another plane that comes with it.
    for (int i = 3; i < 8; ++i)
        series.add(0, 10.0 * i);
    for (const Stack& stack : series.stacks())
        EXPECT_FALSE(has(stack, StackWarning::Localizer));
}

TEST(Grouping, ProjectionsFromSeveralSidesAreNoLocalizer) {
    SeriesBuilder series;
    series.add(0, 0).warnings.add(StackWarning::Reformat);
    FrameRecord& sagittal = series.add(0, 0);
    sagittal.orientation = {0, 1, 0, 0, 0, -1};
    sagittal.warnings.add(StackWarning::Reformat);
    for (const Stack& stack : series.stacks())
        EXPECT_EQ(stack.warnings, std::vector{StackWarning::Reformat});
}

TEST(Grouping, ASteepBlockOfAnAxialSeriesStaysAxial) {
    SeriesBuilder series;
    series.block(5, 100, 3.3, 5);
    series.block(-20, 50, 3.3, 5);
    series.block(-45, 0, 3.3, 5);
    series.block(-62, -50, 3.3, 5);
    for (const Stack& stack : series.stacks())
        EXPECT_EQ(stack.plane, geometry::Plane::Axial);
    SeriesBuilder alone;
    alone.block(-62, 0, 3.3, 5);
    EXPECT_EQ(alone.stacks()[0].plane, geometry::Plane::Coronal);
}

TEST(Grouping, AShearedStackIsShownButNotMeasured) {
    SeriesBuilder series;
    for (int i = 0; i < 10; ++i)
        series.add(0, 4.0 * i, 1.0 * i);
    const auto stacks = series.stacks(2);
    ASSERT_EQ(stacks.size(), 1u);
    EXPECT_TRUE(has(stacks[0], StackWarning::Sheared));
    EXPECT_FALSE(stacks[0].measurable);
}

TEST(Grouping, OneDoubtfulImageCostsItsStackNoMoreThanItself) {
    for (const int which : {0, 7}) {
        SeriesBuilder series;
        for (int i = 0; i < 15; ++i)
            if (FrameRecord& frame = series.add(0, 4.0 * i); i == which)
                frame.warnings.add(StackWarning::ConflictingGeometry);
        const auto stacks = series.stacks(which == 0 ? 0 : 3);
        ASSERT_EQ(stacks.size(), 2u);
        for (const Stack& stack : stacks) {
            const bool doubtful = stack.slices() == 1;
            EXPECT_EQ(stack.slices(), doubtful ? 1 : 14);
            EXPECT_EQ(stack.measurable, !doubtful);
            EXPECT_EQ(has(stack, StackWarning::ConflictingGeometry), doubtful);
            EXPECT_EQ(stack.missing, !doubtful && which == 7 ? 1 : 0);
        }
    }
}

TEST(Grouping, ImagesThatAreAllDoubtfulStayOneStack) {
    SeriesBuilder series;
    for (int i = 0; i < 6; ++i)
        series.add(0, 4.0 * i)
            .warnings.add(i % 2 ? StackWarning::ConflictingGeometry : StackWarning::SecondaryCapture);
    EXPECT_EQ(sizes(series.stacks()), std::vector{6});
}

TEST(Grouping, ImagesWithoutAPlaceStayTogetherInOrderOfTheirNumbers) {
    SeriesBuilder series;
    for (int i = 0; i < 4; ++i) {
        FrameRecord& frame = series.add(0, 0);
        frame.position.reset();
        frame.warnings.add(StackWarning::NoPosition);
    }
    const auto stacks = series.stacks(5);
    ASSERT_EQ(stacks.size(), 1u);
    EXPECT_FALSE(stacks[0].measurable);
    EXPECT_FALSE(stacks[0].sliceSpacing);
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(stacks[0].instances[static_cast<std::size_t>(i)].number, i + 1);
    EXPECT_FALSE(stacks[0].imagePlane(0));
}

TEST(Grouping, ShuffledFramesOfOneObjectAreSorted) {
    SeriesBuilder series;
    series.add(0, 0);
    FileRecord& file = series.file();
    file.frames.clear();
    for (const int i : {4, 0, 3, 1, 2, 6, 5}) {
        SeriesBuilder::place(file.frames.emplace_back(), 0, 4.0 * i, 0);
        file.frames.back().stackId = "1";
    }
    for (const int i : {1, 0, 2}) {
        SeriesBuilder::place(file.frames.emplace_back(), 30, 4.0 * i, 0);
        file.frames.back().stackId = "2";
    }
    const auto stacks = series.stacks();
    ASSERT_EQ(sizes(stacks), (std::vector{7, 3}));
    std::vector<int> order;
    for (const Instance& instance : stacks[0].instances)
        order.push_back(instance.frame);
    EXPECT_EQ(order, (std::vector{2, 4, 5, 3, 1, 7, 6}));
}

TEST(Grouping, ThePlaneOfAnImageHasTheSpacingsInTheRightOrder) {
    SeriesBuilder series;
    series.block(0, 0, 4, 3);
    const auto plane = series.stacks()[0].imagePlane(2);
    ASSERT_TRUE(plane);
    EXPECT_EQ(plane->rowSpacing(), 0.7);
    EXPECT_EQ(plane->columnSpacing(), 0.6);
    EXPECT_EQ(plane->rows(), 64);
    EXPECT_EQ(plane->columns(), 48);
    EXPECT_NEAR(plane->origin().z, 8, 1e-6);
}

} // namespace
} // namespace forameter::dicom
