// SPDX-License-Identifier: Apache-2.0
#include "forameter/store/review_repository.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "canonical.hpp"
#include "consensus_rows.hpp"
#include "permissions.hpp"
#include "plain_rows.hpp"
#include "rows.hpp"

namespace forameter::store {

namespace {

constexpr std::array kStates{std::pair{ReviewState::Open, std::string_view("open")},
                             std::pair{ReviewState::Discuss, std::string_view("discuss")},
                             std::pair{ReviewState::Signed, std::string_view("signed")}};

struct ReviewRow {
    Review review;
    std::string uuid;
};

Result<std::vector<ReviewRow>> reviewRows(Connection& sql, std::string_view where, const QVariantList& args) {
    const std::string query =
        "SELECT t.review, s.study_uid, t.structure, t.level, t.side, t.quantity, r.name, t.version, t.state, "
        "c.uuid, v.contour, v.version, t.reason, t.actor, t.time FROM review t JOIN study s ON s.id = "
        "t.study_id LEFT JOIN round r ON r.id = t.round_id LEFT JOIN consensus c ON c.id = t.consensus_id "
        "LEFT JOIN contour_version v ON v.id = t.contour_version_id WHERE " +
        std::string(where) + " ORDER BY t.id";
    std::vector<ReviewRow> rows;
    std::string broken;
    const auto done = sql.forEachBound(query, args, [&](const Row& r) {
        ReviewRow row{{}, r.text(0)};
        Review& review = row.review;
        review.study = StudyUid(r.text(1));
        const auto cell = cellAt(r, 2);
        review.round = r.text(6);
        review.version = static_cast<int>(r.integer(7));
        const auto state = reviewStateFromName(r.text(8));
        if (!r.isNull(9)) review.accepted = Accepted{ContourId(r.text(9)), std::nullopt};
        if (!r.isNull(10)) review.accepted = Accepted{ContourId(r.text(10)), static_cast<int>(r.integer(11))};
        review.reason = r.text(12);
        review.reviewer = r.text(13);
        const auto time = timestampFromIso8601(r.text(14));
        if (!cell || !state || !time) {
            broken = row.uuid;
            return;
        }
        review.cell = *cell;
        review.state = *state;
        review.time = *time;
        rows.push_back(std::move(row));
    });
    if (!done) return tl::unexpected(done.error());
    if (!broken.empty())
        return fail(ErrorCode::Corrupt,
                    "The store is damaged: review " + broken + " cannot be read; restore it from a backup.");
    return rows;
}

/// All versions of one review, oldest first.
Result<std::vector<ReviewRow>> versionsOf(Connection& sql, const StudyUid& study, const anatomy::Cell& cell,
                                          const std::string& round) {
    return reviewRows(
        sql,
        "s.study_uid = ? AND t.structure = ? AND t.level = ? AND t.side IS ? AND t.quantity IS ? "
        "AND COALESCE(r.name, '') = ?",
        {bindable(study), bindable(name(cell.structure)), bindable(name(cell.level)), nameOrNull(cell.side),
         nameOrNull(cell.quantity), bindable(round)});
}

/// The row that is accepted: its id and the table's column for it.
struct AcceptedRow {
    std::optional<std::int64_t> consensus, contourVersion;
};
Result<AcceptedRow> acceptedRow(Connection& sql, const Review& review, std::int64_t study,
                                const std::string& what) {
    AcceptedRow row;
    if (!review.accepted) return row;
    const Accepted& accepted = *review.accepted;
    struct Found {
        std::int64_t id, study;
        std::optional<anatomy::Cell> cell;
    };
    const auto read = [](const Row& r) { return Found{r.integer(0), r.integer(1), cellAt(r, 2)}; };
    const auto found =
        accepted.version
            ? sql.first("SELECT id, study_id, structure, level, side, quantity FROM contour_version WHERE "
                        "contour = ? AND version = ? AND deleted = 0",
                        read, accepted.id, *accepted.version)
            : sql.first("SELECT id, study_id, structure, level, side, quantity FROM consensus WHERE uuid = ?",
                        read, accepted.id);
    if (!found) return tl::unexpected(found.error());
    if (!*found || (*found)->study != study || (*found)->cell != review.cell)
        return fail(ErrorCode::NotFound, what + "what is accepted, " + accepted.id.text() +
                                             ", is no consensus or contour of that cell.");
    (accepted.version ? row.contourVersion : row.consensus) = (*found)->id;
    return row;
}

/// The contours that what is accepted was made from; one that was accepted itself.
Result<std::vector<Basis::Seen>> madeFrom(Connection& sql, const std::optional<Accepted>& accepted) {
    std::vector<Basis::Seen> contours;
    if (!accepted) return contours;
    if (accepted->version) return std::vector{Basis::Seen{accepted->id, *accepted->version}};
    const auto records = consensusRows(sql, "t.uuid = ?", {bindable(accepted->id)});
    if (!records) return tl::unexpected(records.error());
    for (const auto& record : *records)
        for (const auto& input : record.raters)
            contours.push_back({input.contour, input.version});
    return contours;
}

/// Conflict where one of the contours is no longer what its rater says. Names no rater: to a reviewer they
/// may be letters.
Result<> stillStand(Connection& sql, const std::vector<Basis::Seen>& contours, const Review& review,
                    const std::string& what) {
    for (const auto& [contour, version] : contours) {
        const auto reason = changedSince(sql, contour, version, review.cell);
        if (!reason) return tl::unexpected(reason.error());
        if (!*reason) continue;
        using Reason = StaleInput::Reason;
        const std::string became = **reason == Reason::Deleted      ? "deleted"
                                   : **reason == Reason::Relabelled ? "called otherwise"
                                                                    : "changed";
        return fail(ErrorCode::Conflict, what + "a contour that it rests on has been " + became +
                                             " meanwhile; read the contours again and look at them.");
    }
    return {};
}

/// Current versions of those that the actor may read, of `rows` in order of writing.
Result<std::vector<Review>> readableReviews(Connection& sql, const Actor& actor,
                                            std::vector<ReviewRow> rows) {
    std::map<StudyUid, bool> may;
    std::vector<Review> reviews;
    for (auto& [review, uuid] : rows) {
        if (!may.contains(review.study)) {
            const auto study = studyId(sql, review.study);
            if (!study) return tl::unexpected(study.error());
            const auto allowed = mayDo(sql, actor, Operation::ReadConsensus, {.studyId = *study});
            if (!allowed) return tl::unexpected(allowed.error());
            may[review.study] = *allowed;
        }
        if (may[review.study]) reviews.push_back(std::move(review));
    }
    return reviews;
}

} // namespace

std::string_view name(ReviewState state) noexcept {
    for (const auto& [known, text] : kStates)
        if (known == state) return text;
    return {};
}

std::optional<ReviewState> reviewStateFromName(std::string_view name) noexcept {
    for (const auto& [value, text] : kStates)
        if (text == name) return value;
    return std::nullopt;
}

Result<Review> ReviewRepository::set(const Review& wanted, int basedOn, const Basis& basis) {
    Review review = wanted;
    review.reason = storableText(review.reason);
    const std::string what = "The review of the " + anatomy::label(review.cell) + " of study " +
                             review.study.text() + " was not kept: ";
    auto change = Transaction::begin(m_database);
    if (!change) return tl::unexpected(change.error());
    Connection& sql = change->sql();
    const auto study = studyId(sql, review.study);
    if (!study) return tl::unexpected(study.error());
    if (const auto may = demand(sql, m_database.actor(), Operation::SignConsensus, "review a consensus",
                                {.studyId = *study});
        !may)
        return tl::unexpected(may.error());
    const auto round = openedRound(sql, review.round);
    if (!round) return tl::unexpected(round.error());
    const auto versions = versionsOf(sql, review.study, review.cell, review.round);
    if (!versions) return tl::unexpected(versions.error());
    const int current = versions->empty() ? 0 : versions->back().review.version;
    if (current != basedOn)
        return fail(ErrorCode::Conflict, what + "somebody has changed it meanwhile (version " +
                                             std::to_string(current) + ", not " + std::to_string(basedOn) +
                                             "); look at it again.");
    const bool reopens = current > 0 && versions->back().review.state == ReviewState::Signed &&
                         review.state != ReviewState::Signed;
    if ((review.state == ReviewState::Signed || reopens) && review.reason.empty())
        return fail(ErrorCode::InvalidArgument,
                    what + (reopens ? "opening it again" : "signing") + " needs a reason.");
    if (basis.consensus) {
        const auto kept = keepConsensus(*change, *basis.consensus);
        if (!kept) return tl::unexpected(kept.error());
        review.accepted = Accepted{kept->id, std::nullopt};
    }
    const auto accepted = acceptedRow(sql, review, *study, what);
    if (!accepted) return tl::unexpected(accepted.error());
    auto contours = basis.contours;
    const bool isNew = std::ranges::none_of(
        *versions, [&](const ReviewRow& row) { return row.review.accepted == review.accepted; });
    if (isNew || review.state == ReviewState::Signed) {
        const auto more = madeFrom(sql, review.accepted);
        if (!more) return tl::unexpected(more.error());
        contours.insert(contours.end(), more->begin(), more->end());
    }
    if (const auto stand = stillStand(sql, contours, review, what); !stand)
        return tl::unexpected(stand.error());

    const std::string uuid = versions->empty() ? newUuid() : versions->front().uuid;
    review.version = current + 1;
    review.reviewer = m_database.actor().name();
    review.time = change->time();
    QVariant roundUuid;
    if (*round) {
        const auto found = sql.first(
            "SELECT uuid FROM round WHERE id = ?", [](const Row& r) { return r.text(0); }, **round);
        if (!found) return tl::unexpected(found.error());
        roundUuid = bindable(*found);
    }
    const bool consensus = review.accepted && !review.accepted->version;
    const QVariantList cell{bindable(name(review.cell.structure)), bindable(name(review.cell.level)),
                            nameOrNull(review.cell.side), nameOrNull(review.cell.quantity)};
    const QVariantList last{bindable(name(review.state)), bindable(review.reason), bindable(review.reviewer),
                            bindable(change->timeText())};
    QVariantList hashed{bindable(uuid), bindable(review.version), bindable(review.study), roundUuid};
    hashed += cell;
    hashed += {consensus ? bindable(review.accepted->id) : QVariant(),
               review.accepted && !consensus ? bindable(review.accepted->id) : QVariant(),
               review.accepted ? bindable(review.accepted->version) : QVariant()};
    hashed += last;
    QVariantList bound{bindable(uuid), bindable(review.version), bindable(*study), bindable(*round)};
    bound += cell;
    bound += {bindable(accepted->consensus), bindable(accepted->contourVersion)};
    bound += last;
    const auto id = putPlain(*change, "review", "review." + std::string(name(review.state)),
                             "review " + uuid + " v" + std::to_string(review.version), hashed,
                             "review, version, study_id, round_id, structure, level, side, quantity, "
                             "consensus_id, contour_version_id, state, reason, actor, time",
                             bound);
    if (!id) return tl::unexpected(id.error());
    if (const auto done = change->commit(); !done) return tl::unexpected(done.error());
    return review;
}

Result<std::optional<Review>> ReviewRepository::current(const StudyUid& study, const anatomy::Cell& cell,
                                                        const std::string& round) const {
    auto versions = history(study, cell, round);
    if (!versions) return tl::unexpected(versions.error());
    return versions->empty() ? std::optional<Review>() : std::optional(std::move(versions->back()));
}

Result<std::vector<Review>> ReviewRepository::history(const StudyUid& study, const anatomy::Cell& cell,
                                                      const std::string& round) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    auto rows = versionsOf(**sql, study, cell, round);
    if (!rows) return tl::unexpected(rows.error());
    return readableReviews(**sql, m_database.actor(), std::move(*rows));
}

Result<std::vector<Review>> ReviewRepository::list(const ReviewFilter& filter) const {
    const auto sql = m_database.connection();
    if (!sql) return tl::unexpected(sql.error());
    Condition where{"NOT EXISTS (SELECT 1 FROM review n WHERE n.review = t.review AND n.version > t.version)",
                    {}};
    if (filter.study) where.add("s.study_uid = ?", *filter.study);
    if (filter.round) where.add("COALESCE(r.name, '') = ?", *filter.round);
    if (filter.state) where.add("t.state = ?", name(*filter.state));
    auto rows = reviewRows(**sql, where.sql, where.args);
    if (!rows) return tl::unexpected(rows.error());
    if (filter.cell) std::erase_if(*rows, [&](const auto& row) { return row.review.cell != *filter.cell; });
    auto reviews = readableReviews(**sql, m_database.actor(), std::move(*rows));
    if (!reviews) return reviews;
    std::ranges::stable_sort(*reviews, [](const Review& a, const Review& b) {
        return std::tie(a.study, a.cell.level, a.cell, a.round) <
               std::tie(b.study, b.cell.level, b.cell, b.round);
    });
    return reviews;
}

} // namespace forameter::store
