// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "../support/temporary_folder.hpp"
#include "forameter/geometry/measure.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "studies.hpp"
#include "study_parts.hpp"
#include "task_queue.hpp"

namespace forameter::testing {

/// A rater at an open study in a store of its own, with made pixels. close() and open() again are a restart.
class Desk {
public:
    explicit Desk(std::vector<StackMaker> makers = usual()) : m_record(study(makers)) {
        auto store = store::Store::create(path(), store::Actor::administrator());
        EXPECT_TRUE(store) << store.error().message;
        EXPECT_TRUE(store::RaterRepository(*store).add(RaterId("r1")));
        const auto added = store::StudyRepository(*store).add(m_record);
        EXPECT_TRUE(added) << added.error().message;
        open();
    }

    void open() {
        auto opened = store::Store::open(path(), store::Actor::as(RaterId("r1")));
        ASSERT_TRUE(opened) << opened.error().message;
        m_store = std::make_unique<store::Store>(std::move(*opened));
        auto known = store::StudyRepository(*m_store).find(m_record.uid);
        ASSERT_TRUE(known) << known.error().message;
        auto stacks = workspace::openStacks(*known).stacks;
        auto record = workspace::Record::open(*m_store, m_record.uid, RaterId("r1"));
        ASSERT_TRUE(record) << record.error().message;
        m_document =
            std::make_unique<workspace::StudyDocument>(std::make_unique<workspace::StudyDocument::Parts>(
                stacks, [stacks](std::size_t i, const Watch&) { return madeVolume(stacks[i]); },
                m_queue.post(), std::move(*record), "FM-0001", preferences));
        m_document->editor().setTool(tools::ToolKind::Spline);
        ASSERT_TRUE(m_queue.runUntil([&] { return m_document->images().allLoaded(); }));
    }
    void close() {
        m_document.reset();
        m_store.reset();
    }
    void restart() {
        close();
        open();
    }

    /// One click per vertebra from S1 upwards, confirmed.
    void confirmLevels() {
        for (const auto& center : sixBodies())
            ASSERT_TRUE(levels().mark(center));
        const auto confirmed = levels().confirm();
        ASSERT_TRUE(confirmed) << confirmed.error().message;
    }
    /// Clicks a ring of points on the work pane, around the middle of its field, and closes it.
    void drawRing(double radius = 5.0, int points = 8) {
        const auto center = views().pane(workspace::Pane::Work).viewport.center;
        for (int i = 0; i < points; ++i) {
            const double angle = 2 * M_PI * i / points;
            click({center.x + radius * std::cos(angle), center.y + radius * std::sin(angle)});
        }
        editor().finish();
    }
    void click(geometry::PlanePoint at, tools::Modifiers modifiers = {}) {
        editor().move({at, modifiers, 0.1});
        editor().press({at, modifiers, 0.1});
        editor().release({at, modifiers, 0.1});
    }

    [[nodiscard]] std::filesystem::path path() const { return m_folder.path() / "store.sqlite"; }
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder.path(); }
    [[nodiscard]] const store::Store& store() { return *m_store; }
    [[nodiscard]] TaskQueue& queue() { return m_queue; }
    [[nodiscard]] workspace::StudyDocument& document() { return *m_document; }
    [[nodiscard]] workspace::StudyImages& images() { return m_document->images(); }
    [[nodiscard]] workspace::Record& record() { return m_document->record(); }
    [[nodiscard]] workspace::LevelEditor& levels() { return m_document->levels(); }
    [[nodiscard]] workspace::Views& views() { return m_document->views(); }
    [[nodiscard]] workspace::ContourEditor& editor() { return m_document->editor(); }
    [[nodiscard]] workspace::Reading& reading() { return m_document->reading(); }

    workspace::Preferences preferences;

private:
    TemporaryFolder m_folder;
    store::StudyRecord m_record;
    TaskQueue m_queue;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<workspace::StudyDocument> m_document;
};

} // namespace forameter::testing
