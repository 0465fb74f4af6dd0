// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <unistd.h>

#include "forameter/dicom/scan.hpp"
#include "interrupt.hpp"
#include "verbs.hpp"

int main(int argc, char** argv) {
    using namespace forameter::cli;
    // A child of a scan: it parses hostile files, so it starts with nothing but what that needs.
    if (argc == 2 && std::strcmp(argv[1], "scan-worker") == 0)
        return forameter::dicom::runScanWorker(STDIN_FILENO, STDOUT_FILENO);

    const std::stop_token stop = stopOnInterrupt();
    Program program;
    addScan(program);
    addMeasure(program);
    addCompare(program);
    addValidate(program);
    addConvert(program);
    addDoctor(program);
    addMaintenance(program);
    addImport(program);
    addStudies(program);
    addSeries(program);
    addLevels(program);
    addContours(program);
    addConsensus(program);
    addPhantom(program);
    addRaters(program);
    addRounds(program);
    addWorklist(program);
    addAgreement(program);
    addTrain(program);
    addModels(program);
    addProposals(program);
    addSegment(program);
    addEvaluate(program);
    return program.run(argc, argv, stop);
}
