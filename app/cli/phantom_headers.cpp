// SPDX-License-Identifier: Apache-2.0
#include "phantom_headers.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace forameter::cli {

namespace {

enum class Maker { Siemens, Ge, Philips };

Maker makerOf(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (text.find("SIEMENS") != std::string::npos) return Maker::Siemens;
    return text.find("PHILIPS") != std::string::npos ? Maker::Philips : Maker::Ge;
}

/// How the makers write the same sequence: image type, sequence and its variant, options, flip angle of the refocusing train.
void addMakersWords(dicom::MrSeriesHeader& header, Maker maker, const phantom::Sequence& sequence, bool sagittal) {
    const bool stir = sequence.weighting == Weighting::STIR;
    header.scanningSequence = stir ? std::vector<std::string>{"SE", "IR"} : std::vector<std::string>{"SE"};
    switch (maker) {
    case Maker::Siemens:
        header.imageType = {"ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"};
        header.sequenceVariant = {"SK", "SP", "OSP"};
        header.scanOptions = stir ? std::vector<std::string>{"IR", "PFP"} : std::vector<std::string>{"PFP"};
        header.sequenceName = (stir ? "*tir2d1_" : "*tse2d1_") + std::to_string(sequence.echoTrain);
        header.protocol = std::string(stir ? "t2_tirm" : sequence.weighting == Weighting::T1 ? "t1_tse" : "t2_tse") + (sagittal ? "_sag" : "_tra");
        header.coil = "SP1-6";
        header.flipAngle = 150.0;
        header.averages = 2.0;
        return;
    case Maker::Ge:
        header.imageType = {"ORIGINAL", "PRIMARY", "OTHER"};
        header.sequenceVariant = {"SK"};
        header.scanOptions = {"FAST_GEMS", "NPW", "SAT_GEMS", "VB_GEMS", "TRF_GEMS", "FILTERED_GEMS"};
        header.protocol = "L-SPINE";
        header.coil = "CTLMID";
        header.flipAngle = 160.0;
        header.averages = 2.0;
        return;
    case Maker::Philips:
        header.imageType = {"ORIGINAL", "PRIMARY", stir ? "M_IR" : "M_SE", "M", stir ? "IR" : "SE"};
        header.sequenceVariant = {"SK"};
        header.scanOptions = {"OTHER"};
        header.sequenceName = stir ? "IR" : "TSE";
        header.protocol = header.description;
        header.coil = "MULTI COIL";
        header.flipAngle = 90.0;
        header.averages = 3.0;
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
    header.comments = "Digital phantom by Forameter: computed, shows no person. Research use only, not for diagnosis.";
    return header;
}

dicom::MrSeriesHeader seriesHeader(const phantom::SimulatedStudy& study, std::size_t index) {
    const phantom::SeriesPlan& plan = study.plan.series[index];
    const phantom::Sequence& sequence = plan.acquisition.sequence;
    dicom::MrSeriesHeader header;
    header.uid = study.ids.series(index);
    header.number = static_cast<int>(index) + 2; // 1 is the localiser, which is not kept
    header.description = plan.description;
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
    addMakersWords(header, makerOf(study.plan.scanner.manufacturer + " " + study.plan.scanner.model), sequence, sagittal);
    return header;
}

} // namespace forameter::cli
