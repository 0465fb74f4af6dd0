// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "forameter/anatomy/level.hpp"
#include "forameter/core/time.hpp"
#include "forameter/protocol/contour.hpp"
#include "forameter/store/store.hpp"

namespace forameter::store {

/// Running: is read. Closed: nobody changes a reading any more, still blinded. Opened: blinding has ended,
/// for good.
enum class RoundState { Running, Closed, Opened };
[[nodiscard]] std::string_view name(RoundState) noexcept; ///< "running", "closed", "opened"

/// Whether all raters draw on the image that the coordinator's protocol names, or choose it themselves.
enum class SliceRule { Fixed, Free };
[[nodiscard]] std::string_view name(SliceRule) noexcept; ///< "fixed", "free"

/// What raters see of a model's proposal: nothing, after they have drawn themselves, or first.
enum class AiArm { None, After, First };
[[nodiscard]] std::string_view name(AiArm) noexcept; ///< "none", "after", "first"
[[nodiscard]] std::optional<AiArm> aiArmFromName(std::string_view) noexcept;

/// The image on which every rater of a round draws a cell.
struct FixedSlice {
    StudyUid study;
    anatomy::Cell cell;
    ImageId image;

    friend bool operator==(const FixedSlice&, const FixedSlice&) = default;
};

/// The studies of a list as a coordinator keeps it: one UID a line, spaces around it and empty lines left
/// out.
[[nodiscard]] std::vector<StudyUid> studyUidsIn(std::string_view text);

/// What a coordinator decides. Nothing of it changes afterwards.
struct RoundPlan {
    std::string name; ///< unique in a store; 1 to 64 letters, digits or . _ - @
    std::vector<RaterId> raters;
    std::vector<StudyUid> studies;
    int ratersPerCase = 0; ///< 0: all of them; else so many, spread evenly
    std::string protocol = "nf-pedicle-v1+cc-disc-v1";
    SliceRule slices = SliceRule::Fixed;
    /// Before the protocol's own choice, for cells that the coordinator wants elsewhere. Only for create():
    /// what was fixed is read by fixedSlices().
    std::vector<FixedSlice> fixedSlices;
    anatomy::Quantity quantity = anatomy::Quantity::DuralSac; ///< what CC means in this round
    AiArm ai = AiArm::None;
    double repeats = 0.0;              ///< share of each rater's cases that come a second time, 0 to 1
    int washOutDays = 14;              ///< from finishing a case to its repeat
    std::vector<StudyUid> calibration; ///< come first, to everybody, and do not count
    std::optional<double> passMark; ///< mean Dice on the calibration cases; others wait until it is reached
    std::uint64_t seed = 1;         ///< of order, spreading and repeats
};

struct Round {
    RoundId id;
    RoundPlan plan;
    RoundState state = RoundState::Running;
    Timestamp created;
    std::optional<Timestamp> opened;
};

/// Why what its raters drew is not shown: "The readings of round second are blinded until it has been
/// opened."
[[nodiscard]] Error stillBlinded(const std::string& round);
/// "Round second is still running", or that it is not opened yet.
[[nodiscard]] std::string stillHiding(const Round& round);
/// What that means for another round of the same studies, as a sentence: "Until it is opened, ..."
[[nodiscard]] std::string hiddenUntilOpened(const std::string& round);

enum class CaseState { Todo, InProgress, Done };
[[nodiscard]] std::string_view name(CaseState) noexcept; ///< "todo", "in-progress", "done"
[[nodiscard]] std::optional<CaseState> caseStateFromName(std::string_view) noexcept;

/// One case of one rater: the reading to which her contours of that study belong.
struct Assignment {
    AssignmentId id;
    std::string round;
    RaterId rater;
    StudyUid study;
    int position = 0; ///< 1, 2, ... in her order; show people "Case 7", never the patient
    bool calibration = false;
    std::optional<AssignmentId> repeatOf; ///< told to coordinators only, never to raters
    CaseState state = CaseState::Todo;
    bool flagged = false;
    std::optional<int> difficulty; ///< 1 (easy) to 5
    std::string comment;
    std::optional<double> score;       ///< mean Dice of a calibration case
    std::optional<Timestamp> finished; ///< when it last became done
    bool due = true;                   ///< may be read now; false: wash-out, or calibration not passed yet
};

/// What is given changes, the rest stays.
struct AssignmentChange {
    std::optional<CaseState> state = {};
    std::optional<bool> flagged = {};
    std::optional<int> difficulty = {}; ///< 1 to 5; 0 takes it back
    std::optional<std::string> comment = {};
};

struct RaterProgress {
    RaterId rater;
    std::size_t cases = 0, done = 0, inProgress = 0, flagged = 0; ///< without calibration cases
    std::optional<bool> passed; ///< calibration; none where it is not required or not complete
};

/// How a rater did in a calibration case.
struct CalibrationScore {
    AssignmentId reading;
    StudyUid study;
    bool done = false;                      ///< else it was not scored
    std::size_t cells = 0;                  ///< that the truth has
    std::size_t missing = 0, elsewhere = 0; ///< of them not drawn; drawn on an image without truth: 0 each
    double meanDice = 0.0;                  ///< over the cells
};
/// And in all of them.
struct RaterCalibration {
    RaterId rater;
    std::vector<CalibrationScore> cases;
    std::size_t done = 0;           ///< of the cases
    std::optional<double> meanDice; ///< over those that are done; none before there is one
    std::optional<bool> passed;     ///< as RaterProgress has it
};

/// Blinded reading rounds. Readings of a round are hidden from everybody but their raters until open(), in
/// every repository. Work on a case through Store::inReading(): then contours, marks and undo are those of
/// that reading alone, so that a repeat shows nothing of the first. Without it, what a rater writes on a
/// study of a running round belongs to her first reading of it. The round's protocol holds for every contour
/// of a reading (ContourRepository): the canal is the round's quantity, a cell with a fixed slice is drawn
/// there, and nothing is drawn in a case that is not due.
class RoundRepository {
public:
    explicit RoundRepository(const Store& store) : m_database(store.database()) {}

    /// Fails with InvalidArgument on plans that cannot be carried out (unknown rater or study, a rater whose
    /// role may not draw, nobody, nothing, a fixed slice that is no image of the study), Conflict where the
    /// name is taken. With SliceRule::Fixed, each cell's image is fixed now: as plan.fixedSlices says, else
    /// as protocol::suggestSlice does from the study's confirmed levels, else it stays free.
    [[nodiscard]] Result<Round> create(const RoundPlan& plan);
    /// Who may not read progress gets the rounds that she reads in, without others' names, cases beyond hers
    /// and the seed.
    [[nodiscard]] Result<std::vector<Round>> list() const;
    [[nodiscard]] Result<Round> find(const std::string& name) const;
    /// Rounds not opened yet that share a study and a rater with this one: until they are opened, what their
    /// raters did on these studies is hidden, in earlier rounds, too. Their names and states alone, for
    /// everybody who may read others' readings; a rater is told of those that she reads in.
    [[nodiscard]] Result<std::vector<Round>> hiding(const std::string& name) const;
    [[nodiscard]] Result<Round> close(const std::string& name);
    [[nodiscard]] Result<Round> open(const std::string& name);

    /// By rater and position: of all raters where the actor may read progress, else her own. Repeats that are
    /// not due are left out for a rater.
    [[nodiscard]] Result<std::vector<Assignment>> assignments(const std::string& name) const;
    [[nodiscard]] Result<std::vector<RaterProgress>> progress(const std::string& name) const;
    /// Of those assignments the ones that count, calibration cases left out: 1 for a rater's first reading of
    /// a study, 2 for its repeat.
    [[nodiscard]] Result<std::map<AssignmentId, int>> occasions(const std::string& name) const;

    /// What was fixed when the round was made, cells called as by the levels confirmed now; of the actor's
    /// own cases where she may not read progress. Empty for free slices.
    [[nodiscard]] Result<std::vector<FixedSlice>> fixedSlices(const std::string& name) const;
    /// The image that this reading draws the cell on; none where its rater chooses.
    [[nodiscard]] Result<std::optional<ImageId>> fixedImage(const AssignmentId& reading,
                                                            const anatomy::Cell& cell) const;
    /// The same for what this rater would draw in the study now.
    [[nodiscard]] Result<std::optional<ImageId>> fixedImage(const StudyUid& study, const RaterId& rater,
                                                            const anatomy::Cell& cell) const;

    /// Cases of running rounds in her order, oldest round first, calibration cases before the others.
    [[nodiscard]] Result<std::vector<Assignment>> worklist(const RaterId& rater) const;
    /// The case in progress, else the first that is due; none where all is done or waits.
    [[nodiscard]] Result<std::optional<Assignment>> next(const RaterId& rater) const;
    [[nodiscard]] Result<Assignment> find(const AssignmentId& id) const;
    /// Appends a version of what is said of a case; only its rater may, and only while the round is running.
    [[nodiscard]] Result<Assignment> update(const AssignmentId& id, const AssignmentChange& change);
    /// Compares the calibration cases that are done with the truth, cell by cell on one image, and records
    /// each one's mean Dice; the contours themselves stay blinded. By rater, in the round's order. Truth of
    /// several images of a cell is allowed (free slices), of other studies and quantities passed over.
    /// InvalidArgument where a calibration case has no truth.
    [[nodiscard]] Result<std::vector<RaterCalibration>>
    scoreCalibration(const std::string& name, std::span<const protocol::Contour> truth);

private:
    Database& m_database;
};

} // namespace forameter::store
