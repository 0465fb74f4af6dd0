// SPDX-License-Identifier: Apache-2.0
#include <QString>
#include <QStringList>
#include <algorithm>

#include "worklist_rows.hpp"

namespace forameter::workspace {

using Progress = WorklistFilter::Progress;
using store::CaseState;

namespace {

/// "Müller" and "MULLER" are the same to who looks for them.
QString folded(const std::string& text) {
    const QString plain = QString::fromStdString(text);
    // Most rows have nothing but our own dots and dashes beside ASCII, and there are many rows.
    if (std::ranges::all_of(
            plain, [](QChar c) { return c.unicode() < 0x80 || c == QChar(0xb7) || c == QChar(0x2013); }))
        return plain.toLower();
    QString bare;
    for (const QChar c : plain.normalized(QString::NormalizationForm_KD))
        if (!c.isMark()) bare += c;
    return bare.toCaseFolded();
}

bool stands(const WorklistRow& row, Progress wanted) {
    if (wanted == Progress::Any) return true;
    const bool done = isDone(row);
    const bool begun = row.round ? row.round->state == CaseState::InProgress : row.done > 0 && !done;
    const bool open = !done && (begun || row.readable);
    switch (wanted) {
    case Progress::Open:
        return open;
    case Progress::Untouched:
        return open && !begun;
    case Progress::Begun:
        return begun;
    default:
        return done;
    }
}

} // namespace

std::string described(const CaseFacts& facts, NameRound nameRound) {
    std::string said = facts.state == CaseState::Done         ? "done"
                       : facts.state == CaseState::InProgress ? "in progress"
                                                              : "to read";
    if (facts.calibration) said += " · calibration";
    if (nameRound == NameRound::Yes) said += " · " + facts.round;
    if (facts.flagged) said += " · flagged";
    if (facts.difficulty) said += " · difficulty " + std::to_string(*facts.difficulty);
    return said;
}

struct WorklistSieve::Words {
    QStringList wanted;
};

WorklistSieve::WorklistSieve(const WorklistFilter& filter)
    : m_filter(filter),
      m_words(std::make_unique<Words>(Words{folded(filter.text).split(QChar::Space, Qt::SkipEmptyParts)})) {}

WorklistSieve::~WorklistSieve() = default;

bool WorklistSieve::takes(const WorklistRow& row) const {
    if (!stands(row, m_filter.progress)) return false;
    if (m_words->wanted.isEmpty()) return true;
    std::string shown = row.title + '\n';
    if (row.round)
        shown += described(*row.round, NameRound::Yes);
    else
        shown += row.date + '\n' + row.series + '\n' + row.description + '\n' + row.study.text() +
                 (row.readable ? "" : "\ncannot be measured");
    const QString text = folded(shown);
    return std::ranges::all_of(m_words->wanted, [&](const QString& word) { return text.contains(word); });
}

} // namespace forameter::workspace
