// SPDX-License-Identifier: Apache-2.0
#include "forameter/phantom/cohort.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "names.hpp"

namespace forameter::phantom {

namespace {

using anatomy::Level;
using anatomy::Side;

double logistic(double x) {
    return 1.0 / (1.0 + std::exp(-x));
}

/// How much a sac or a foramen of that area presses on what runs through it, 0..1: half at 100 mm² (relative
/// central stenosis) and at 70 mm².
double sacPressure(SquareMillimetres area) {
    return logistic((100.0 - area.value()) / 18.0);
}
double foramenPressure(SquareMillimetres area) {
    return logistic((70.0 - area.value()) / 12.0);
}

/// The worst foramen of a side, the worst sac.
struct Pressure {
    double worst = 0.0;
    Level level = Level::L4_L5;

    void take(Level at, double pressure) {
        if (pressure > worst) {
            worst = pressure;
            level = at;
        }
    }
};
struct Pressures {
    Pressure right, left, sac;
};

Pressures pressures(const CellAreas& areas) {
    Pressures found;
    for (const auto& [cell, area] : areas) {
        if (cell.structure == anatomy::Structure::CC)
            found.sac.take(cell.level, sacPressure(area));
        else
            (*cell.side == Side::R ? found.right : found.left).take(cell.level, foramenPressure(area));
    }
    return found;
}

/// Whether a person has such a finding of at least that amount.
bool has(const Subject& subject, Pathology pathology, double amount) {
    return std::ranges::any_of(subject.findings, [&](const Finding& f) {
        return f.pathology == pathology && std::abs(f.amount) >= amount;
    });
}

/// Whether more of it leaves less of a foramen.
bool narrows(Pathology pathology) {
    switch (pathology) {
    case Pathology::DiscHeightLoss:
    case Pathology::Bulge:
    case Pathology::Protrusion:
    case Pathology::FlavumHypertrophy:
    case Pathology::FacetGrowth:
    case Pathology::Spondylolisthesis:
    case Pathology::Scoliosis:
    case Pathology::Fracture:
        return true;
    default:
        return false;
    }
}

double meanDegeneration(const SpineParameters& spine) {
    double sum = 0.0;
    for (const auto& segment : spine.segments)
        sum += segment.degeneration;
    return spine.segments.empty() ? 0.0 : sum / static_cast<double>(spine.segments.size());
}

double percent(double value) {
    return std::round(std::clamp(value, 0.0, 100.0));
}

double eq5d(double odi, Random& random) {
    return std::round(1000.0 * std::clamp(0.95 - 0.0085 * odi + random.normal(0.0, 0.09), -0.2, 1.0)) /
           1000.0;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : "; ") + word;
    return text;
}

Person drawPerson(bool patient, Random& random) {
    Person person;
    person.sex = random.chance(0.52) ? Sex::F : Sex::M;
    // Ages of 34,947 people with lumbar MR (mean 54.7); volunteers are younger.
    person.age = std::floor(patient ? random.normalWithin(55.0, 15.0, 20.0, 88.0)
                                    : random.normalWithin(47.0, 15.0, 20.0, 80.0));
    const bool male = person.sex == Sex::M;
    person.height = std::round(random.normalWithin(male ? 177.0 : 164.0, male ? 7.0 : 6.5,
                                                   male ? 156.0 : 145.0, male ? 200.0 : 185.0) -
                               0.04 * std::max(0.0, person.age - 50.0));
    const double bmi = random.normalWithin(25.0 + 0.03 * (person.age - 45.0), 3.8, 18.0, 38.0);
    person.weight = std::round(bmi * std::pow(person.height / 100.0, 2));
    return person;
}

std::string diagnosisOf(const Subject& subject, const Pressures& at, double leg, double claudication,
                        Random& random) {
    std::vector<std::string> all;
    // Readers call a narrowing that is there, and now and then one that is not.
    if (random.chance(0.05 + 0.9 * logistic((at.sac.worst - 0.55) / 0.08)))
        all.emplace_back("central canal stenosis");
    if (random.chance(0.04 + 0.9 * logistic((std::max(at.right.worst, at.left.worst) - 0.6) / 0.08)))
        all.emplace_back("foraminal stenosis");
    if (has(subject, Pathology::Protrusion, 3.0) && leg > 20.0) all.emplace_back("disc herniation");
    if (has(subject, Pathology::Spondylolisthesis, 3.0)) all.emplace_back("spondylolisthesis");
    if (has(subject, Pathology::Scoliosis, 10.0)) all.emplace_back("scoliosis");
    if (has(subject, Pathology::Fracture, 0.15)) all.emplace_back("vertebral fracture");
    if (all.empty())
        all.emplace_back(subject.patient || claudication > 40.0 ? "non-specific low back pain" : "none");
    return joined(all);
}

std::string treatmentOf(const ClinicalRecord::Scores& before, double pressure, bool unstable,
                        Random& random) {
    const double severity =
        0.4 * before.odi + 0.3 * before.vasLeg + 25.0 * pressure + random.normal(0.0, 10.0);
    if (severity > 52.0) return unstable ? "decompression and fusion" : "decompression";
    if (severity > 38.0) return "injection";
    return severity > 18.0 ? "physiotherapy" : "none";
}

ClinicalRecord::Scores afterTreatment(const ClinicalRecord::Scores& before, const std::string& treatment,
                                      double pressure, Random& random) {
    double relief = 0.12; // natural course, as a share of what there was
    if (treatment == "physiotherapy") relief = 0.20;
    if (treatment == "injection") relief = 0.22 + 0.10 * pressure;
    if (treatment.starts_with("decompression"))
        relief = 0.15 + 0.50 * pressure;         // helps where something was narrow
    const double own = random.normal(0.0, 0.15); // how well this person does, in all scores
    ClinicalRecord::Scores after;
    after.vasLeg = percent(before.vasLeg * (1.0 - relief - own) + random.normal(0.0, 8.0));
    after.vasBack = percent(before.vasBack * (1.0 - 0.6 * relief - own) + random.normal(0.0, 9.0));
    after.odi = percent(before.odi * (1.0 - 0.8 * relief - own) + random.normal(0.0, 6.0));
    after.eq5d = eq5d(after.odi, random);
    return after;
}

} // namespace

Subject drawSubject(const CohortSettings& settings, std::size_t index, std::uint64_t attempt) {
    const std::string name = "subject " + std::to_string(index);
    Random who = randomOf(settings, name),
           body = randomOf(settings, name + "/spine " + std::to_string(attempt / kMildest));
    Subject subject;
    using Mix = CohortSettings::Mix;
    const bool severe = settings.pathology == Mix::Severe;
    subject.patient = severe || (settings.pathology == Mix::Mixed && who.chance(0.8));
    subject.person = drawPerson(subject.patient, who);
    const bool transitional = settings.coverage == Coverage::Clinical;
    const auto count =
        transitional && who.chance(0.02) ? anatomy::LumbarCount::Six : anatomy::LumbarCount::Five;
    subject.spine = sampleSpine(subject.person, body, count);
    if (transitional && count == anatomy::LumbarCount::Five && who.chance(0.05))
        subject.spine = withSacralisedL5(std::move(subject.spine));
    if (settings.pathology == Mix::Healthy) return subject;
    const double burden = severe ? who.uniform(2.0, 6.0) : subject.patient ? who.uniform(1.2, 2.4) : 1.0;
    subject.findings = sampleFindings(subject.person, subject.spine, burden, body);
    const double milder = std::pow(0.9, static_cast<double>(attempt % kMildest));
    for (auto& finding : subject.findings) {
        if (narrows(finding.pathology)) finding.amount *= milder;
        subject.spine = withFinding(std::move(subject.spine), finding);
    }
    return subject;
}

ClinicalRecord drawClinicalRecord(const Subject& subject, const CellAreas& areas, Random random) {
    const Pressures at = pressures(areas);
    const double age = subject.person.age;
    const double base =
        subject.patient ? 1.0 : 0.25; // volunteers have the findings without most of the complaints
    ClinicalRecord record;
    record.smoker = random.chance(0.22);

    // Scores before treatment.
    const auto leg = [&](double foramen) {
        return base * (8.0 + 45.0 * foramen + 18.0 * at.sac.worst) + random.normal(0.0, 15.0);
    };
    const double right = leg(at.right.worst), left = leg(at.left.worst);
    const double claudication = base * (5.0 + 55.0 * at.sac.worst + 0.15 * age) + random.normal(0.0, 15.0);
    auto& before = record.before;
    before.vasLeg = percent(std::max(right, left));
    before.vasBack = percent(base * (25.0 + 30.0 * meanDegeneration(subject.spine) +
                                     (has(subject, Pathology::ModicChange, 1.0) ? 10.0 : 0.0) +
                                     (has(subject, Pathology::Spondylolisthesis, 3.0) ? 8.0 : 0.0)) +
                             random.normal(0.0, 17.0));
    before.odi = percent(base * 6.0 + 0.22 * before.vasLeg + 0.20 * before.vasBack +
                         0.18 * std::max(0.0, claudication) + random.normal(0.0, 7.0));
    before.eq5d = eq5d(before.odi, random);

    // What the person says, and what is made of it.
    constexpr double kNoticed = 30.0;
    const bool hurtsRight = right > kNoticed, hurtsLeft = left > kNoticed;
    record.symptomSide = hurtsRight && hurtsLeft && std::abs(right - left) < 20.0 ? "both"
                         : hurtsRight && right >= left                            ? "R"
                         : hurtsLeft                                              ? "L"
                                                                                  : "none";
    std::vector<std::string> symptoms;
    if (before.vasBack > 25.0) symptoms.emplace_back("low back pain");
    if (record.symptomSide != "none") {
        symptoms.emplace_back("leg pain");
        if (random.chance(0.45)) symptoms.emplace_back("numbness");
        if (random.chance(0.15)) symptoms.emplace_back("weakness");
        const Pressure& foramen = right >= left ? at.right : at.left;
        // The clinician finds the level that hurts in three of four, else a neighbour of it.
        const auto levels = anatomy::readingLevels(subject.spine.lumbarCount);
        const Level culprit = foramen.worst > at.sac.worst ? foramen.level : at.sac.level;
        auto place = static_cast<std::ptrdiff_t>(std::ranges::find(levels, culprit) - levels.begin());
        if (random.chance(0.25)) place += random.chance(0.5) ? 1 : -1;
        record.painLevel = levels[static_cast<std::size_t>(
            std::clamp<std::ptrdiff_t>(place, 0, static_cast<std::ptrdiff_t>(levels.size()) - 1))];
    }
    if (claudication > 40.0) symptoms.emplace_back("neurogenic claudication");
    record.symptoms = symptoms.empty() ? "none" : joined(symptoms);
    record.durationMonths =
        symptoms.empty()
            ? 0
            : static_cast<int>(std::clamp(std::round(std::exp(random.normal(2.3, 0.9))), 1.0, 240.0));

    std::vector<std::string> history;
    if (has(subject, Pathology::Laminectomy, 0.1)) history.emplace_back("lumbar decompression");
    if (random.chance(0.004 * age)) history.emplace_back("hypertension");
    if (random.chance(0.0022 * age)) history.emplace_back("diabetes");
    if (subject.person.sex == Sex::F && age > 60.0 && random.chance(0.3))
        history.emplace_back("osteoporosis");
    record.history = history.empty() ? "none" : joined(history);

    record.diagnosis = diagnosisOf(subject, at, before.vasLeg, claudication, random);
    const double pressure = std::max({at.sac.worst, at.right.worst, at.left.worst});
    record.treatment =
        symptoms.empty()
            ? "none"
            : treatmentOf(before, pressure, has(subject, Pathology::Spondylolisthesis, 4.0), random);
    const auto after = afterTreatment(before, record.treatment, pressure, random);
    if (!random.chance(0.12)) record.after = after; // the others did not come back
    return record;
}

std::string clinicalCsv(const std::vector<ClinicalRow>& rows) {
    std::string text = "study_uid,patient_id,study_date,age,sex,height_cm,weight_kg,symptom_side,diagnosis,"
                       "symptoms,pain_level,duration_months,history,smoker,treatment,odi_before,odi_after,"
                       "vas_back_before,vas_back_after,vas_leg_before,vas_leg_after,eq5d_before,eq5d_after\n";
    const auto number = [](double value, int digits) {
        char buffer[32];
        std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
        return std::string(buffer);
    };
    for (const auto& row : rows) { // no field holds a comma, a quote or a line break
        const auto& r = row.record;
        const auto pair = [&](double ClinicalRecord::Scores::*score, int digits) {
            return number(r.before.*score, digits) + "," + (r.after ? number((*r.after).*score, digits) : "");
        };
        const std::array<std::string, 19> fields{row.study.text(),
                                                 row.patientId,
                                                 row.studyDate,
                                                 number(row.person.age, 0),
                                                 row.person.sex == Sex::F ? "F" : "M",
                                                 number(row.person.height, 0),
                                                 number(row.person.weight, 0),
                                                 r.symptomSide,
                                                 r.diagnosis,
                                                 r.symptoms,
                                                 r.painLevel ? std::string(anatomy::name(*r.painLevel)) : "",
                                                 std::to_string(r.durationMonths),
                                                 r.history,
                                                 r.smoker ? "yes" : "no",
                                                 r.treatment,
                                                 pair(&ClinicalRecord::Scores::odi, 0),
                                                 pair(&ClinicalRecord::Scores::vasBack, 0),
                                                 pair(&ClinicalRecord::Scores::vasLeg, 0),
                                                 pair(&ClinicalRecord::Scores::eq5d, 3)};
        for (std::size_t i = 0; i < fields.size(); ++i)
            text += (i ? "," : "") + fields[i];
        text += "\n";
    }
    return text;
}

} // namespace forameter::phantom
