// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <thread>

#include "effort_recorder.hpp"
#include "forameter/store/store.hpp"
#include "forameter/workspace/workspace.hpp"
#include "preferences_keeper.hpp"

namespace forameter::workspace {

struct Workspace::State {
    Options options;
    RaterId rater;
    std::unique_ptr<store::Store> store; ///< a stable address: the open study refers to it
    bool left = false;                   ///< the person has signed out
    Preferences preferences;
    std::map<Weighting, RelativeWindow> keptWindows; ///< of what was written, or waits to be
    std::vector<std::string> damaged;                ///< told with the first event, when somebody can listen
    std::vector<WorklistRow> worklist;
    bool cases = false; ///< the worklist is of rounds
    WorklistFilter filter;
    std::optional<ImportSummary> lastImport;
    bool newImages = false; ///< of the open study, in the store but not shown
    std::optional<store::PacketInfo> packet;
    std::unique_ptr<store::Store> reading; ///< the store within the open case
    std::unique_ptr<RoundCase> roundCase;
    std::unique_ptr<StudyDocument> document;
    std::unique_ptr<EffortRecorder> effort; ///< of the open study
    Subscription progress, closing, caseProgress, offered, windows;
    std::shared_ptr<Workspace*> self; ///< expires with the workspace: background rows arrive through it
    std::unique_ptr<JobRunner> jobs;
    std::unique_ptr<ProposalDesk> proposals; ///< of the open study
    std::unique_ptr<PreferencesKeeper> keeper;
    std::jthread rows; ///< completes a long worklist; last, so that it ends first
};

} // namespace forameter::workspace
