// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <numbers>
#include <string>
#include <unistd.h>

#include "../support/temporary_folder.hpp"
#include "forameter/store/audit_log.hpp"
#include "forameter/store/cell_state_repository.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/history.hpp"
#include "forameter/store/level_set_repository.hpp"
#include "forameter/store/maintenance.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/store.hpp"
#include "forameter/store/study_repository.hpp"

namespace forameter::store {

inline const RaterId kR1("r1");
inline const RaterId kR2("r2");

/// A sagittal T1 series of 11 slices, 4 mm apart around the midline, and an axial T2 series of 9, 256 x 256
/// pixels of 0.625 mm.
inline StudyRecord someStudy(const std::string& uid = "1.2.3", const std::string& folder = "/images") {
    StudyRecord study;
    study.uid = StudyUid(uid);
    study.patientId = "P" + uid;
    study.date = "2020-01-31";
    study.age = 54;
    study.sex = "F";
    study.description = "MRI lumbar spine";
    study.scanner = "Maker Model";
    study.field = 1.5;
    const auto series = [&](const std::string& suffix, int count, geometry::Plane plane,
                            Weighting weighting) {
        SeriesRecord record;
        record.uid = SeriesUid(uid + "." + suffix);
        record.number = std::stoi(suffix);
        record.description = plane == geometry::Plane::Sagittal ? "SAG T1" : "AX T2";
        record.modality = "MR";
        StackRecord stack;
        stack.rows = stack.columns = 256;
        stack.rowSpacing = stack.columnSpacing = 0.625;
        stack.sliceSpacing = 4.0;
        stack.plane = plane;
        stack.weighting = weighting;
        stack.frameOfReference = uid + ".99";
        const bool sagittal = plane == geometry::Plane::Sagittal;
        stack.rowDirection = sagittal ? geometry::PatientVector{0, 1, 0} : geometry::PatientVector{1, 0, 0};
        stack.columnDirection =
            sagittal ? geometry::PatientVector{0, 0, -1} : geometry::PatientVector{0, 1, 0};
        for (int i = 0; i < count; ++i) {
            const double offset = 4.0 * (i - count / 2);
            InstanceRecord instance;
            instance.sop = SopUid(uid + "." + suffix + "." + std::to_string(i + 1));
            instance.origin =
                sagittal ? geometry::PatientPoint{offset, -80, 80} : geometry::PatientPoint{-80, -80, offset};
            instance.path = folder + "/" + suffix + "-" + std::to_string(i + 1) + ".dcm";
            instance.sha256 = std::string(62, 'a') + std::to_string(10 + i);
            stack.instances.push_back(instance);
        }
        record.stacks.push_back(stack);
        return record;
    };
    study.series = {series("1", 11, geometry::Plane::Sagittal, Weighting::T1),
                    series("2", 9, geometry::Plane::Axial, Weighting::T2)};
    return study;
}

/// L1..S1, 35 mm apart, L4-L5 at z = 0.
inline anatomy::LevelSet someLevels() {
    using enum anatomy::Vertebra;
    anatomy::LevelSet levels;
    double z = 122.5;
    for (const auto vertebra : {L1, L2, L3, L4, L5, S1}) {
        levels.marks.push_back({vertebra, {0, 0, z}});
        z -= 35;
    }
    return levels;
}

/// A circle as a spline of 16 points on sagittal slice `slice` (0..10) of someStudy.
inline protocol::Contour someForamen(double radius = 5, anatomy::Level level = anatomy::Level::L4_L5,
                                     const std::string& rater = "r1", int slice = 2,
                                     const std::string& study = "1.2.3") {
    protocol::Contour contour;
    contour.id = ContourId(newUuid());
    contour.study = StudyUid(study);
    contour.image = {SeriesUid(study + ".1"), SopUid(study + ".1." + std::to_string(slice + 1)), 1};
    contour.cell = anatomy::Cell::foramen(level, anatomy::Side::R);
    contour.rater = rater;
    contour.protocol = "nf-pedicle-v1";
    contour.created = now();
    const double x = 4.0 * (slice - 5);
    for (int i = 0; i < 16; ++i) {
        const double angle = 2 * std::numbers::pi * i / 16;
        contour.curve.points.push_back({x, 20 + radius * std::cos(angle), radius * std::sin(angle)});
    }
    return contour;
}

using testing::TemporaryFolder;

/// Another program's hand on the file: plain SQLite without Forameter's settings. Fails the test where a
/// statement does.
inline void rawSql(const std::filesystem::path& file, const std::vector<std::string>& statements) {
    const QString name = QString::fromStdString(newUuid());
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", name);
        database.setDatabaseName(QString::fromStdString(file.string()));
        ASSERT_TRUE(database.open());
        QSqlQuery query(database);
        for (const auto& statement : statements)
            ASSERT_TRUE(query.exec(QString::fromStdString(statement)))
                << statement << ": " << query.lastError().text().toStdString();
    }
    QSqlDatabase::removeDatabase(name);
}
inline std::string rawText(const std::filesystem::path& file, const std::string& sql) {
    const QString name = QString::fromStdString(newUuid());
    std::string text;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", name);
        database.setDatabaseName(QString::fromStdString(file.string()));
        EXPECT_TRUE(database.open());
        QSqlQuery query(database);
        EXPECT_TRUE(query.exec(QString::fromStdString(sql))) << query.lastError().text().toStdString();
        if (query.next()) text = query.value(0).toString().toStdString();
    }
    QSqlDatabase::removeDatabase(name);
    return text;
}

/// Empty where the result holds, else its message.
template <class T>
std::string why(const Result<T>& result) {
    return result ? std::string() : std::string(name(result.error().code)) + ": " + result.error().message;
}

/// A fresh store with one study.
class StoreTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = Store::create(file);
        ASSERT_TRUE(made) << why(made);
        m_store.emplace(std::move(*made));
        const auto added = StudyRepository(store()).add(someStudy());
        ASSERT_TRUE(added) << why(added);
    }
    Store& store() { return *m_store; }
    void reopen(Actor actor = {}) {
        m_store.reset();
        auto opened = Store::open(file, std::move(actor));
        ASSERT_TRUE(opened) << why(opened);
        m_store.emplace(std::move(*opened));
    }
    void close() { m_store.reset(); }
    void confirmLevels(const anatomy::LevelSet& levels = someLevels(), const RaterId& rater = kR1,
                       int basedOn = 0) {
        const auto done = LevelSetRepository(store()).confirm(kStudy, levels, rater, basedOn);
        ASSERT_TRUE(done) << why(done);
    }
    StoredContour save(const protocol::Contour& contour, int basedOn = 0) {
        auto saved = ContourRepository(store()).save(contour, basedOn);
        EXPECT_TRUE(saved) << why(saved);
        return saved.value_or(StoredContour{});
    }
    std::vector<StoredContour> current(const ContourFilter& filter = {}) {
        auto found = ContourRepository(store()).current(filter);
        EXPECT_TRUE(found) << why(found);
        return found.value_or(std::vector<StoredContour>{});
    }
    void expectSound() {
        const auto report = verify(store());
        ASSERT_TRUE(report) << why(report);
        for (const auto& problem : report->problems)
            ADD_FAILURE() << problem.what << " " << problem.where << ": " << problem.message;
    }

    TemporaryFolder folder;
    const std::filesystem::path file = folder / "store.sqlite";
    const StudyUid kStudy{"1.2.3"};

private:
    std::optional<Store> m_store;
};

} // namespace forameter::store
