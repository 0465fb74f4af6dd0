// SPDX-License-Identifier: Apache-2.0
#include "phantom_round.hpp"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "forameter/protocol/interchange.hpp"

namespace forameter::testing {

namespace {

constexpr double kNearest = 0.8; ///< mm between two clicks

void runProgram(const QStringList& arguments) {
    QProcess program;
    program.start(QStringLiteral(FORAMETER_CLI), arguments);
    if (!program.waitForFinished(-1) || program.exitCode() != 0)
        throw std::runtime_error("forameter-cli " + arguments.join(QLatin1Char(' ')).toStdString() + ": " +
                                 program.readAllStandardError().toStdString());
}

QByteArray contentsOf(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly)) throw std::runtime_error("cannot read " + path.string());
    return file.readAll();
}

std::vector<protocol::Contour> contoursOf(const QByteArray& json) {
    auto read = protocol::contoursFromJson({json.constData(), static_cast<std::size_t>(json.size())});
    if (!read) throw std::runtime_error(read.error().message);
    return std::move(read->contours);
}

} // namespace

PhantomRound::PhantomRound(std::filesystem::path folder, int studies, int raters)
    : m_folder(std::move(folder)) {
    const auto cohort = m_folder / "cohort";
    const QString into = QString::fromStdString(cohort.string()),
                  file = QString::fromStdString(store().string());
    if (!std::filesystem::exists(cohort / "truth-all.json"))
        runProgram({"phantom", "-o", into, "--studies", QString::number(studies), "--seed", "11", "--raters",
                    QString::number(raters), "--pathology", "mixed", "--quiet", "-j2"});
    runProgram({"init", "--store", file, "--quiet"});
    QStringList folders; // without the documents beside them, which are no images
    for (const auto& entry : std::filesystem::directory_iterator(cohort))
        if (entry.is_directory()) folders << QString::fromStdString(entry.path().string());
    runProgram(QStringList{"import"} + folders + QStringList{"--store", file, "--quiet"});
    for (int k = 1; k <= raters; ++k) {
        const std::string name = "rater-" + std::to_string(k);
        m_raters.push_back(name);
        for (auto& contour : contoursOf(contentsOf(cohort / (name + ".json"))))
            m_wanted[name].emplace(Key{contour.study, contour.cell}, contour);
    }
    const QByteArray truth = contentsOf(cohort / "truth-all.json");
    for (auto& contour : contoursOf(truth))
        m_truth.emplace(std::pair{Key{contour.study, contour.cell}, contour.image}, contour);
    const auto all = QJsonDocument::fromJson(truth).object()[QLatin1String("studies")].toArray();
    for (const auto& one : all) {
        const auto study = one.toObject();
        auto& marks = m_levels[StudyUid(study[QLatin1String("study_uid")].toString().toStdString())];
        const auto levels = study[QLatin1String("levels")].toObject();
        for (const auto& mark : levels[QLatin1String("marks")].toArray()) {
            const auto at = mark.toObject()[QLatin1String("center_mm")].toArray();
            const auto name = mark.toObject()[QLatin1String("vertebra")].toString().toStdString();
            marks[anatomy::vertebraFromName(name).value()] = {at[0].toDouble(), at[1].toDouble(),
                                                              at[2].toDouble()};
        }
    }
}

const protocol::Contour* PhantomRound::wanted(const std::string& rater, const StudyUid& study,
                                              const anatomy::Cell& cell) const {
    const auto hers = m_wanted.find(rater);
    if (hers == m_wanted.end()) return nullptr;
    const auto found = hers->second.find({study, cell});
    return found == hers->second.end() ? nullptr : &found->second;
}

const protocol::Contour* PhantomRound::truth(const StudyUid& study, const anatomy::Cell& cell,
                                             const ImageId& image) const {
    const auto found = m_truth.find({{study, cell}, image});
    return found == m_truth.end() ? nullptr : &found->second;
}

geometry::PlaneCurve fewerPoints(const geometry::PlaneCurve& curve, std::size_t most) {
    geometry::PlaneCurve fewer = curve;
    auto& points = fewer.points;
    const auto bend = [&](std::size_t i) {
        const auto &before = points[(i + points.size() - 1) % points.size()], &at = points[i],
                   &after = points[(i + 1) % points.size()];
        return std::abs((at.x - before.x) * (after.y - before.y) - (at.y - before.y) * (after.x - before.x));
    };
    // A click so near to an earlier one would take hold of that: nobody draws a slit as narrow as this.
    for (std::size_t i = points.size(); i-- > 1;)
        if (std::any_of(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(i), [&](const auto& p) {
                return std::hypot(points[i].x - p.x, points[i].y - p.y) < kNearest;
            }))
            points.erase(points.begin() + static_cast<std::ptrdiff_t>(i));
    while (points.size() > most) {
        std::size_t least = 0;
        for (std::size_t i = 1; i < points.size(); ++i)
            if (bend(i) < bend(least)) least = i;
        points.erase(points.begin() + static_cast<std::ptrdiff_t>(least));
    }
    fewer.corners.clear();
    return fewer;
}

} // namespace forameter::testing
