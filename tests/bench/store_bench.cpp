// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numbers>
#include <sqlite3.h>

#include "bench.hpp"

#include "forameter/geometry/closed_curve.hpp"
#include "forameter/protocol/reading.hpp"
#include "forameter/store/contour_repository.hpp"
#include "forameter/store/level_set_repository.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/study_repository.hpp"

namespace bench {
namespace {
using namespace forameter;

constexpr int studyCount = 35'000, readStudies = 5'000; // 15 contours each: 75,000

[[noreturn]] void give(const std::string& why) {
    std::fprintf(stderr, "forameter-bench: %s\n", why.c_str());
    std::exit(1);
}
template <class T>
T take(Result<T> result) {
    if (!result) give(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string studyUid(int i) {
    return "1.2.826.0.1.3680043.8.1055.3." + std::to_string(i + 1);
}

/// A sagittal T2 and an axial T2 series of 15 and 25 slices.
store::StudyRecord study(int i) {
    store::StudyRecord record;
    record.uid = StudyUid(studyUid(i));
    record.patientId = "P" + std::to_string(i);
    char date[16];
    std::snprintf(date, sizeof date, "20%02d-%02d-%02d", 10 + i % 16, 1 + i % 12, 1 + i % 28);
    record.date = date;
    record.age = 20 + i % 65;
    record.sex = i % 2 ? "F" : "M";
    record.description = "MR lumbar spine";
    record.scanner = "Scanner " + std::to_string(i % 20);
    record.field = i % 3 ? 1.5 : 3.0;
    for (const bool axial : {false, true}) {
        store::SeriesRecord series;
        series.uid = SeriesUid(studyUid(i) + (axial ? ".2" : ".1"));
        series.modality = "MR";
        series.description = axial ? "t2_tse_tra" : "t2_tse_sag";
        store::StackRecord stack;
        stack.rows = stack.columns = 512;
        stack.rowSpacing = stack.columnSpacing = 0.5;
        stack.sliceSpacing = 4.4;
        stack.sliceThickness = 4.0;
        stack.rowDirection = axial ? geometry::PatientVector{1, 0, 0} : geometry::PatientVector{0, 1, 0};
        stack.columnDirection = axial ? geometry::PatientVector{0, 1, 0} : geometry::PatientVector{0, 0, -1};
        stack.plane = axial ? geometry::Plane::Axial : geometry::Plane::Sagittal;
        stack.weighting = Weighting::T2;
        for (int k = 0; k < (axial ? 25 : 15); ++k) {
            store::InstanceRecord instance;
            instance.sop = SopUid(series.uid.text() + "." + std::to_string(k + 1));
            instance.origin = axial ? geometry::PatientPoint{-128, -128, -4.4 * k}
                                    : geometry::PatientPoint{4.4 * (k - 7), -128, 128};
            instance.path = "/archive/" + std::to_string(i) + "/" + std::to_string(k) + ".dcm";
            stack.instances.push_back(std::move(instance));
        }
        series.stacks.push_back(std::move(stack));
        record.series.push_back(std::move(series));
    }
    return record;
}

/// A 16-point spline of about 9 x 16 mm on the sagittal slice of a foramen, or the axial one of a canal.
protocol::Contour contour(const store::StudyRecord& record, const anatomy::Cell& cell, int seed) {
    const bool axial = cell.structure == anatomy::Structure::CC;
    const auto& series = record.series[axial ? 1 : 0];
    const auto& stack = series.stacks.front();
    const std::size_t slice =
        axial ? 5 * static_cast<std::size_t>(cell.level) % 25 : (cell.side == anatomy::Side::R ? 4 : 10);
    const auto plane = take(stack.imagePlane(slice));
    geometry::PlaneCurve curve;
    for (int i = 0; i < 16; ++i) {
        const double angle = 2.0 * std::numbers::pi * i / 16.0,
                     wobble = 1.0 + 0.05 * std::sin(seed + 3.0 * angle);
        curve.points.push_back(
            {128.0 + 4.5 * wobble * std::cos(angle),
             60.0 + 25.0 * static_cast<double>(cell.level) + 8.0 * wobble * std::sin(angle)});
    }
    protocol::Contour contour;
    contour.id = ContourId(newUuid());
    contour.study = record.uid;
    contour.image = {series.uid, stack.instances[slice].sop, 1};
    contour.cell = cell;
    contour.curve = geometry::toPatient(curve, plane);
    contour.rater = "r1";
    contour.plane = stack.plane;
    contour.weighting = stack.weighting;
    contour.protocol = protocol::defaultProtocol(cell.structure);
    contour.created = now();
    return contour;
}

/// SQLite's own C interface: the peer.
class Raw {
public:
    explicit Raw(const std::filesystem::path& path) {
        if (sqlite3_open(path.c_str(), &m_db) != SQLITE_OK) give(sqlite3_errmsg(m_db));
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = FULL");
    }
    ~Raw() { sqlite3_close(m_db); }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;

    void run(const char* sql) {
        if (sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            give(std::string(sql) + ": " + sqlite3_errmsg(m_db));
    }
    /// Steps through all rows, touching every column; returns their number.
    std::size_t query(const std::string& sql, const std::vector<std::string>& parameters = {}) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(m_db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
            give(sql + ": " + sqlite3_errmsg(m_db));
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            char* end = nullptr;
            const double number = std::strtod(parameters[i].c_str(), &end);
            if (!parameters[i].empty() && *end == '\0')
                sqlite3_bind_double(statement, static_cast<int>(i + 1), number);
            else
                sqlite3_bind_text(statement, static_cast<int>(i + 1), parameters[i].c_str(), -1,
                                  SQLITE_TRANSIENT);
        }
        std::size_t rows = 0, bytes = 0;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            ++rows;
            for (int c = 0; c < sqlite3_column_count(statement); ++c) {
                if (sqlite3_column_text(statement, c))
                    bytes += static_cast<std::size_t>(sqlite3_column_bytes(statement, c));
            }
        }
        sqlite3_finalize(statement);
        m_bytes += bytes;
        return rows;
    }

private:
    sqlite3* m_db = nullptr;
    std::size_t m_bytes = 0;
};

anatomy::LevelSet levels() {
    anatomy::LevelSet set;
    using enum anatomy::Vertebra;
    double z = 60.0;
    for (const auto vertebra : {L1, L2, L3, L4, L5, S1}) {
        set.marks.push_back({vertebra, {0.0, -10.0, z}});
        z -= 35.0;
    }
    return set;
}
void benchQueries(Report& report, const std::filesystem::path& path) {
    const store::Store base = take(store::Store::create(path));
    store::StudyRepository studies(base);
    store::ContourRepository contours(base);
    const auto cells = protocol::readingCells(anatomy::LumbarCount::Five);

    std::fprintf(stderr, "filling a store with %d studies and %zu contours...\n", studyCount,
                 readStudies * cells.size());
    const double fillStudies = millisecondsOf([&] {
        for (int i = 0; i < studyCount; ++i)
            (void)take(studies.add(study(i)));
    });
    const double fillContours = millisecondsOf([&] {
        for (int block = 0; block < readStudies; block += 500) {
            protocol::ReadContours document;
            for (int i = block; i < block + 500; ++i)
                for (const auto& cell : cells) {
                    document.indices.push_back(document.contours.size());
                    document.contours.push_back(contour(study(i), cell, i));
                }
            const auto imported = take(contours.import(document));
            if (imported.added != document.contours.size()) give("not all generated contours were taken");
        }
    });
    char note[160];
    std::snprintf(note, sizeof note,
                  "Filling the store: %.0f studies/s (one durable transaction each), %.0f contours/s.",
                  studyCount / fillStudies * 1000.0, readStudies * 15 / fillContours * 1000.0);
    report.note(note);

    Raw raw(path);
    const auto page = [&](const char* what, const std::string& where, std::size_t limit) {
        const store::StudyQuery query{where, std::nullopt, limit};
        const auto first = take(studies.list(query));
        // The peer answers both questions as well: the page, and how many there are in all.
        const std::string from = " FROM study s WHERE ";
        const auto start = first.sql.find(from), end = first.sql.find(" ORDER BY");
        const std::string total = "SELECT COUNT(*)" + first.sql.substr(start, end - start);
        std::vector<std::string> condition = first.parameters;
        condition.pop_back(); // the limit
        std::size_t rows = 0;
        const Pair pair = compare(
            9, [&] { (void)take(studies.list(query)); },
            [&] {
                rows = raw.query(first.sql, first.parameters);
                raw.query(total, condition);
            });
        char work[200];
        std::snprintf(work, sizeof work, "%s (%zu rows of %zu, with their total)", what, first.studies.size(),
                      first.total);
        report.row(work, pair, "raw SQLite, same SQL", 1.5, "1.5x");
        if (rows != first.studies.size()) give("raw SQLite answers otherwise than the store");
    };
    page("worklist, first 50 of 35,000 studies", "", 50);
    page("filter by scanner and age, 100 studies", "scanner = 'Scanner 7' and age >= 60", 100);
    page("filter by contours drawn, 100 studies", "contours > 0", 100);

    const std::string one = studyUid(2500);
    std::size_t found = 0;
    store::ContourFilter ofOne;
    ofOne.study = StudyUid(one);
    report.row("current contours of one study, with areas",
               compare(
                   25, [&] { found = take(contours.current(ofOne)).size(); },
                   [&] {
                       if (raw.query("SELECT v.* FROM study s JOIN contour_current v ON v.study_id = s.id "
                                     "WHERE s.study_uid = ?",
                                     {one}) != found)
                           give("raw SQLite finds other contours than the store");
                   }),
               "raw SQLite", 1.5, "1.5x");
    report.row("number of current contours (75,000)",
               compare(
                   5, [&] { found = take(contours.count({})); },
                   [&] { raw.query("SELECT count(*) FROM contour_current"); }),
               "raw SQLite", 1.5, "1.5x");
}

/// What the person waits for at the end of every stroke. SQLite's journal starts anew with every session and
/// grows for some hundred strokes, and a file that grows takes longer to flush; so both sides are in the same
/// state.
void benchStrokes(Report& report, const std::filesystem::path& path, const Scratch& scratch) {
    const store::Store base = take(store::Store::open(path));
    store::ContourRepository contours(base);
    const auto open = study(readStudies + 1);
    (void)take(store::LevelSetRepository(base).confirm(open.uid, levels(), RaterId("r1"), 0));
    protocol::Contour drawn = contour(open, protocol::readingCells(anatomy::LumbarCount::Five).front(), 1);
    int version = take(contours.save(drawn, 0)).version;
    const auto image = take(open.series.front().stacks.front().imagePlane(4));
    const auto next = [&] {
        drawn.curve.points.front().z += 0.001;
        return take(protocol::Measured::of(drawn, image));
    };
    const auto strokes = [&](int runs, const std::function<void()>& commit) {
        std::vector<std::pair<protocol::Contour, protocol::Measured>> hand;
        for (int i = 0; i < runs + 1; ++i) { // one to warm up
            const auto measured = next();
            hand.emplace_back(drawn, measured);
        }
        auto one = hand.begin();
        return compare(
            runs,
            [&] {
                version = take(contours.save(one->first, version, &one->second)).version;
                ++one;
            },
            commit);
    };
    Raw commits(scratch.folder / "commits.sqlite");
    commits.run("CREATE TABLE t(id INTEGER PRIMARY KEY, curve BLOB)");
    const auto commit = [&] {
        commits.run("BEGIN IMMEDIATE");
        commits.run("INSERT INTO t(curve) VALUES (zeroblob(512))");
        commits.run("COMMIT");
    };
    report.row(
        "durable save of a stroke (version, area, audit row, undo step), the first hundred of a session",
        strokes(85, commit), "SQLite FULL commit", 1.5, "1.5x");
    for (int i = 0; i < 60; ++i) {
        (void)next();
        version = take(contours.save(drawn, version)).version;
    }
    commits.run("PRAGMA synchronous = OFF");
    for (int i = 0; i < 1'000; ++i)
        commit();
    commits.run("PRAGMA synchronous = FULL");
    report.row("the same, later, over a journal that grows no more", strokes(201, commit),
               "SQLite FULL commit", 1.5, "1.5x");
    report.row("what the screen has done by then: the stroke measured",
               time(measure(201, [&] { (void)next(); }).median()), "", std::nullopt, "", std::nullopt);
}
} // namespace

void benchStore(Report& report, const Scratch& scratch) {
    const std::filesystem::path path = scratch.folder / "store.sqlite";
    benchQueries(report, path);
    benchStrokes(report, path, scratch);
}

} // namespace bench
