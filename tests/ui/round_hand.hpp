// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPoint>
#include <QString>
#include <filesystem>
#include <string>
#include <vector>

#include "chair.hpp"
#include "forameter/store/round_repository.hpp"
#include "phantom_round.hpp"

namespace forameter::ui {
class ReviewRoom;
class SliceView;
} // namespace forameter::ui

namespace forameter::testing {

/// What the hand drew of one cell: areas in mm².
struct DrawnByHand {
    std::string rater;
    StudyUid study;
    anatomy::Cell cell;
    double document = 0.0; ///< of her document's curve
    double clicks = 0.0; ///< of the curve through as many points as were clicked, before they fell on pixels
    std::size_t points = 0;
};

/// How the program kept up: seconds in which it had the hand's events, memory after each case.
struct Pace {
    std::string who;
    std::vector<double> open, draw, whole; ///< a case until its pictures are there; a contour; a case
    std::vector<double> memory;            ///< MB
    double processor = 0.0;                ///< seconds of processor time for all of it
};

/// One hand at one window for a whole round: the coordinator, each rater and the reviewer sign in one after
/// the other. All goes through mouse, wheel and key events on the widgets that a person sees.
class RoundHand {
public:
    /// Pictures of what a person sees are written to `shots`, where that is not empty.
    RoundHand(const PhantomRound& round, std::filesystem::path shots);
    ~RoundHand();

    void foundStore(); ///< an administrator: gives herself the first password, signs in, adds people
    // The coordinator, a researcher: administrators neither draw nor mark levels.
    void confirmLevels(); ///< clicks each vertebra of each study
    void makeRound();
    void lookForReadings(); ///< before the round is opened: there must be none for her, in any room
    void openRound();       ///< closes it first

    void signIn(const std::string& name); ///< after signing out whoever is here
    /// All cases of the rater who is here, in her order.
    void readCases(std::size_t number);
    /// All cases of the list, until nobody can sign more.
    void reviewCases();

    [[nodiscard]] workspace::Workspace& workspace() { return *m_chair.workspace; }
    [[nodiscard]] const std::vector<DrawnByHand>& drawn() const { return m_drawn; }
    [[nodiscard]] const std::vector<Pace>& paces() const { return m_paces; }
    struct Counts {
        std::size_t notAssessable = 0, leftOpen = 0, flagged = 0, comments = 0;              ///< raters
        std::size_t cases = 0, signedAsProposed = 0, edited = 0, without = 0, discussed = 0; ///< the reviewer
    };
    [[nodiscard]] const Counts& counts() const { return m_counts; }

private:
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        m_chair.press(key, modifiers);
    }
    void click(QWidget& widget, QPoint at);
    void press(const char* button);
    void type(const char* field, const QString& words);
    void giveReason(Qt::Key key, Qt::KeyboardModifiers modifiers, const QString& words);
    void enterPassword(const std::string& name);
    void shoot(const std::string& name);
    void shootLight(const std::string& name);

    void closeAndGoOn();
    void readCase(std::size_t number, std::size_t position, Pace& pace);
    void draw(const protocol::Contour& wanted, bool byWheel);
    void goTo(const anatomy::Cell& cell, bool always);
    void judge(std::size_t number);
    void takeAnArc();
    void dragAPoint();
    void waitForPictures();

    [[nodiscard]] std::string message(); ///< at the foot of the window
    [[nodiscard]] ui::MainWindow& window() { return *m_chair.window; }
    [[nodiscard]] ui::ReviewRoom& review();
    [[nodiscard]] workspace::StudyDocument& document() { return *workspace().document(); }

    const PhantomRound& m_round;
    std::filesystem::path m_shots;
    Chair m_chair;
    std::vector<DrawnByHand> m_drawn;
    std::vector<Pace> m_paces;
    Counts m_counts;
};

inline const std::string kRoundName = "by-hand", kKeeper = "keeper", kCoordinator = "coordinator",
                         kJudge = "judge";

} // namespace forameter::testing
