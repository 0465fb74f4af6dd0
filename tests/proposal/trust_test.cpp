// SPDX-License-Identifier: Apache-2.0
#include "forameter/proposal/trust.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "../support/temporary_folder.hpp"
#include "forameter/core/sha256.hpp"
#include "forameter/proposal/ask.hpp"

namespace forameter::proposal {
namespace {

namespace fs = std::filesystem;

const std::string kHash(64, 'a'), kOther(64, 'b');

TEST(Trust, IsKeptAndTakenBack) {
    const testing::TemporaryFolder folder;
    const fs::path file = folder / "data" / "trusted.json";
    auto trusted = TrustedModels::read(file);
    ASSERT_TRUE(trusted) << trusted.error().message;
    EXPECT_FALSE(trusted->holds(kHash));
    const TrustedModels::Entry entry{kHash, "net", "/models/net.ts", "2026-01-31T10:00:00Z"};
    EXPECT_TRUE(trusted->add(entry).value());
    EXPECT_FALSE(trusted->add(entry).value()) << "it was there";
    EXPECT_TRUE(trusted->add({kOther, "other", "o.ts", "2026-02-01T10:00:00Z"}).value());
    EXPECT_EQ((fs::status(file).permissions() & fs::perms::all),
              fs::perms::owner_read | fs::perms::owner_write);

    auto again = TrustedModels::read(file);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->holds(kHash) && again->holds(kOther));
    EXPECT_EQ(again->entries().front(), entry);
    EXPECT_TRUE(again->remove(kHash).value());
    EXPECT_FALSE(again->remove(kHash).value());
    EXPECT_FALSE(TrustedModels::read(file)->holds(kHash));
    EXPECT_TRUE(TrustedModels::read(file)->holds(kOther));
}

TEST(Trust, IsOfHashesOnly) {
    const testing::TemporaryFolder folder;
    auto trusted = TrustedModels::read(folder / "t.json");
    for (const std::string& bad :
         {std::string(), std::string("*"), std::string(64, 'A'), std::string(63, 'a')})
        EXPECT_FALSE(trusted->add({bad, "n", "w", "s"})) << bad;
}

TEST(Trust, ListsThatOthersCouldHaveWrittenAreNotUsed) {
    const testing::TemporaryFolder folder;
    const fs::path file = folder / "t.json";
    (void)TrustedModels::read(file)->add({kHash, "n", "w", "s"});
    for (const auto who : {fs::perms::group_write, fs::perms::others_write}) {
        fs::permissions(file, who, fs::perm_options::add);
        const auto refused = TrustedModels::read(file);
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().message.find("chmod go-w"), std::string::npos);
        fs::permissions(file, who, fs::perm_options::remove);
    }
    for (const char* text :
         {"", "[]", "{}", R"({"format": "forameter-trusted-models", "version": 2, "trusted": []})",
          R"({"format": "forameter-trusted-models", "version": 1, "trusted": [{"sha256": "*",
                                 "name": "", "weights": "", "since": ""}]})",
          R"({"format": "forameter-trusted-models", "version": 1, "trusted": ["*"]})"}) {
        std::ofstream(file, std::ios::trunc) << text;
        EXPECT_FALSE(TrustedModels::read(file)) << text;
    }
}

TEST(Trust, IsOfTheFileAsItIsNow) {
    const testing::TemporaryFolder folder;
    Model model;
    model.weights = folder / "net.ts";
    std::ofstream(model.weights) << "code";
    auto trusted = TrustedModels::read(folder / "t.json");
    EXPECT_EQ(trustOf(model, *trusted), Trust::NotNeeded);
    model.kind = NetworkKind::TorchScript;
    EXPECT_EQ(trustOf(model, *trusted), Trust::Untrusted);
    model.sha256 = toHex(*sha256OfFile(model.weights));
    (void)trusted->add({model.sha256, "net", "net.ts", "s"});
    EXPECT_EQ(trustOf(model, *trusted), Trust::Trusted);
    std::ofstream(model.weights) << "codf";
    EXPECT_EQ(trustOf(model, *trusted), Trust::Untrusted);
}

TEST(Trust, DecidesWhichModelsAreUsed) {
    const testing::TemporaryFolder folder;
    Model ours, foreign;
    ours.name = "ours";
    foreign.name = "foreign";
    foreign.kind = NetworkKind::TorchScript;
    foreign.weights = folder / "net.ts";
    std::ofstream(foreign.weights) << "code";
    const fs::path list = folder / "t.json";
    const auto before = usable({ours, foreign}, list);
    ASSERT_EQ(before.models.size(), 1u);
    EXPECT_EQ(before.models.front().name, "ours");
    ASSERT_EQ(before.leftOut.size(), 1u);
    EXPECT_NE(before.leftOut.front().find("foreign"), std::string::npos);
    (void)TrustedModels::read(list)->add({toHex(*sha256OfFile(foreign.weights)), "foreign", "net.ts", "s"});
    EXPECT_EQ(usable({ours, foreign}, list).models.size(), 2u);
    std::ofstream(list) << "broken";
    const auto broken = usable({ours, foreign}, list);
    EXPECT_EQ(broken.models.size(), 1u) << "our own need no list";
    EXPECT_NE(broken.leftOut.front().find("t.json"), std::string::npos);
}

wire::Prediction of(wire::Values values, wire::Values spread = {}) {
    const auto classes = static_cast<std::int64_t>(values.size());
    wire::Prediction prediction;
    prediction.probabilities = {{1, classes, 1, 1}, std::move(values)};
    if (!spread.empty()) prediction.spread = {{1, classes, 1, 1}, std::move(spread)};
    return prediction;
}

TEST(OnLabels, PutsClassesWhereTheirLabelsAre) {
    Model model;
    model.labels = {Label::Foramen, Label::Background};
    const auto all = onLabels(of({0.7f, 0.3f}, {0.1f, 0.2f}), model);
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(all->probabilities.shape, (std::vector<std::int64_t>{1, 8, 1, 1}));
    EXPECT_EQ(all->probabilities.values, (wire::Values{0.3f, 0, 0, 0, 0, 0, 0.7f, 0}));
    EXPECT_EQ(all->spread.values, (wire::Values{0.2f, 0, 0, 0, 0, 0, 0.1f, 0}));
    EXPECT_FALSE(onLabels(of({0.1f, 0.2f, 0.7f}), model)) << "another number of classes";
}

TEST(OnLabels, GivesClassesThatStandEachByItselfABackground) {
    Model model;
    model.exclusive = false;
    model.labels = {Label::Foramen};
    const auto one = onLabels(of({0.7f}, {0.1f}), model);
    ASSERT_TRUE(one);
    EXPECT_NEAR(one->probabilities.values[0], 0.3f, 1e-6f);
    EXPECT_NEAR(one->probabilities.values[6], 0.7f, 1e-6f);
    EXPECT_NEAR(one->spread.values[0], 0.1f, 1e-6f);
    model.labels = {Label::Foramen, Label::Body};
    const auto two = onLabels(of({0.9f, 0.9f}), model);
    ASSERT_TRUE(two);
    float sum = 0.0f;
    for (const float p : two->probabilities.values)
        sum += p;
    EXPECT_NEAR(sum, 1.0f, 1e-6f);
    model.labels = {Label::Background, Label::Body};
    const auto nothing = onLabels(of({0.0f, 0.0f}), model);
    EXPECT_EQ(nothing->probabilities.values[0], 1.0f);
}

} // namespace
} // namespace forameter::proposal
