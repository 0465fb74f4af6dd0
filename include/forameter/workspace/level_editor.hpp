// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/core/result.hpp"
#include "forameter/workspace/record.hpp"
#include "forameter/workspace/signal.hpp"

namespace forameter::workspace {

/// Says which vertebra is which: one click per vertebra, then confirmed once. Every change of the draft is
/// stored at once, so a crash loses no click; confirming, or changing confirmed levels, stores a new version
/// to which the areas move.
class LevelEditor {
public:
    /// `unmarkable`: why no vertebra of this study can be marked; "" where it can.
    explicit LevelEditor(Record& record, std::string unmarkable = {});
    ~LevelEditor();
    /// Nobody can mark here from now on: the study's pictures turned out to be gone.
    void refuse(std::string why);

    /// The confirmed levels; none until a person confirmed them. Nothing is measured before.
    [[nodiscard]] const std::optional<anatomy::LevelSet>& confirmed() const;
    /// What is being edited: the confirmed levels or the unconfirmed clicks.
    [[nodiscard]] const anatomy::LevelSet& draft() const;
    [[nodiscard]] bool isConfirmed() const; ///< the draft is what is confirmed

    /// Editing is on: clicks in sagittal panes are marks. On by itself while nothing is confirmed,
    /// never where refusal() says why.
    [[nodiscard]] bool active() const;
    void setActive(bool active);
    /// Why these levels cannot be edited, or not by this person, as one sentence; none where they can.
    [[nodiscard]] std::optional<std::string> refusal() const;

    /// The name the next click gets, and how to change where counting starts.
    [[nodiscard]] std::optional<anatomy::Vertebra> next() const;
    void countFrom(anatomy::Vertebra first, anatomy::CountDirection direction);
    [[nodiscard]] anatomy::CountDirection direction() const;

    /// One click near the middle of a vertebral body.
    [[nodiscard]] Result<> mark(const geometry::PatientPoint& center);
    [[nodiscard]] Result<> moveMark(anatomy::Vertebra vertebra, const geometry::PatientPoint& center);
    [[nodiscard]] Result<> removeMark(anatomy::Vertebra vertebra);
    [[nodiscard]] Result<> removeLast();
    [[nodiscard]] Result<> clear();
    /// Shifts all names by one vertebra: +1 towards the feet.
    [[nodiscard]] Result<> shift(int steps);
    [[nodiscard]] Result<> setLumbarCount(anatomy::LumbarCount count);
    [[nodiscard]] Result<> setTransition(anatomy::Transition transition, std::string note);

    /// Why the draft cannot be confirmed yet, as one sentence; none where it can.
    [[nodiscard]] std::optional<std::string> obstacle() const;
    [[nodiscard]] Result<> confirm();
    /// Back to what is confirmed.
    [[nodiscard]] Result<> discard();

    /// "Click the middle of S1.", "Click L4 next, or confirm.", "Levels confirmed · no transitional vertebra"
    [[nodiscard]] std::string sentence() const;

    Signal<> changed;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace forameter::workspace
