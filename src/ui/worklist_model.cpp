// SPDX-License-Identifier: Apache-2.0
#include "worklist_model.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "action_map.hpp"
#include "labels.hpp"

namespace forameter::ui {

using store::CaseState;
using workspace::WorklistRow;

namespace {

/// What identifies a row: a study, or one reading of it.
std::pair<StudyUid, std::optional<store::AssignmentId>> key(const WorklistRow& row) {
    return {row.study, row.round ? std::optional(row.round->reading) : std::nullopt};
}

QString tip(const WorklistRow& row) {
    if (row.round) return plainTip(qstring(row.title));
    QStringList lines{qstring(row.title)};
    for (const std::string& line : {row.description, row.series, row.date})
        if (!line.empty()) lines << qstring(line);
    return plainTip(lines.join(QLatin1Char('\n')));
}

} // namespace

std::vector<std::size_t> WorklistModel::everyRow(const std::vector<WorklistRow>& rows) {
    std::vector<std::size_t> places(rows.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
}

void WorklistModel::setRows(const std::vector<WorklistRow>& all, const std::vector<std::size_t>& listed) {
    std::set<std::string> rounds;
    for (const auto& row : all)
        if (row.round) rounds.insert(row.round->round);
    m_severalRounds = rounds.size() > 1;
    m_total = all.size();
    m_cases = !rounds.empty();
    m_places = listed;
    const bool sameStudies = std::ranges::equal(
        listed, m_rows, {}, [&](std::size_t place) { return key(all[place]); }, key);
    if (!sameStudies) {
        beginResetModel();
        m_rows.clear();
        for (const std::size_t place : listed)
            m_rows.push_back(all[place]);
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < listed.size(); ++i) {
        if (all[listed[i]] == m_rows[i]) continue;
        m_rows[i] = all[listed[i]];
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
    if (m_rows.size() < m_total)
        return QStringLiteral("%1 · %2 OF %3")
            .arg(m_cases ? QStringLiteral("CASES") : QStringLiteral("WORKLIST"))
            .arg(m_rows.size())
            .arg(m_total);
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
        if (row.round)
            return qstring(workspace::described(*row.round, m_severalRounds ? workspace::NameRound::Yes
                                                                            : workspace::NameRound::No));
        return row.readable ? qstring(row.series)
                            : QStringLiteral("cannot be measured · ") + qstring(row.series);
    case CountRole: // of what can never be read no cell is open
        return row.round || row.readable || row.done > 0
                   ? QStringLiteral("%1/%2").arg(row.done).arg(std::max<std::size_t>(1, row.total))
                   : QString();
    case Qt::ToolTipRole: // what the narrow row has no room for
        return tip(row);
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
