// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "forameter/store/store.hpp"
#include "forameter/store/study.hpp"

namespace forameter::store {

/// What registering a study changed.
struct Registered {
    std::size_t studies = 0, series = 0, instances = 0; ///< added
    std::size_t unchanged = 0;                          ///< instances that were there already
    /// What was not taken, file by file: the same identity with other bytes, a series of another study, a
    /// study of another patient (duplicate-uid).
    struct Conflict {
        std::string path;
        Error error;
    };
    std::vector<Conflict> conflicts;
    /// Images with contours that may not be measured on any more, by what came now (conflicting-geometry).
    std::vector<Conflict> doubts;

    Registered& operator+=(const Registered& other);
};

struct StudyQuery {
    std::string where = {};             ///< expression over the columns below; "" takes all
    std::optional<StudyUid> after = {}; ///< the page after this study
    std::size_t limit = 0;              ///< 0: no limit
};
struct StudyPage {
    std::vector<StudySummary> studies; ///< by study UID
    std::size_t total = 0;             ///< that match `where`, on all pages
    std::string sql;                   ///< what was asked
    std::vector<std::string> parameters;
};

/// A column that an expression may name.
struct StudyColumn {
    std::string name;
    std::string meaning;
};

class StudyRepository {
public:
    explicit StudyRepository(const Store& store) : m_database(store.database()) {}

    enum class Mode { Write, DryRun };
    /// Adds what is new, in one transaction. An instance is known by series, SOP and frame; the same bytes
    /// again add nothing (a new path of the same bytes is noted). Of a known series, stacks that hold all
    /// stored instances replace the stored stacks where they group them otherwise; stacks that do not are
    /// added with their new instances as further stacks. Demographics that were missing are filled in, known
    /// ones kept.
    [[nodiscard]] Result<Registered> add(const StudyRecord& study, Mode mode = Mode::Write);

    /// The whole study with its stacks and instances; fails with NotFound.
    [[nodiscard]] Result<StudyRecord> find(const StudyUid& uid) const;
    /// Where an image lies: fails with UnknownImage, or with the reason why it must not be measured on
    /// (`measurable` is false).
    [[nodiscard]] Result<geometry::ImagePlane> imagePlane(const StudyUid& study, const ImageId& image) const;

    /// Expression: COLUMN OP VALUE joined by `and or not ( )`; OP is = != < <= > >= like in; values are
    /// numbers or 'quoted' text; `in` takes (a, b, ...); `COLUMN = null` and `!= null` ask for missing
    /// values. Errors name the position. Values are bound, never pasted.
    [[nodiscard]] Result<StudyPage> list(const StudyQuery& query = {}) const;
    [[nodiscard]] Result<std::size_t> count(const std::string& where = {}) const;
    /// study_uid, patient_id, study_date, age, sex, description, scanner, field, series, contours, plane,
    /// weighting, modality
    [[nodiscard]] static const std::vector<StudyColumn>& columns();

    /// Corrects the weighting that intake found, by hand, for these stacks of a series or for none of them:
    /// kept as versions with their audit rows; none says "not known".
    [[nodiscard]] Result<> correctWeighting(const SeriesUid& series, std::span<const int> stacks,
                                            std::optional<protocol::Weighting> weighting);

private:
    Database& m_database;
};

} // namespace forameter::store
