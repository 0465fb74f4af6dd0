// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "forameter/anatomy/level_set.hpp"
#include "forameter/imaging/window_level.hpp"
#include "forameter/workspace/hanging.hpp"
#include "forameter/workspace/preferences.hpp"
#include "forameter/workspace/record.hpp"
#include "forameter/workspace/study_images.hpp"

namespace forameter::workspace {

/// Places on the screen. Overview: SagittalT1, SagittalT2, Axial. Cell: Work, with Companion (other sequence,
/// same place), Locator (the whole picture with the work pane's field as a box) and Cross (the other plane)
/// beside it.
enum class Pane { SagittalT1, SagittalT2, Axial, Work, Companion, Locator, Cross };
inline constexpr std::array kPanes{Pane::SagittalT1, Pane::SagittalT2, Pane::Axial, Pane::Work,
                                   Pane::Companion,  Pane::Locator,    Pane::Cross};
enum class Arrangement { Overview, Cell };

/// What part of an image is shown: the middle, and the mm that must fit in the pane's shorter side.
struct Viewport {
    geometry::PlanePoint center;
    double field = 60.0; ///< mm, > 0
    bool whole = false;  ///< the whole image as large as the pane's shape allows; `field` is its larger side

    friend bool operator==(const Viewport&, const Viewport&) = default;
};

struct PaneState {
    Pane pane = Pane::Work;
    std::optional<std::size_t> list;            ///< into Hanging::lists
    std::optional<SliceRef> slice;              ///< none: show `empty`
    std::size_t position = 0, count = 0;        ///< slice position of count, from 0
    std::string empty;                          ///< why there is no picture and what to do
    std::optional<imaging::WindowLevel> window; ///< none until pixels are there
    bool inverted = false;
    Viewport viewport;
};

/// The texts around a picture, ready to draw.
struct PaneOverlay {
    std::string title; ///< "Sag T1 · 4/15"; several blocks: "Ax T2 · block 4 of 5 · 18/25"
    /// "21.7 mm right of midline · L4–L5", the offset as stored with a contour (protocol::slicePosition) at
    /// the level of the cell shown, else at the one in the pane's middle; "L4–L5 · tilt 3°"; "" before levels
    /// are confirmed
    std::string position;
    std::string window;                   ///< "W 812 L 341"
    std::string resolution;               ///< "0.75 × 0.75 mm · 4.0 mm"
    std::string left, right, top, bottom; ///< orientation letters of the edges: "A", "P", "H", "F"
    bool oriented = true;                 ///< false: the files do not say where R, A and H are
    bool scaled = true;                   ///< false: millimetres on this picture would be a guess
    std::string side;                 ///< sagittal: "R" or "L" of the patient, "" within 3 mm of the midline
    std::vector<std::string> notices; ///< "Linked by position: the scanner gave another frame of reference.",
                                      ///< lossy, not measurable
};

/// Where another pane's slice cuts this one.
struct ReferenceLine {
    geometry::PlanePoint from, to;
    Pane of;             ///< the pane whose slice it is
    bool current = true; ///< false: another slice (the other blocks' middle slices, drawn faintly)
    bool assumed = false;
};

struct VertebraLabel {
    std::string text; ///< "L4"
    geometry::PlanePoint at;
    double distance = 0.0; ///< mm from the slice to the mark; draw far ones fainter
};

/// The linked pictures of a study: which slice, window and field each pane has, and what moves with what.
class Views {
public:
    /// `preferences` gives and remembers windows; all three must outlive the views.
    Views(StudyImages& images, Record& record, Preferences& preferences);
    ~Views();

    [[nodiscard]] const Hanging& hanging() const;
    [[nodiscard]] Arrangement arrangement() const;
    void setArrangement(Arrangement arrangement);

    [[nodiscard]] const PaneState& pane(Pane pane) const;
    [[nodiscard]] PaneOverlay overlay(Pane pane) const;
    [[nodiscard]] std::vector<ReferenceLine> referenceLines(Pane on) const;
    [[nodiscard]] std::vector<VertebraLabel> vertebraLabels(Pane on) const;
    /// The space in which vertebrae are marked: protocol::levelStack()'s, else the one with most slices.
    [[nodiscard]] std::size_t levelSpace() const;
    /// The work pane's field on the locator, as a closed four-point polygon; empty where there is none.
    [[nodiscard]] std::vector<geometry::PlanePoint> locatorBox() const;

    // Slices. Positions are clamped. Panes of the same plane follow (T1 and T2, work and companion), others
    // stay and their reference lines move.
    void setSlice(Pane pane, std::size_t position);
    void stepSlice(Pane pane, int steps);
    void setList(Pane pane, std::size_t list);
    /// The next list that is hung nowhere, else the next.
    void nextList(Pane pane);
    /// Shows the slice of any pane's list that is this image.
    void showImage(Pane pane, SliceRef slice);

    /// Hangs a cell of a level: `slice` in the work pane, centered on a place and 60 mm wide; companion,
    /// locator and cross at the same place.
    void showCell(anatomy::Level level, SliceRef slice, const geometry::PatientPoint& center);

    /// Hangs a cell for which the study has no picture: `why` stands in the work pane.
    void showNoCell(const std::string& why);

    // Pictures.
    void setViewport(Pane pane, Viewport viewport);
    void resetViewport(Pane pane); ///< the whole image; in the work pane the cell's field
    /// Applies to every pane with the same weighting and is remembered for it.
    void setWindow(Pane pane, imaging::WindowLevel window);
    void resetWindow(Pane pane, WindowOrigin origin);
    void setInverted(Pane pane, bool inverted);

    // The shared place.
    /// A person points at a place of one pane: the cross is drawn on all linked panes, their slices stay.
    void pointAt(Pane pane, geometry::PlanePoint at);
    /// The cross on a pane: none where nothing is pointed at or the pane is not linked with the one pointed
    /// on.
    [[nodiscard]] std::optional<geometry::PlanePoint> crossOn(Pane pane) const;
    /// Brings the other linked panes to the slices nearest to a place of one (Shift + drag, double click in
    /// lists).
    void followTo(Pane pane, geometry::PlanePoint at);

    Signal<Pane> paneChanged; ///< slice, list, window, viewport or pixels of a pane
    Signal<> crossChanged;    ///< only the cross and reference lines need painting
    Signal<> arrangementChanged;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace forameter::workspace
