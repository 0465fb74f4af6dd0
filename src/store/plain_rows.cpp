// SPDX-License-Identifier: Apache-2.0
#include "plain_rows.hpp"

#include <algorithm>
#include <array>

#include "canonical.hpp"

namespace forameter::store {

namespace {

constexpr std::array kTables{
    PlainTable{"rater_role", "role.%",
               "SELECT t.audit, t.uuid, t.rater, t.role, t.actor, t.time FROM rater_role t"},
    PlainTable{"rater_password", "", "SELECT t.audit, t.rater, t.hash, t.time FROM rater_password t"},
    PlainTable{"round", "round.%", "SELECT t.audit, t.uuid, t.name, t.plan, t.actor, t.time FROM round t"},
    PlainTable{"round_state", "round-state.%",
               "SELECT t.audit, t.uuid, r.uuid, t.state, t.actor, t.time FROM round_state t JOIN round r ON "
               "r.id = t.round_id"},
    PlainTable{"round_slice", "round-slice.%",
               "SELECT t.audit, t.uuid, r.uuid, s.study_uid, l.uuid, t.structure, t.level, t.side, "
               "t.quantity, e.series_uid, t.sop_uid, t.frame, t.origin FROM round_slice t JOIN round r ON "
               "r.id = t.round_id JOIN study s ON s.id = t.study_id JOIN series e ON e.id = t.series_id "
               "LEFT JOIN level_set l ON l.id = t.level_set_id"},
    PlainTable{"assignment", "case.%",
               "SELECT t.audit, t.uuid, r.uuid, t.rater, s.study_uid, t.position, t.calibration FROM "
               "assignment t JOIN round r ON r.id = t.round_id JOIN study s ON s.id = t.study_id"},
    PlainTable{"assignment_state", "case-state.%",
               "SELECT t.audit, t.uuid, a.uuid, t.state, t.flagged, t.difficulty, t.comment, t.actor, t.time "
               "FROM assignment_state t JOIN assignment a ON a.id = t.assignment_id"},
    PlainTable{"assignment_score", "case-score.%",
               "SELECT t.audit, t.uuid, a.uuid, t.score, t.actor, t.time FROM assignment_score t JOIN "
               "assignment a ON a.id = t.assignment_id"},
    PlainTable{
        "effort", "effort.%",
        "SELECT t.audit, t.uuid, s.study_uid, t.rater, a.uuid, t.structure, t.level, t.side, t.quantity, "
        "t.contour, t.active_ms, t.looking_ms, t.idle_ms, t.tools, t.strokes, t.undos, t.redos, t.actor, "
        "t.time FROM effort t JOIN study s ON s.id = t.study_id LEFT JOIN assignment a ON a.id = "
        "t.reading_id"},
    PlainTable{
        "proposal_decision", "proposal.%",
        "SELECT t.audit, t.uuid, s.study_uid, t.rater, a.uuid, e.series_uid, t.sop_uid, t.frame, "
        "t.structure, t.level, t.side, t.quantity, t.model, t.curve, t.area_mm2, t.confidence, "
        "t.area_low_mm2, t.area_high_mm2, t.failure, t.doubtful, t.decision, t.contour, t.actor, t.time "
        "FROM proposal_decision t JOIN study s ON s.id = t.study_id JOIN series e ON e.id = t.series_id "
        "LEFT JOIN assignment a ON a.id = t.reading_id"},
    PlainTable{"packet", "packet.export",
               "SELECT t.audit, t.uuid, r.uuid, t.rater, t.writer, t.head_seq, t.head_hash, t.actor, t.time "
               "FROM packet t JOIN round r ON r.id = t.round_id"},
    PlainTable{"consensus", "consensus.%",
               "SELECT t.audit, t.uuid, s.study_uid, e.series_uid, r.uuid, t.sop_uid, t.frame, t.structure, "
               "t.level, t.side, t.quantity, t.method, t.algorithm, t.parameters, t.inputs, t.domain_mm, "
               "t.domain_pixels, t.prior, t.first_column, t.first_row, t.mask, t.soft, t.curve, t.pieces, "
               "t.area_mm2, t.area_mask_mm2, t.majority_area_mm2, t.majority_area_mask_mm2, t.plane, "
               "t.weighting, t.protocol, t.actor, t.time FROM consensus t JOIN study s ON s.id = t.study_id "
               "JOIN series e ON e.id = t.series_id LEFT JOIN round r ON r.id = t.round_id"},
    PlainTable{"review", "review.%",
               "SELECT t.audit, t.review, t.version, s.study_uid, r.uuid, t.structure, t.level, t.side, "
               "t.quantity, c.uuid, v.contour, v.version, t.state, t.reason, t.actor, t.time FROM review t "
               "JOIN study s ON s.id = t.study_id LEFT JOIN round r ON r.id = t.round_id LEFT JOIN consensus "
               "c ON c.id = t.consensus_id LEFT JOIN contour_version v ON v.id = t.contour_version_id"},
};

} // namespace

std::span<const PlainTable> plainTables() {
    return kTables;
}

std::string plainHash(std::string_view table, const QVariantList& values) {
    Canonical row(table);
    for (const auto& value : values) {
        if (value.isNull())
            row << std::optional<std::string>();
        else if (value.typeId() == QMetaType::Double)
            row << value.toDouble();
        else if (value.typeId() == QMetaType::LongLong || value.typeId() == QMetaType::Int)
            row << value.toLongLong();
        else if (value.typeId() == QMetaType::QByteArray)
            row.bytes(value.toByteArray().toStdString());
        else
            row << value.toString().toStdString();
    }
    return row.hash();
}

Result<std::int64_t> putPlain(Transaction& change, std::string_view table, std::string_view action,
                              const std::string& subject, const QVariantList& values,
                              std::string_view columns, QVariantList bound) {
    const auto audit = change.audit(action, subject, plainHash(table, values));
    if (!audit) return audit;
    bound.push_back(bindable(*audit));
    std::string marks = "?";
    for (qsizetype i = 1; i < bound.size(); ++i)
        marks += ",?";
    return change.sql().execBound("INSERT INTO " + std::string(table) + "(" + std::string(columns) +
                                      ", audit) VALUES(" + marks + ")",
                                  bound);
}

} // namespace forameter::store
