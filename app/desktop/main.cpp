// SPDX-License-Identifier: Apache-2.0
// The desktop program: reads its arguments, opens the store and shows the window.
#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>
#include <cstdio>

#include "forameter/core/text.hpp"
#include "forameter/proposal/model.hpp"
#include "forameter/store/store.hpp"
#include "forameter/ui/application.hpp"
#include "forameter/ui/main_window.hpp"
#include "forameter/workspace/proposal_desk.hpp"

namespace {

using namespace forameter;

void say(const std::string& sentence) {
    std::fprintf(stderr, "forameter: %s\n", printable(sentence).c_str());
}

bool hasDisplay() {
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
}

struct Arguments {
    std::filesystem::path store;
    std::string rater, open;
    std::vector<std::filesystem::path> import;
    std::filesystem::path screenshots;
    bool review = false; ///< begin in the Review room
    bool study = false;  ///< begin in the Study room
    bool manage = false; ///< begin in the Manage room
};

void describe(QCommandLineParser& parser) {
    parser.setApplicationDescription(
        QStringLiteral("Measures lumbar neuroforamina and the central canal on MRI. Research use only."));
    parser.addOption({QStringLiteral("store"), QStringLiteral("The store to open; made where absent."),
                      QStringLiteral("FILE")});
    parser.addOption({QStringLiteral("as"), QStringLiteral("Read as this rater."), QStringLiteral("RATER")});
    parser.addOption({QStringLiteral("import"),
                      QStringLiteral("Import files or folders; more paths may follow."),
                      QStringLiteral("PATH")});
    parser.addOption(
        {QStringLiteral("open"), QStringLiteral("Open this study."), QStringLiteral("STUDY_UID")});
    parser.addOption({QStringLiteral("screenshots"),
                      QStringLiteral("Write pictures of a short tour and quit; needs no display."),
                      QStringLiteral("DIR")});
    parser.addOption({QStringLiteral("review"), QStringLiteral("Begin in the Review room.")});
    parser.addOption({QStringLiteral("study"), QStringLiteral("Begin in the Study room.")});
    parser.addOption({QStringLiteral("manage"), QStringLiteral("Begin in the Manage room.")});
    parser.addOption({QStringLiteral("version"), QStringLiteral("Say the version.")});
    parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Say this.")});
    parser.addPositionalArgument(QStringLiteral("PATH"), QStringLiteral("More files or folders to import."),
                                 QStringLiteral("[PATH...]"));
}

/// The exit status where the program has nothing more to do.
std::optional<int> readArguments(int argc, char** argv, Arguments& arguments) {
    QStringList list;
    for (int i = 0; i < argc; ++i)
        list << QString::fromLocal8Bit(argv[i]);
    QCommandLineParser parser;
    describe(parser);
    if (!parser.parse(list)) {
        say(parser.errorText().toStdString());
        return 2;
    }
    if (parser.isSet(QStringLiteral("version"))) {
        std::puts("forameter " FORAMETER_VERSION);
        return 0;
    }
    if (parser.isSet(QStringLiteral("help"))) {
        // The application, which knows its own name, does not exist yet.
        const QString help = parser.helpText().replace(QLatin1String("<executable_name>"), list.value(0));
        std::fputs(help.toLocal8Bit().constData(), stdout);
        return 0;
    }
    arguments.store = store::Store::defaultPath();
    if (parser.isSet(QStringLiteral("store"))) {
        const auto path = store::Store::pathFromArgument(parser.value(QStringLiteral("store")).toStdString());
        if (!path) {
            say(path.error().message);
            return 2;
        }
        arguments.store = *path;
    }
    arguments.rater = parser.value(QStringLiteral("as")).toStdString();
    arguments.open = parser.value(QStringLiteral("open")).toStdString();
    arguments.screenshots = parser.value(QStringLiteral("screenshots")).toStdString();
    arguments.review = parser.isSet(QStringLiteral("review"));
    arguments.study = parser.isSet(QStringLiteral("study"));
    arguments.manage = parser.isSet(QStringLiteral("manage"));
    for (const QString& path : parser.values(QStringLiteral("import")) + parser.positionalArguments())
        arguments.import.emplace_back(path.toStdString());
    return std::nullopt;
}

/// Opens the store, asking for another one as long as that fails.
std::unique_ptr<workspace::Workspace> openWorkspace(workspace::Workspace::Options options, bool mayAsk) {
    for (;;) {
        if (mayAsk && ui::asksForPassword(options.store, options.rater)) {
            options.actor = ui::askSignIn(options.store, options.rater);
            if (!options.actor) return nullptr;
        }
        auto opened = workspace::Workspace::open(options);
        if (opened) return std::move(*opened);
        say(opened.error().message);
        if (!mayAsk) return nullptr;
        const auto answer = ui::showStartProblem(opened.error().message);
        if (answer.what == ui::AfterProblem::Quit) return nullptr;
        options.store = answer.store;
        options.actor.reset();
    }
}

int takeTour(ui::MainWindow& window, const Arguments& arguments) {
    const auto files = arguments.study    ? ui::takeStudyScreenshots(window, arguments.screenshots)
                       : arguments.manage ? ui::takeManageScreenshots(window, arguments.screenshots)
                       : arguments.review ? ui::takeReviewScreenshots(window, arguments.screenshots)
                                          : ui::takeScreenshots(window, arguments.screenshots);
    if (!files) {
        say(files.error().message);
        return 1;
    }
    for (const auto& file : *files)
        std::puts(file.c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    if (const auto status = readArguments(argc, argv, arguments)) return *status;
    const bool tour = !arguments.screenshots.empty();
    if (!hasDisplay() && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) {
        if (!tour) {
            say("There is no display. Use forameter-cli, or --screenshots DIR for pictures.");
            return 1;
        }
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    const auto configFolder = workspace::userConfigFolder();
    const auto preferences =
        configFolder ? workspace::loadPreferences(*configFolder).preferences : workspace::Preferences{};
    if (!qEnvironmentVariableIsSet("QT_SCALE_FACTOR") && preferences.scale != 1.0 && !tour)
        qputenv("QT_SCALE_FACTOR",
                QByteArray::number(preferences.scale)); // must be known before the application is made
    QApplication application(argc, argv);
    ui::prepareApplication(preferences.theme);

    workspace::Workspace::Options options{
        .store = arguments.store,
        .rater = !arguments.rater.empty() ? arguments.rater : preferences.lastRater.value_or("r1"),
        .configFolder = configFolder.value_or(std::filesystem::path()),
        .scanProgram = QCoreApplication::applicationDirPath().toStdString() + "/forameter-cli",
        .post = ui::guiPost()};
    // Without a model nothing is proposed and all else works; a worker that fails says so in the window.
    if (auto proposer = workspace::workerProposer(proposal::shippedModels(), {}))
        options.proposer = *std::move(proposer);
    else
        say(proposer.error().message);
    const auto workspace = openWorkspace(std::move(options), !tour);
    if (!workspace) return 1;
    ui::MainWindow window(*workspace);
    if (!tour) window.takePlace();
    window.show();
    int status = 0;
    QTimer::singleShot(0, &window, [&] { // after the first paint
        if (!arguments.import.empty()) window.importPaths(arguments.import);
        if (arguments.review) window.enterRoom(workspace::Room::Review);
        if (arguments.study) window.enterRoom(workspace::Room::Study);
        if (arguments.manage) window.enterRoom(workspace::Room::Manage);
        const bool elsewhere = arguments.review || arguments.study || arguments.manage;
        if (tour && !elsewhere && arguments.open.empty()) (void)window.openRow(0); // a rater's first case
        if (!arguments.open.empty() && !window.openStudy(StudyUid(arguments.open)) && tour) status = 1;
        if (tour) {
            if (status == 0) status = takeTour(window, arguments);
            QCoreApplication::exit(status);
        }
    });
    return QApplication::exec();
}
