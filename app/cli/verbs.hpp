// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "program.hpp"

/// Each verb or noun registers itself; one source file each.
namespace forameter::cli {

void addScan(Program& program);
void addMeasure(Program& program);
void addCompare(Program& program);
void addValidate(Program& program);
void addConvert(Program& program);
void addDoctor(Program& program);
void addMaintenance(Program& program); ///< init, verify, backup, restore, migrate, audit
void addImport(Program& program);
void addStudies(Program& program);
void addSeries(Program& program); ///< list, set-weighting
void addLevels(Program& program);
void addContours(Program& program);
void addConsensus(Program& program);
void addPhantom(Program& program);
void addRaters(Program& program);
void addRounds(Program& program);
void addWorklist(Program& program);
void addAgreement(Program& program);
void addTrain(Program& program);
void addModels(Program& program); ///< list, check, export, trust
void addProposals(Program& program);
void addSegment(Program& program);
void addEvaluate(Program& program);

} // namespace forameter::cli
