// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "../support/temporary_folder.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/study_repository.hpp"
#include "forameter/workspace/review_desk.hpp"
#include "forameter/workspace/review_session.hpp"
#include "studies.hpp"
#include "task_queue.hpp"

namespace forameter::testing {

/// What one rater draws: an ellipse about the place of a foramen on a sagittal slice.
struct Drawn {
    std::string rater;
    double radius = 5.0;
    double shift = 0.0;                           ///< mm to the back
    anatomy::Level level = anatomy::Level::L4_L5; ///< as she names it
    anatomy::Level place = anatomy::Level::L4_L5; ///< where she draws
    std::size_t slice = 7;
    bool assessable = true;
};

inline anatomy::Cell foramenOf(const Drawn& drawn) {
    return anatomy::Cell::foramen(drawn.level, anatomy::Side::R);
}

/// On a slice of a stack made by sagittal().
inline protocol::Contour raterContour(const Drawn& drawn, const StudyUid& study, const std::string& series) {
    const auto maker = sagittal(series, Weighting::T1);
    const auto plane = planeOf(maker, maker.centers[drawn.slice]);
    protocol::Contour made;
    made.id = ContourId(newUuid());
    made.study = study;
    made.image = {SeriesUid(maker.series), SopUid(maker.series + ".0." + std::to_string(drawn.slice + 1)), 1};
    made.cell = foramenOf(drawn);
    made.rater = drawn.rater;
    made.plane = geometry::Plane::Sagittal;
    made.weighting = Weighting::T1;
    made.protocol = "nf-pedicle-v1";
    made.created = now();
    made.assessable = drawn.assessable;
    if (!drawn.assessable) {
        made.note = "Motion";
        return made;
    }
    geometry::PlaneCurve curve;
    const double z =
        kDiscStep * (static_cast<double>(anatomy::Level::L4_L5) - static_cast<double>(drawn.place));
    for (int i = 0; i < 12; ++i) {
        const double angle = 2 * M_PI * i / 12;
        const auto at =
            plane.toPlane(geometry::PatientPoint{0.0, 25.0 + drawn.shift + drawn.radius * std::cos(angle),
                                                 z + 1.4 * drawn.radius * std::sin(angle)});
        curve.points.push_back(at);
    }
    made.curve = geometry::toPatient(curve, plane);
    return made;
}

/// A store in which several raters have drawn foramina of made studies, and a reviewer.
class ReviewStore {
public:
    explicit ReviewStore(int studies = 1) {
        auto made = store::Store::create(path(), store::Actor::administrator());
        EXPECT_TRUE(made) << made.error().message;
        m_store = std::make_unique<store::Store>(std::move(*made));
        store::RaterRepository raters(*m_store);
        for (const char* name : {"anna", "bert", "cleo", "dora"})
            EXPECT_TRUE(raters.add(RaterId(name)));
        EXPECT_TRUE(raters.add(RaterId("rev"), store::Role::Reviewer));
        EXPECT_TRUE(raters.add(RaterId("second"), store::Role::Reviewer));
        for (int i = 0; i < studies; ++i) {
            auto maker = sagittal(uid(i).text() + ".1", Weighting::T1);
            const auto added = store::StudyRepository(*m_store).add(
                study({maker}, uid(i).text(), "PHANTOM-" + std::to_string(1000 + i)));
            EXPECT_TRUE(added) << added.error().message;
        }
    }
    [[nodiscard]] static StudyUid uid(int study) { return StudyUid("1.2.840.77." + std::to_string(study)); }

    [[nodiscard]] static protocol::Contour contour(const Drawn& drawn, int study = 0) {
        return raterContour(drawn, uid(study), uid(study).text() + ".1");
    }
    void draw(const std::vector<Drawn>& all, int study = 0) {
        protocol::ReadContours document;
        for (const auto& one : all) {
            document.contours.push_back(contour(one, study));
            document.indices.push_back(document.indices.size());
        }
        const auto taken = store::ContourRepository(*m_store).import(document);
        ASSERT_TRUE(taken) << taken.error().message;
        for (const auto& refused : taken->refused)
            ADD_FAILURE() << refused.error.message;
    }
    /// Four raters who agree but for some tenths of a millimetre on all five right foramina.
    void drawUsual(int study = 0, double spread = 0.2) {
        std::vector<Drawn> all;
        for (const auto level : anatomy::readingLevels(anatomy::LumbarCount::Five)) {
            double radius = 5.0;
            for (const char* name : {"anna", "bert", "cleo", "dora"}) {
                all.push_back({.rater = name, .radius = radius, .level = level, .place = level});
                radius += spread;
            }
        }
        draw(all, study);
    }

    [[nodiscard]] std::unique_ptr<workspace::ReviewSession> open(const std::string& who = "rev") {
        auto session = workspace::ReviewSession::open(path(), store::Actor::as(RaterId(who)), m_queue.post());
        EXPECT_TRUE(session) << session.error().message;
        return session ? std::move(*session) : nullptr;
    }
    /// Opens and waits for the comparison.
    [[nodiscard]] std::unique_ptr<workspace::ReviewSession> compared(const std::string& who = "rev") {
        auto session = open(who);
        EXPECT_TRUE(m_queue.runUntil([&] { return !session->progress(); }));
        return session;
    }
    [[nodiscard]] store::Store& store() { return *m_store; }
    [[nodiscard]] TaskQueue& queue() { return m_queue; }
    [[nodiscard]] std::filesystem::path path() const { return m_folder.path() / "review.sqlite"; }

private:
    TemporaryFolder m_folder;
    TaskQueue m_queue;
    std::unique_ptr<store::Store> m_store;
};

/// Puts a cell on the desk.
inline workspace::ReviewDesk& take(workspace::ReviewSession& session, int study, anatomy::Level level) {
    const auto entry = session.find(ReviewStore::uid(study), anatomy::Cell::foramen(level, anatomy::Side::R));
    EXPECT_TRUE(entry);
    const auto taken = session.take(entry.value_or(0));
    EXPECT_TRUE(taken) << taken.error().message;
    return *session.desk();
}

} // namespace forameter::testing
