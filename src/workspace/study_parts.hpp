// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "forameter/store/study.hpp"
#include "forameter/workspace/preferences.hpp"
#include "forameter/workspace/study_document.hpp"

namespace forameter::workspace {

/// What an open study is made of, in the order in which the parts need each other.
struct StudyDocument::Parts {
    Parts(std::vector<Stack> stacks, StudyImages::Loader loader, Post post, std::unique_ptr<Record> opened,
          std::string name, Preferences& preferences)
        : title(std::move(name)),
          record(std::move(opened)),
          images(std::move(stacks), std::move(loader), std::move(post)),
          levels(*record, unmarkable(images.stacks())),
          views(images, *record, preferences),
          editor(images, views, *record),
          reading(images, views, *record, editor) {
        // Where the protocol could choose no slice, nobody is asked for marks; who wants to, may set them.
        if (levels.draft().marks.empty() && !limit(views.hanging(), images.stacks()).empty())
            levels.setActive(false);
        read = images.stackChanged.subscribe([this](std::size_t) {
            if (auto why = images.allUnreadable(); !why.empty()) levels.refuse(std::move(why));
        });
    }

    std::string title;
    std::unique_ptr<Record> record;
    StudyImages images;
    LevelEditor levels;
    Views views;
    ContourEditor editor;
    Reading reading;
    Subscription read;
};

/// A study of the store as stacks that can be shown, and how their pixels are read.
struct OpenedStudy {
    std::vector<Stack> stacks;
    StudyImages::Loader loader;
};
[[nodiscard]] OpenedStudy openStacks(const store::StudyRecord& study);

/// Patient id, or the end of the study UID, by which a person can tell studies apart.
[[nodiscard]] std::string studyTitle(const std::string& patientId, const StudyUid& study);

} // namespace forameter::workspace
