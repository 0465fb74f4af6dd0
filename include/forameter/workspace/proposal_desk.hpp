// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/progress.hpp"
#include "forameter/core/result.hpp"
#include "forameter/proposal/propose.hpp"
#include "forameter/store/store.hpp"
#include "forameter/workspace/jobs.hpp"
#include "forameter/workspace/record.hpp"
#include "forameter/workspace/signal.hpp"
#include "forameter/workspace/study_images.hpp"

namespace forameter::workspace {

/// Makes proposals for a study, on a background thread; one call at a time. Empty: there is nobody to ask.
using Proposer = std::function<Result<proposal::Proposals>(const proposal::ProposeRequest&, const Watch&)>;

/// The proposer of the programs: the models of a folder, run by a worker process that is started with the
/// first question, lives on between studies, and is started again after it died. Fails, with a sentence,
/// where the folder holds no model that can be used.
[[nodiscard]] Result<Proposer> workerProposer(const std::filesystem::path& models,
                                              const std::filesystem::path& workerProgram);

/// When a rater sees what a model proposes. A round says so for its cases; elsewhere it is First.
enum class Offering { Never, AfterDrawing, First };

/// What the models propose for the open study, and what its reader makes of it. Proposals are offers: they
/// become contours of the reader (source model) only when she accepts them, and edited-model with her first
/// stroke. Each decision is kept in the store. Asked for in the background when the pictures are there, once
/// for levels that nobody has marked yet, and again when levels are confirmed. Owner thread only.
class ProposalDesk {
public:
    /// Everything must outlive the desk.
    struct Parts {
        StudyImages& images;
        Record& record;
        const store::Store& store;
        JobRunner& jobs;
    };
    ProposalDesk(const Parts& parts, Proposer proposer, Offering offering);
    ~ProposalDesk(); ///< cancels what is being made

    enum class State {
        Off,     ///< nobody to ask, or this reading has none
        Waiting, ///< for pictures
        Working,
        Ready,
        Failed, ///< see sentence()
    };
    [[nodiscard]] State state() const;
    [[nodiscard]] Offering offering() const;
    /// For the status line: what is going on, or why there are none; "" where there is nothing to say.
    [[nodiscard]] std::string sentence() const;
    /// Asks (again).
    void ask();

    /// What is offered for a cell now: none where the reader may not see it yet, has drawn herself, or has
    /// rejected it. Valid until `changed`. Who follows it follows Record::changed, too, as Reading::cellsChanged
    /// does.
    [[nodiscard]] const proposal::Proposal* offered(const anatomy::Cell& cell) const;
    /// A rejected proposal that reject() would bring back.
    [[nodiscard]] bool rejected(const anatomy::Cell& cell) const;
    /// Why the models offer nothing for a cell, as far as the reader may know.
    [[nodiscard]] std::optional<std::string> withheld(const anatomy::Cell& cell) const;
    /// Makes it the reader's contour of the cell.
    [[nodiscard]] Result<> accept(const anatomy::Cell& cell);
    /// Turns it down; a second time takes that back.
    [[nodiscard]] Result<> reject(const anatomy::Cell& cell);

    /// Vertebrae as the models see them, while nobody has marked any.
    [[nodiscard]] const proposal::ProposedLevels* levels() const;
    /// Makes them the draft, which a person then corrects and confirms.
    [[nodiscard]] Result<> takeLevels();

    Signal<> changed;

private:
    struct Impl;
    std::unique_ptr<Impl> m_state;
};

} // namespace forameter::workspace
