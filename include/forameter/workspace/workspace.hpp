// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forameter/core/ids.hpp"
#include "forameter/core/result.hpp"
#include "forameter/store/packet.hpp"
#include "forameter/store/store.hpp"
#include "forameter/workspace/executor.hpp"
#include "forameter/workspace/jobs.hpp"
#include "forameter/workspace/preferences.hpp"
#include "forameter/workspace/proposal_desk.hpp"
#include "forameter/workspace/round_case.hpp"
#include "forameter/workspace/signal.hpp"
#include "forameter/workspace/study_document.hpp"
#include "forameter/workspace/worklist_row.hpp"

namespace forameter::workspace {

/// The store, the person, and the study that is open. Owner thread only.
class Workspace {
public:
    struct Options {
        std::filesystem::path store;        ///< made where absent
        std::string rater = "r1";           ///< added to the store where absent
        std::filesystem::path configFolder; ///< preferences and key bindings; empty: nothing is kept
        std::filesystem::path scanProgram;  ///< forameter-cli, whose `scan` parses files in a child process
        Post post;
        std::optional<store::Actor> actor = {}; ///< who has signed in; needed where the store has passwords
        /// Who proposes contours; empty: nobody does.
        Proposer proposer = {};
        /// For measuring how long people work.
        std::function<std::chrono::steady_clock::time_point()> clock = std::chrono::steady_clock::now;
    };
    [[nodiscard]] static Result<std::unique_ptr<Workspace>> open(Options options);
    ~Workspace();

    [[nodiscard]] const std::filesystem::path& storePath() const;
    [[nodiscard]] const std::string& rater() const;
    /// As this person sees it; another one after setRater().
    [[nodiscard]] const store::Store& store() const;
    /// Closes the open study and acts as somebody else from now on; the rater is added where absent. Fails
    /// while edits wait to be stored.
    [[nodiscard]] Result<> setRater(std::string rater);
    /// The same for somebody who has signed in. Where it is the person who is here, nothing changes.
    [[nodiscard]] Result<> become(const store::Actor& actor);
    /// Closes the open study and notes in the audit that the person has left. Whoever becomes next begins
    /// anew, also where it is the same person. Fails while edits wait to be stored.
    [[nodiscard]] Result<> signOut();
    /// Whether the person gave a password to be here.
    [[nodiscard]] bool signedIn() const;
    /// Where the store is the packet of one rater.
    [[nodiscard]] const std::optional<store::PacketInfo>& packet() const;

    /// The studies of the store; where this rater has cases in running rounds, those that are due instead, in
    /// her order.
    [[nodiscard]] const std::vector<WorklistRow>& worklist() const;
    [[nodiscard]] Result<> refreshWorklist();
    /// The worklist is of rounds, perhaps with no case due now.
    [[nodiscard]] bool listsCases() const;
    /// Leaves rows out of what is listed, until another filter or another person comes.
    void narrow(WorklistFilter filter);
    [[nodiscard]] const WorklistFilter& filter() const;
    /// The rows that the filter takes. What is open stays, however far it is by now, while it has the words.
    [[nodiscard]] std::vector<std::size_t> listedRows() const;
    /// Row of what is open.
    [[nodiscard]] std::optional<std::size_t> currentRow() const;
    /// Opens the study or the case of a row.
    [[nodiscard]] Result<StudyDocument*> openRow(std::size_t row);
    /// The case that is open; null where none is, or a study of no round.
    [[nodiscard]] RoundCase* roundCase();
    /// What the models propose for the open study; null while none is open.
    [[nodiscard]] ProposalDesk* proposals();

    /// Replaces the open study. The first pictures follow through StudyImages::stackChanged. Fails, and
    /// leaves it open, while edits of the open study wait to be stored. A study of the worklist's cases opens
    /// as the first of them.
    [[nodiscard]] Result<StudyDocument*> openStudy(const StudyUid& study);
    [[nodiscard]] StudyDocument* document(); ///< null while none is open
    /// Finishes what is being drawn in the open study and stores what waits. Fails where edits stay in memory
    /// only: they would be lost with the study.
    [[nodiscard]] Result<> settle();
    void closeStudy();
    /// Among the rows that are listed.
    enum class Direction { Next, Previous };
    [[nodiscard]] std::optional<std::size_t> neighbourRow(Direction direction) const;
    /// The next study that is listed, after the open one, that is not fully read; the next case not done.
    [[nodiscard]] std::optional<std::size_t> nextOpenRow() const;

    /// Mouse, wheel or key, before it acts: for the working times (store/effort_repository.hpp).
    void noteInput();
    /// The screen is locked, or unlocked: the time between is nobody's.
    void setAway(bool away);

    /// An import brought pictures of the open study that are not shown yet, because something is being drawn
    /// or waits to be stored; reload() shows them.
    [[nodiscard]] bool hasNewImages() const;
    /// Opens the open study again where the person is. Fails while something is being drawn or waits.
    [[nodiscard]] Result<> reload();

    /// Brings files and folders into the store in the background; the worklist is refreshed when it is done,
    /// and the open study reloaded if it has new pictures.
    JobId import(std::vector<std::filesystem::path> paths);
    /// What the last import of this person refused, and what it brought.
    struct ImportSummary {
        JobId job = 0;
        std::size_t studies = 0, series = 0, images = 0, unchanged = 0;
        std::vector<std::string> refused; ///< "file: reason", one per file
        std::vector<std::string>
            notDicom; ///< files that do not pass for images: a CD brings its viewer along
        std::vector<StudyUid> touched;
    };
    [[nodiscard]] const std::optional<ImportSummary>& lastImport() const;

    /// Corrects, for good and for everybody, what a stack of the open study is weighted by (none: not known),
    /// with the blocks of its series that were acquired with the same echo, and loads the study again. Fails
    /// where the person may not, or is drawing.
    [[nodiscard]] Result<> correctWeighting(const SeriesUid& series, int stackIndex,
                                            std::optional<Weighting> weighting);

    /// This rater's contours of the open study as an interchange document; how many they were.
    [[nodiscard]] Result<std::size_t> exportContours(const std::filesystem::path& file) const;

    [[nodiscard]] JobRunner& jobs();
    [[nodiscard]] const Preferences& preferences() const;
    /// Takes effect and is written at once; where it cannot be written, `message` says so.
    void setPreferences(Preferences preferences);
    /// The same of what changes in passing, many times a second: the size of the window, of a tool. Nobody is
    /// told, and it is written within two seconds, killed or not.
    void rememberPreferences(Preferences preferences);

    /// Another person is here, or the same one anew, and store() another one: what was opened, begun or shown
    /// for whoever was here before is to be let go of. Told before the worklist is hers.
    Signal<> personChanged;
    Signal<> worklistChanged;
    Signal<> documentChanged; ///< another study is open, or none
    Signal<> newImagesChanged;
    Signal<> preferencesChanged;
    Signal<const std::string&>
        message; ///< a sentence for the person: damaged settings, failed saves of settings, ...

private:
    void lookForNewImages();
    Result<StudyDocument*> openReading(const StudyUid& study, const std::optional<WorklistRow>& row);
    void readingChanged();
    void caseChanged();
    void keepWindows();

    struct State;
    explicit Workspace(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace forameter::workspace
