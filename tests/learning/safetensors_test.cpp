// SPDX-License-Identifier: Apache-2.0
#include "forameter/learning/safetensors.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "../support/temporary_folder.hpp"
#include "forameter/core/sha256.hpp"

using namespace forameter;
using namespace forameter::learning;

namespace {

SafetensorsFile example() {
    return {{{"a.weight", {{2, 3}, {1, 2, 3, 4, 5, 6}}}, {"b", {{}, {7.5f}}}, {"empty", {{0}, {}}}},
            {{"made", "here"}}};
}

std::string bytesOf(const std::string& header, const std::string& numbers) {
    const std::uint64_t length = header.size();
    std::string bytes(sizeof length, '\0');
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes + header + numbers;
}

} // namespace

TEST(Safetensors, ComeOutAsTheyWentIn) {
    const forameter::testing::TemporaryFolder folder;
    const auto hash = writeSafetensors(folder / "w.safetensors", example());
    ASSERT_TRUE(hash) << hash.error().message;
    EXPECT_EQ(*hash, toHex(*sha256OfFile(folder / "w.safetensors")));
    const auto read = readSafetensors(folder / "w.safetensors");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->weights, example().weights);
    EXPECT_EQ(read->metadata, example().metadata);
}

TEST(Safetensors, AreTheSameBytesEachTimeAndAligned) {
    const std::string bytes = toSafetensors(example());
    EXPECT_EQ(bytes, toSafetensors(example()));
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    EXPECT_EQ(length % 8, 0u);
}

TEST(Safetensors, AreReadAsOthersWriteThem) { // the example of the format's description
    const auto read = parseSafetensors(bytesOf(
        R"({"TEST":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"__metadata__":{"format":"pt"}}  )",
        std::string("\0\0\x80\x3f\0\0\0\xc0", 8)));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->weights.at("TEST").values, (wire::Values{1.0f, -2.0f}));
}

TEST(Safetensors, CutOffAnywhereAreRefused) {
    const std::string bytes = toSafetensors(example());
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(parseSafetensors(std::string_view(bytes).substr(0, length))) << length;
    EXPECT_FALSE(parseSafetensors(bytes + "x")) << "numbers that belong to nothing";
}

TEST(Safetensors, ThatContradictThemselvesAreRefused) {
    const std::string eight(8, '\0');
    const auto refused = [&](const std::string& header) { return !parseSafetensors(bytesOf(header, eight)); };
    EXPECT_TRUE(refused(R"({"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}})")) << "not float32";
    EXPECT_TRUE(refused(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})")) << "shape";
    EXPECT_TRUE(refused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})")) << "beyond the end";
    EXPECT_TRUE(refused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})"));
    EXPECT_TRUE(refused(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})"));
    EXPECT_TRUE(refused(R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})"));
    EXPECT_TRUE(refused(
        R"({"a":{"dtype":"F32","shape":[4294967295,4294967295,4294967295,2],"data_offsets":[0,8]}})"));
    EXPECT_TRUE(refused(
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"))
        << "overlap";
    EXPECT_TRUE(refused(
        R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"))
        << "twice";
    EXPECT_TRUE(refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})")) << "a hole";
    EXPECT_TRUE(refused(R"({"__metadata__":{"n":3}})"));
    EXPECT_TRUE(refused("[]"));
    EXPECT_TRUE(refused("{"));
}
