// SPDX-License-Identifier: Apache-2.0
#include "worklist_model.hpp"

#include <algorithm>
#include <set>

#include "action_map.hpp"

namespace forameter::ui {

using store::CaseState;
using workspace::WorklistRow;

namespace {

/// What identifies a row: a study, or one reading of it.
std::pair<StudyUid, std::optional<store::AssignmentId>> key(const WorklistRow& row) {
    return {row.study, row.round ? std::optional(row.round->reading) : std::nullopt};
}

/// The second line of a case. Nothing of the patient, nothing of anybody else. Its round only where there is
/// another one, and after the state: the list is narrow, and the end of a long name can be spared.
QString caseLine(const workspace::CaseFacts& facts, bool severalRounds) {
    QStringList said;
    said << (facts.state == CaseState::Done         ? QStringLiteral("done")
             : facts.state == CaseState::InProgress ? QStringLiteral("in progress")
                                                    : QStringLiteral("to read"));
    if (facts.calibration) said << QStringLiteral("calibration");
    if (severalRounds) said << qstring(facts.round);
    if (facts.flagged) said << QStringLiteral("flagged");
    if (facts.difficulty) said << QStringLiteral("difficulty %1").arg(*facts.difficulty);
    return said.join(QStringLiteral(" · "));
}

} // namespace

void WorklistModel::setRows(const std::vector<WorklistRow>& rows) {
    std::set<std::string> rounds;
    for (const auto& row : rows)
        if (row.round) rounds.insert(row.round->round);
    m_severalRounds = rounds.size() > 1;
    const bool sameStudies = std::ranges::equal(rows, m_rows, {}, key, key);
    if (!sameStudies) {
        beginResetModel();
        m_rows = rows;
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[i]) continue;
        m_rows[i] = rows[i];
        const QModelIndex changed = index(static_cast<int>(i));
        Q_EMIT dataChanged(changed, changed);
    }
}

void WorklistModel::setOpenStudy(const std::optional<StudyUid>& study,
                                 const std::optional<store::AssignmentId>& reading) {
    if (m_open == study && m_openReading == reading) return;
    m_open = study;
    m_openReading = reading;
    if (!m_rows.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {OpenRole});
}

std::optional<int> WorklistModel::find(const StudyUid& study,
                                       const std::optional<store::AssignmentId>& reading) const {
    const auto found = std::ranges::find_if(m_rows, [&](const WorklistRow& row) {
        return row.study == study && (!reading || (row.round && row.round->reading == *reading));
    });
    if (found == m_rows.end()) return std::nullopt;
    return static_cast<int>(found - m_rows.begin());
}

QString WorklistModel::heading() const {
    const auto cases =
        std::ranges::count_if(m_rows, [](const WorklistRow& row) { return row.round.has_value(); });
    if (cases > 0) {
        const auto done = std::ranges::count_if(
            m_rows, [](const WorklistRow& row) { return row.round && row.round->state == CaseState::Done; });
        return QStringLiteral("CASES · %1 OF %2 DONE").arg(done).arg(cases);
    }
    return m_rows.empty() ? QStringLiteral("WORKLIST") : QStringLiteral("WORKLIST · %1").arg(m_rows.size());
}

int WorklistModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant WorklistModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const WorklistRow& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return qstring(row.title);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2, %3 of %4 done")
            .arg(qstring(row.title), data(index, SeriesRole).toString())
            .arg(row.done)
            .arg(row.total);
    case SeriesRole:
        if (row.round) return caseLine(*row.round, m_severalRounds);
        return row.readable ? qstring(row.series)
                            : QStringLiteral("cannot be measured · ") + qstring(row.series);
    case CountRole: // of what can never be read no cell is open
        return row.round || row.readable || row.done > 0
                   ? QStringLiteral("%1/%2").arg(row.done).arg(std::max<std::size_t>(1, row.total))
                   : QString();
    case DateRole:
        return qstring(row.date);
    case DoneRole:
        return static_cast<int>(row.done);
    case TotalRole:
        return static_cast<int>(row.total);
    case OpenRole:
        return m_openReading ? row.round && row.round->reading == *m_openReading : m_open == row.study;
    case FlagRole:
        return row.round && row.round->flagged;
    default:
        return {};
    }
}

} // namespace forameter::ui
