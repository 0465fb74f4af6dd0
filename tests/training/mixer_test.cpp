// SPDX-License-Identifier: Apache-2.0
#include "forameter/training/mixer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>

using namespace forameter;
using namespace forameter::training;
using proposal::Label;
using proposal::only;

namespace {

LabelledSlice grey(float value, const std::string& patient) {
    LabelledSlice slice{Grid<float>(60, 60, value),
                        Grid<proposal::LabelSet>(60, 60, only(Label::Disc)),
                        0.8,
                        patient,
                        patient,
                        true};
    for (int i = 0; i < 60; ++i)
        slice.image(i, (i * 7) % 60) = 0.5f;
    return slice;
}

std::vector<ExampleSource> sources() {
    return {{"phantom", 1.0, 0.5, {}}, {"slices", 1.0, 1.0, {grey(0.2f, "a"), grey(0.8f, "b")}}};
}

MixerSettings settings(std::uint64_t seed, int threads) {
    return {geometry::Plane::Sagittal, 1.6, 32, 64, 2, seed, threads};
}

std::vector<wire::Batch> firstBatches(std::uint64_t seed, int threads, int count, std::int64_t from = 0) {
    Mixer mixer(settings(seed, threads), sources(), from);
    std::vector<wire::Batch> batches;
    for (int i = 0; i < count; ++i)
        batches.push_back(*mixer.next());
    return batches;
}

bool same(const wire::Batch& a, const wire::Batch& b) {
    return a.images == b.images && a.allowed == b.allowed;
}

} // namespace

TEST(Mixer, BatchesDependOnTheSeedAloneNotOnThreads) {
    const auto one = firstBatches(3, 1, 18), three = firstBatches(3, 3, 18), other = firstBatches(4, 1, 1);
    for (std::size_t i = 0; i < one.size(); ++i)
        EXPECT_TRUE(same(one[i], three[i])) << i;
    EXPECT_FALSE(same(one[0], other[0]));
    EXPECT_FALSE(same(one[0], one[1]));
}

TEST(Mixer, GoesOnWhereItWasLeft) {
    const auto all = firstBatches(3, 1, 14), rest = firstBatches(3, 2, 5, 9);
    for (std::size_t i = 0; i < rest.size(); ++i)
        EXPECT_TRUE(same(rest[i], all[9 + i])) << i;
}

TEST(Mixer, BatchesHaveTheShapeThatNetworksTake) {
    for (const auto& batch : firstBatches(5, 1, 10)) {
        ASSERT_EQ(batch.images.shape.size(), 4u);
        EXPECT_EQ(batch.images.shape[0], 2);
        EXPECT_EQ(batch.images.shape[1], 1);
        const auto size = batch.images.shape[2];
        EXPECT_TRUE(size == 32 || size == 48 || size == 64) << size;
        EXPECT_EQ(batch.allowed.shape, (std::vector<std::int64_t>{2, size, size}));
        EXPECT_EQ(batch.images.values.size(), static_cast<std::size_t>(2 * size * size));
        for (const float set : batch.allowed.values) {
            EXPECT_EQ(set, std::floor(set));
            EXPECT_TRUE(set >= 1.0f && set <= 255.0f) << set;
        }
    }
}

TEST(Mixer, NeighboursStandBeforeAndAfterTheirSlice) {
    auto wanted = settings(7, 1);
    wanted.inputs = 3;
    LabelledSlice alone = grey(0.2f, "a"), middle = grey(0.5f, "b");
    middle.beside = {grey(0.1f, "b").image, grey(0.9f, "b").image};
    Mixer mixer(wanted, {{"slices", 1.0, 0.0, {alone, middle}}, {"phantom", 1.0, 0.5, {}}});
    int differ = 0, equal = 0;
    for (int i = 0; i < 30; ++i) {
        const auto batch = *mixer.next();
        ASSERT_EQ(batch.images.shape[1], 3);
        ASSERT_EQ(batch.allowed.shape.size(), 3u);
        const auto pixels = static_cast<std::size_t>(batch.images.shape[2] * batch.images.shape[3]);
        ASSERT_EQ(batch.images.values.size(), 6 * pixels);
        for (std::size_t n = 0; n < 2; ++n) {
            const auto picture = [&](std::size_t input) {
                return std::span(batch.images.values).subspan((3 * n + input) * pixels, pixels);
            };
            const bool same =
                std::ranges::equal(picture(0), picture(1)) && std::ranges::equal(picture(1), picture(2));
            (same ? equal : differ) += 1;
        }
    }
    EXPECT_GT(equal, 5) << "a slice that stands alone stands for its neighbours";
    EXPECT_GT(differ, 30) << "phantoms and stacks have neighbours of their own";
}

TEST(Mixer, SourcesComeByTheirWeights) {
    std::vector<ExampleSource> two{{"a", 3.0, 0.0, {grey(0.2f, "a")}}, {"b", 1.0, 0.0, {grey(0.8f, "b")}}};
    two[1].slices[0].allowed = Grid<proposal::LabelSet>(60, 60, only(Label::Body));
    auto how = settings(1, 1);
    how.smallest = how.largest = 32;
    Mixer mixer(how, two);
    int a = 0, b = 0;
    for (int i = 0; i < 200; ++i) {
        const auto batch = *mixer.next();
        for (int n = 0; n < 2; ++n) {
            const auto values =
                std::span(batch.allowed.values).subspan(static_cast<std::size_t>(n) * 32 * 32, 32 * 32);
            if (std::ranges::count(values, static_cast<float>(only(Label::Disc))) > 0)
                ++a;
            else
                ++b;
        }
    }
    EXPECT_EQ(a + b, 400);
    EXPECT_NEAR(a, 300, 40); // more than four standard deviations
}

TEST(Mixer, EachPhantomSourceHasItsOwnBurden) {
    // Of two sources of phantoms one changes; what the other gives stays as it was.
    std::vector<ExampleSource> two{{"mild", 1.0, 0.0, {}}, {"severe", 1.0, 0.0, {}}};
    const auto all = [&] {
        Mixer mixer(settings(3, 1), two);
        std::vector<wire::Batch> batches;
        for (int i = 0; i < 8; ++i)
            batches.push_back(*mixer.next());
        return batches;
    };
    const auto before = all();
    two[1].burden = {4.0, 8.0};
    const auto after = all();
    int equal = 0, differ = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const std::size_t pixels = before[i].images.values.size() / 2;
        for (std::size_t n = 0; n < 2; ++n) {
            const auto picture = [&](const wire::Batch& batch) {
                return std::span(batch.images.values).subspan(n * pixels, pixels);
            };
            (std::ranges::equal(picture(before[i]), picture(after[i])) ? equal : differ) += 1;
        }
    }
    EXPECT_GT(equal, 0);
    EXPECT_GT(differ, 0);
}

TEST(Mixer, StopsWaitingWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    Mixer mixer(settings(2, 1), sources());
    const auto none = mixer.next(stop.get_token()); // the first block takes longer than this
    if (none)
        EXPECT_GT(none->images.values.size(), 0u); // made before it was asked for
    else
        EXPECT_EQ(none.error().code, ErrorCode::Cancelled);
}
