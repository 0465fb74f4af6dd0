// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"

#include <QChar>
#include <QString>
#include <algorithm>

#include "canonical.hpp"
#include "passwords.hpp"

namespace forameter::store {

Result<std::int64_t> studyId(Connection& sql, const StudyUid& uid) {
    const auto id = sql.first(
        "SELECT id FROM study WHERE study_uid = ?", [](const Row& row) { return row.integer(0); }, uid);
    if (!id) return tl::unexpected(id.error());
    if (!*id) return fail(ErrorCode::NotFound, "There is no study " + uid.text() + " in this store.");
    return **id;
}

/// A name is a key, an entry of the audit and the name of a packet's file: in Unicode's composed form (NFC)
/// it is always the same bytes.
bool isRaterName(std::string_view name) noexcept {
    const auto text = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    if (text.isEmpty() || text.size() > 64 || text != text.normalized(QString::NormalizationForm_C))
        return false;
    const auto points = text.toUcs4(); // what is not UTF-8 has become a character that is no letter
    const auto good = [](uint c) {
        return QChar::isLetter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
    };
    // Some scripts put marks on letters that have no character of their own for both.
    return good(points.front()) &&
           std::ranges::all_of(points, [&](uint c) { return good(c) || QChar::isMark(c); });
}

Result<> checkMayWriteAs(const Actor& actor, std::string_view rater) {
    if (!isRaterName(rater))
        return fail(ErrorCode::InvalidArgument,
                    "\"" + storableText(rater.substr(0, 80)) +
                        "\" cannot be a rater's name: 1 to 64 letters of any script (in Unicode's "
                        "composed form), digits or . _ - @ are.");
    if (!actor.is(rater))
        return fail(ErrorCode::NotAllowed, "Rater " + actor.name() +
                                               " may not act under another rater's name (" +
                                               std::string(rater) + ").");
    return {};
}

Result<> ensureRater(Transaction& change, std::string_view name) {
    const auto known = change.sql().first(
        "SELECT 1 FROM rater WHERE name = ?", [](const Row&) { return true; }, name);
    if (!known) return tl::unexpected(known.error());
    if (*known) return {};
    const auto guarded = hasGuardian(change.sql());
    if (!guarded) return tl::unexpected(guarded.error());
    if (*guarded)
        return fail(ErrorCode::NotAllowed, "There is no rater " + std::string(name) +
                                               " in this store; an administrator adds her first.");
    return addRater(change, name);
}

Result<> addRater(Transaction& change, std::string_view name, std::string_view action) {
    const auto known = change.sql().first(
        "SELECT 1 FROM rater WHERE name = ?", [](const Row&) { return true; }, name);
    if (!known) return tl::unexpected(known.error());
    if (*known) return {};
    Canonical row("rater");
    row << name << change.timeText();
    const auto audit = change.audit(action, "rater " + std::string(name), row.hash());
    if (!audit) return tl::unexpected(audit.error());
    const auto added = change.sql().exec("INSERT INTO rater(name, added, audit) VALUES(?,?,?)", name,
                                         change.timeText(), *audit);
    if (!added) return tl::unexpected(added.error());
    return {};
}

QVariant textOrNull(std::string_view text) {
    return text.empty() ? QVariant() : bindable(text);
}

std::optional<anatomy::Cell> cellAt(const Row& row, int first) {
    const auto structure = anatomy::structureFromName(row.text(first));
    const auto level = anatomy::levelFromName(row.text(first + 1));
    if (!structure || !level) return std::nullopt;
    return anatomy::Cell{*structure, *level, anatomy::sideFromName(row.text(first + 2)),
                         anatomy::quantityFromName(row.text(first + 3))};
}

} // namespace forameter::store
