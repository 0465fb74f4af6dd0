// SPDX-License-Identifier: Apache-2.0
#include "phantom_headers.hpp"

#include <algorithm>
#include <cmath>

namespace forameter::cli {

namespace {

/// The habits of a maker's headers: Vendor A writes like Siemens, B like GE, C like Philips, D like Canon.
enum class Maker { A, B, C, D };

Maker makerOf(const std::string& model) {
    const auto at = model.find("Vendor ");
    const char letter = at == std::string::npos || at + 7 >= model.size() ? 'D' : model[at + 7];
    return letter == 'A' ? Maker::A : letter == 'B' ? Maker::B : letter == 'C' ? Maker::C : Maker::D;
}

/// How the makers write the same sequence: names, image type, variant, options, flip angle of the refocusing
/// train.
void addMakersWords(dicom::MrSeriesHeader& header, Maker maker, const phantom::Sequence& sequence,
                    bool sagittal) {
    const bool stir = sequence.weighting == Weighting::STIR;
    const std::string weighting(name(sequence.weighting));
    header.scanningSequence = stir ? std::vector<std::string>{"SE", "IR"} : std::vector<std::string>{"SE"};
    header.sequenceVariant = {"SK"};
    header.averages = 2.0;
    switch (maker) {
    case Maker::A:
        header.description = (stir                ? std::string("t2_tirm")
                              : weighting == "T1" ? "t1_tse"
                                                  : "t2_tse") +
                             (sagittal ? "_sag" : "_tra");
        header.protocol = header.description;
        header.imageType = {"ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"};
        header.sequenceVariant = {"SK", "SP", "OSP"};
        header.scanOptions = stir ? std::vector<std::string>{"IR", "PFP"} : std::vector<std::string>{"PFP"};
        header.sequenceName = (stir ? "*tir2d1_" : "*tse2d1_") + std::to_string(sequence.echoTrain);
        header.coil = "SP1-6";
        header.flipAngle = 150.0;
        return;
    case Maker::B:
        header.description = std::string(sagittal ? "SAG " : "AX ") + (stir ? "STIR" : weighting + " FSE");
        header.protocol = "L-SPINE ROUTINE";
        header.imageType = {"ORIGINAL", "PRIMARY", "OTHER"};
        header.scanOptions = {"FAST_GEMS", "NPW", "SAT_GEMS", "VB_GEMS", "TRF_GEMS", "FILTERED_GEMS"};
        header.coil = "CTLMID";
        header.flipAngle = 160.0;
        return;
    case Maker::C:
        header.description =
            (stir ? std::string("STIR_TSE") : weighting + "W_TSE") + (sagittal ? "_SAG" : "_TRA");
        header.protocol = header.description;
        header.imageType = {"ORIGINAL", "PRIMARY", stir ? "M_IR" : "M_SE", "M", stir ? "IR" : "SE"};
        header.scanOptions = {"OTHER"};
        header.sequenceName = stir ? "IR" : "TSE";
        header.coil = "MULTI COIL";
        header.flipAngle = 90.0;
        header.averages = 3.0;
        return;
    case Maker::D:
        header.description = std::string(sagittal ? "Sag " : "Ax ") + weighting;
        header.protocol = "L-SPINE";
        header.imageType = {"ORIGINAL", "PRIMARY", "OTHER"};
        header.sequenceName = stir ? "FIR" : "FSE";
        header.flipAngle = 90.0;
        return;
    }
}

} // namespace

dicom::MrStudyHeader studyHeader(const phantom::SimulatedStudy& study) {
    dicom::MrStudyHeader header;
    const auto& person = study.subject.person;
    header.uid = study.ids.study();
    header.frameOfReference = study.ids.frameOfReference();
    header.id = study.patientName.substr(study.patientName.find('^') + 1);
    header.date = study.date;
    std::erase(header.date, '-');
    header.time = "100000";
    header.description = "MR LUMBAR SPINE (PHANTOM)";
    header.patientId = study.patientId;
    header.patientName = study.patientName;
    header.sex = person.sex == phantom::Sex::F ? "F" : "M";
    header.age = person.age;
    header.height = person.height;
    header.weight = person.weight;
    header.manufacturer = study.plan.scanner.manufacturer;
    header.model = study.plan.scanner.model;
    header.software = study.plan.scanner.software;
    header.tesla = study.plan.scanner.tesla;
    header.deidentification = "Computed phantom, no person";
    header.phantom = true;
    header.comments =
        "Digital phantom by Forameter: computed, shows no person. Research use only, not for diagnosis.";
    return header;
}

dicom::MrSeriesHeader seriesHeader(const phantom::SimulatedStudy& study, std::size_t index) {
    const phantom::SeriesPlan& plan = study.plan.series[index];
    const phantom::Sequence& sequence = plan.acquisition.sequence;
    dicom::MrSeriesHeader header;
    header.uid = study.ids.series(index);
    header.number = static_cast<int>(index) + 2; // 1 is the localiser, which is not kept
    header.repetitionTime = std::round(sequence.repetitionTime);
    header.echoTime = std::round(10.0 * sequence.echoTime) / 10.0;
    if (sequence.weighting == Weighting::STIR) header.inversionTime = std::round(sequence.inversionTime);
    header.echoTrainLength = sequence.echoTrain;
    header.bandwidth = std::round(sequence.bandwidth);
    header.sliceThickness = plan.thickness;
    header.sliceSpacing = plan.spacing;
    header.frequencySteps = plan.acquisition.frequencySteps;
    header.phaseSteps = plan.acquisition.phaseSteps;
    header.phaseAlongRows = plan.acquisition.phaseAxis == phantom::Acquisition::PhaseAxis::Rows;
    const bool sagittal = plan.planes.front().plane() == geometry::Plane::Sagittal;
    addMakersWords(header, makerOf(study.plan.scanner.model), sequence, sagittal);
    return header;
}

} // namespace forameter::cli
