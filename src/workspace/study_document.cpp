// SPDX-License-Identifier: Apache-2.0
#include "forameter/workspace/study_document.hpp"

#include <algorithm>

#include "study_parts.hpp"

namespace forameter::workspace {

StudyDocument::StudyDocument(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}
StudyDocument::~StudyDocument() = default;

const StudyUid& StudyDocument::study() const {
    return m_parts->record->study();
}
const std::string& StudyDocument::title() const {
    return m_parts->title;
}
const std::string& StudyDocument::rater() const {
    return m_parts->record->rater().text();
}
StudyImages& StudyDocument::images() {
    return m_parts->images;
}
Record& StudyDocument::record() {
    return *m_parts->record;
}
LevelEditor& StudyDocument::levels() {
    return m_parts->levels;
}
Views& StudyDocument::views() {
    return m_parts->views;
}
ContourEditor& StudyDocument::editor() {
    return m_parts->editor;
}
Reading& StudyDocument::reading() {
    return m_parts->reading;
}

std::vector<protocol::Contour> StudyDocument::contoursOn(SliceRef slice) const {
    std::vector<protocol::Contour> here;
    for (const auto& entry : m_parts->record->contours()) {
        if (entry.contour.assessable && entry.contour.image == m_parts->images.image(slice))
            here.push_back(entry.contour);
    }
    return here;
}

std::vector<std::string> StudyDocument::notices() const {
    std::vector<std::string> all;
    const auto& stacks = m_parts->images.stacks();
    const auto series = [&](auto which) {
        std::string names;
        for (const auto& stack : stacks) {
            if (!which(stack)) continue;
            const auto name = stack.title + (stack.description.empty() ? "" : " (" + stack.description + ")");
            if (names.find(name) == std::string::npos) names += (names.empty() ? "" : ", ") + name;
        }
        return names;
    };
    if (const auto names = series([](const Stack& s) { return s.linkAssumed; }); !names.empty())
        all.push_back("Linked with the other series by position alone, because the frames of reference "
                      "differ or are missing: " +
                      names + ".");
    if (const auto names = series([](const Stack& s) { return s.space != 0; }); !names.empty())
        all.push_back("Not linked with the other series, because frame of reference and position differ: " +
                      names + ".");
    const bool nothing = std::ranges::none_of(stacks, &Stack::measurable); // then limit() has said so
    if (const auto names = series([](const Stack& s) { return !s.measurable; }); !names.empty() && !nothing)
        all.push_back("Can be looked at but not measured: " + names + ".");
    if (m_parts->record->levelsConfirmed()) {
        std::string cells;
        for (const auto& cell : m_parts->reading.cells()) {
            if (!m_parts->reading.suggestedSlice(cell))
                cells += (cells.empty() ? "" : ", ") + anatomy::label(cell);
        }
        if (!cells.empty()) all.push_back("Not covered by this study: " + cells + ".");
    }
    return all;
}

} // namespace forameter::workspace
