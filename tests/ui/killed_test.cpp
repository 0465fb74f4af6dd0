// SPDX-License-Identifier: Apache-2.0
// The real program under a real X server and a synthetic mouse, killed in mid-stroke.
#include <QProcess>
#include <QStandardPaths>
#include <QTest>
#include <QThread>
#include <csignal>
#include <gtest/gtest.h>

#include "window_desk.hpp"
#include "work_view.hpp"

namespace forameter::testing {
namespace {

const auto kCell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);

class Hand {
public:
    explicit Hand(QString tool) : m_tool(std::move(tool)) {}
    QString operator()(const QStringList& arguments) const {
        QProcess process;
        process.start(m_tool, arguments);
        process.waitForFinished(20000);
        return QString::fromLatin1(process.readAllStandardOutput());
    }
    void move(QPoint at) const {
        (*this)({QStringLiteral("mousemove"), QString::number(at.x()), QString::number(at.y())});
    }
    void click(QPoint at) const {
        move(at);
        (*this)({QStringLiteral("click"), QStringLiteral("1")});
    }
    void key(const char* name) const { (*this)({QStringLiteral("key"), QString::fromLatin1(name)}); }

private:
    QString m_tool;
};

/// The real program on the store of a desk that was left.
class RunningProgram {
public:
    RunningProgram(const WindowDesk& desk, const Hand& hand) : m_hand(hand) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("xcb"));
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"),
                           QString::fromStdString((desk.folder() / "config").string()));
        m_process.setProcessEnvironment(environment);
        m_process.start(QStringLiteral(FORAMETER_DESKTOP),
                        {QStringLiteral("--store"), QString::fromStdString(desk.store().string()),
                         QStringLiteral("--as"), QStringLiteral("r1"), QStringLiteral("--open"),
                         QString::fromStdString(kMadeStudy.text())});
    }
    [[nodiscard]] bool begin() {
        if (!m_process.waitForStarted()) return false;
        const QString shown =
            m_hand({QStringLiteral("search"), QStringLiteral("--sync"), QStringLiteral("--onlyvisible"),
                    QStringLiteral("--pid"), QString::number(m_process.processId())});
        if (shown.isEmpty()) return false;
        QThread::msleep(2500); // pictures read, window exposed
        // Without a window manager nobody gives the window the keyboard.
        m_hand({QStringLiteral("windowfocus"), QStringLiteral("--sync"),
                shown.split(QLatin1Char('\n')).front()});
        return true;
    }
    [[nodiscard]] bool kill() {
        if (m_process.state() != QProcess::Running) return false;
        ::kill(static_cast<pid_t>(m_process.processId()), SIGKILL);
        return m_process.waitForFinished(10000);
    }

private:
    const Hand& m_hand;
    QProcess m_process;
};

TEST(KilledProgram, LosesNoFinishedStrokeNorTheWindowAndCanStillUndo) {
    const QString xdotool = QStandardPaths::findExecutable(QStringLiteral("xdotool"));
    if (!qEnvironmentVariableIsSet("DISPLAY") || xdotool.isEmpty())
        GTEST_SKIP() << "needs an X display and xdotool (ctest runs it under xvfb-run)";
    const Hand hand(xdotool);
    WindowDesk desk;
    desk.clickLevels();
    desk.goTo(4, Qt::Key_Q);
    QCoreApplication::processEvents();
    const QPoint middle = desk.work().mapTo(
        &desk.window(), desk.work().rect().center()); // the window lies at 0, 0: no window manager
    desk.close();

    RunningProgram program(desk, hand);
    ASSERT_TRUE(program.begin()) << "the window did not appear";
    hand.move({700, 500});
    hand.key("4");
    hand.key("q");
    QThread::msleep(700);
    const std::array offsets{QPoint(80, 0),  QPoint(40, 70),   QPoint(-40, 70),
                             QPoint(-80, 0), QPoint(-40, -70), QPoint(40, -70)};
    for (const QPoint offset : offsets)
        hand.click(middle + offset);
    hand.key("Return");
    QThread::msleep(400);
    hand.key("4");
    hand.key("q");
    QThread::msleep(400);
    hand.key("h"); // no tool: the left button changes window and level
    hand.move(middle);
    hand({QStringLiteral("mousedown"), QStringLiteral("1")});
    hand.move(middle + QPoint(30, 0));
    hand.move(middle + QPoint(90, 40));
    hand({QStringLiteral("mouseup"), QStringLiteral("1")});
    QThread::msleep(2000); // they are written by then
    hand.key("f");         // freehand, and a stroke that is not finished
    hand.move(middle + QPoint(80, 0));
    hand({QStringLiteral("mousedown"), QStringLiteral("1")});
    hand.move(middle + QPoint(140, 20));
    ASSERT_TRUE(program.kill());
    hand({QStringLiteral("mouseup"), QStringLiteral("1")});

    const auto kept = workspace::loadPreferences(desk.folder() / "config" / "forameter").preferences;
    EXPECT_FALSE(kept.windows.empty()) << "window and level of the weighting";
    desk.restart();
    const auto contour = desk.document().reading().contour(kCell);
    ASSERT_TRUE(contour);
    EXPECT_EQ(contour->curve.points.size(), offsets.size());
    ASSERT_TRUE(desk.document().record().undoText());
    desk.press(Qt::Key_Z, Qt::ControlModifier);
    const auto undone = desk.document().reading().contour(kCell);
    EXPECT_TRUE(!undone || undone->curve.points.size() < offsets.size());
}

} // namespace
} // namespace forameter::testing
