// SPDX-License-Identifier: Apache-2.0
#include "manage_round_dialog.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRandomGenerator>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <set>

#include "action_map.hpp"
#include "dialog_column.hpp"
#include "forameter/core/words.hpp"
#include "forameter/store/rater_repository.hpp"
#include "forameter/store/round_advice.hpp"
#include "labels.hpp"
#include "scrolled.hpp"

namespace forameter::ui {

RoundDialog::RoundDialog(const workspace::Workspace& workspace, QWidget* parent)
    : QDialog(parent),
      m_workspace(workspace),
      m_calibrated(workspace),
      m_name(new QLineEdit(this)),
      m_calibration(new QLineEdit(this)),
      m_studies(new StudyChoice(workspace, this)),
      m_raters(new QListWidget(this)),
      m_perCase(new QSpinBox(this)),
      m_repeats(new QSpinBox(this)),
      m_washOut(new QSpinBox(this)),
      m_seed(new QSpinBox(this)),
      m_slices(new QComboBox(this)),
      m_quantity(new QComboBox(this)),
      m_ai(new QComboBox(this)),
      m_pass(new QCheckBox(QStringLiteral("Pass &mark, mean Dice"), this)),
      m_passMark(new QDoubleSpinBox(this)),
      m_count(plainLabel(QString(), this, "strong")),
      m_message(plainLabel(QString(), this, "warning")) {
    setObjectName(QStringLiteral("RoundDialog"));
    setWindowTitle(QStringLiteral("New round"));
    resize(fitting({760, 860}, parent));
    auto* outer = dialogColumn(this, windowTitle(), kWideMargins);
    // On a small screen the plan scrolls; what makes the round, or says why it cannot, stays in sight.
    auto* content = new QWidget(this);
    auto* scroll = scrolled(content, this);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    outer->addWidget(scroll, 1);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 10, 0);
    column->setSpacing(10);
    auto* said =
        plainLabel(QStringLiteral("Every rater gets the cases in an order of her own and sees nothing of "
                                  "the others until the round is opened. Nothing of the plan can be "
                                  "changed afterwards."),
                   this, "quiet");
    said->setWordWrap(true);
    column->addWidget(said);
    auto* form = new QFormLayout;
    form->setSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_name->setObjectName(QStringLiteral("RoundName"));
    m_name->setPlaceholderText(QStringLiteral("pilot-2026"));
    form->addRow(QStringLiteral("&Name"), m_name);
    form->addRow(QStringLiteral("&Studies"), m_studies);
    m_calibration->setObjectName(QStringLiteral("RoundCalibration"));
    m_calibration->setPlaceholderText(QStringLiteral("none"));
    m_calibration->setToolTip(
        QStringLiteral("The studies that fulfil this come first, to everybody, and do not "
                       "count."));
    form->addRow(QStringLiteral("&Calibration where"), m_calibration);
    auto* pass = new QHBoxLayout;
    m_pass->setObjectName(QStringLiteral("RoundPass"));
    m_passMark->setRange(0, 1);
    m_passMark->setSingleStep(0.01);
    m_passMark->setValue(0.80);
    m_passMark->setEnabled(false);
    pass->addWidget(m_pass);
    pass->addWidget(m_passMark);
    pass->addStretch(1);
    form->addRow(QString(), pass);
    m_raters->setObjectName(QStringLiteral("RoundRaters"));
    m_raters->setAccessibleName(QStringLiteral("Raters"));
    m_raters->setMaximumHeight(140);
    m_raters->setSpacing(1); // the boxes do not touch
    if (const auto known = store::RaterRepository(workspace.store()).list())
        for (const store::Rater& rater : *known) {
            if (!store::allowed(rater.role, store::Operation::Draw, store::Situation::Reading)) continue;
            auto* item = new QListWidgetItem(qstring(rater.name.text()), m_raters);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            item->setCheckState(rater.role == store::Role::Rater ? Qt::Checked : Qt::Unchecked);
        }
    form->addRow(QStringLiteral("&Raters"), m_raters);
    m_perCase->setObjectName(QStringLiteral("RoundPerCase"));
    m_perCase->setSpecialValueText(QStringLiteral("all of them"));
    m_perCase->setRange(0, std::max(1, m_raters->count()));
    form->addRow(QStringLiteral("Raters &per case"), m_perCase);
    m_slices->setObjectName(QStringLiteral("RoundSlices"));
    m_slices->addItem(QStringLiteral("fixed: the image that the protocol names"),
                      static_cast<int>(store::SliceRule::Fixed));
    m_slices->addItem(QStringLiteral("free: each rater chooses"), static_cast<int>(store::SliceRule::Free));
    form->addRow(QStringLiteral("S&lices"), m_slices);
    for (const auto one :
         {anatomy::Quantity::DuralSac, anatomy::Quantity::Canal, anatomy::Quantity::BonyCanal})
        m_quantity->addItem(qstring(anatomy::label(one)), static_cast<int>(one));
    form->addRow(QStringLiteral("Can&al means"), m_quantity);
    m_ai->addItem(QStringLiteral("no proposal of a model"), static_cast<int>(store::AiArm::None));
    m_ai->addItem(QStringLiteral("shown after the rater has drawn"), static_cast<int>(store::AiArm::After));
    m_ai->addItem(QStringLiteral("offered first"), static_cast<int>(store::AiArm::First));
    form->addRow(QStringLiteral("A&I arm"), m_ai);
    m_repeats->setObjectName(QStringLiteral("RoundRepeats"));
    m_repeats->setRange(0, 100);
    m_repeats->setSuffix(QStringLiteral(" % of the cases, unannounced"));
    form->addRow(QStringLiteral("Repea&ts"), m_repeats);
    m_washOut->setRange(0, 3650);
    m_washOut->setValue(14);
    m_washOut->setSuffix(QStringLiteral(" days"));
    form->addRow(QStringLiteral("&Wash-out"), m_washOut);
    m_seed->setObjectName(QStringLiteral("RoundSeed"));
    m_seed->setRange(1, 1000000000);
    m_seed->setValue(static_cast<int>(QRandomGenerator::global()->bounded(1, 1000000)));
    m_seed->setToolTip(QStringLiteral("Order, spreading and repeats follow from it; it is stored."));
    form->addRow(QStringLiteral("See&d"), m_seed);
    column->addLayout(form);
    column->addStretch(1);
    m_count->setObjectName(QStringLiteral("RoundCount"));
    m_count->setWordWrap(true);
    outer->addWidget(m_count);
    m_message->setObjectName(QStringLiteral("RoundMessage"));
    m_message->setWordWrap(true);
    outer->addWidget(m_message);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(QStringLiteral("Make the round"));
    m_ok->setObjectName(QStringLiteral("RoundMake"));
    markPrimary(m_ok);
    outer->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &RoundDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_studies, &StudyChoice::changed, this, &RoundDialog::count);
    connect(m_pass, &QCheckBox::toggled, m_passMark, &QWidget::setEnabled);
    for (const QLineEdit* field : {m_name, m_calibration})
        connect(field, &QLineEdit::textChanged, this, &RoundDialog::count);
    for (const QSpinBox* box : {m_perCase, m_repeats})
        connect(box, &QSpinBox::valueChanged, this, &RoundDialog::count);
    connect(m_raters, &QListWidget::itemChanged, this, &RoundDialog::count);
    count();
    m_name->setFocus();
}

Result<store::RoundPlan> RoundDialog::plan() {
    store::RoundPlan plan;
    plan.name = typedName(m_name->text()).toStdString();
    if (!m_calibration->text().trimmed().isEmpty()) {
        const auto& calibration = m_calibrated.list(m_calibration->text());
        if (!calibration) return tl::unexpected(calibration.error());
        plan.calibration = *calibration;
    }
    auto read = m_studies->studies();
    if (!read) return tl::unexpected(read.error());
    const std::set<StudyUid> calibration(plan.calibration.begin(), plan.calibration.end());
    std::erase_if(*read, [&](const StudyUid& one) { return calibration.contains(one); });
    plan.studies = std::move(*read);
    for (int i = 0; i < m_raters->count(); ++i)
        if (m_raters->item(i)->checkState() == Qt::Checked)
            plan.raters.emplace_back(m_raters->item(i)->text().toStdString());
    plan.ratersPerCase = m_perCase->value();
    plan.slices = static_cast<store::SliceRule>(m_slices->currentData().toInt());
    plan.quantity = static_cast<anatomy::Quantity>(m_quantity->currentData().toInt());
    plan.ai = static_cast<store::AiArm>(m_ai->currentData().toInt());
    plan.repeats = m_repeats->value() / 100.0;
    plan.washOutDays = m_washOut->value();
    if (m_pass->isChecked()) plan.passMark = m_passMark->value();
    plan.seed = static_cast<std::uint64_t>(m_seed->value());
    return plan;
}

/// What the plan comes to, or why it cannot be carried out, while it is written.
void RoundDialog::count() {
    const auto now = plan();
    m_message->clear();
    m_ok->setEnabled(now && !now->name.empty() && !now->studies.empty() && !now->raters.empty());
    if (!now) {
        m_count->setText(QStringLiteral("–"));
        m_message->setText(qstring(now.error().message));
        return;
    }
    const auto raters = now->raters.size(), cases = now->studies.size();
    QString text = qstring(counted(cases, "study", "studies") + ", " + counted(raters, "rater"));
    if (!now->calibration.empty())
        text +=
            QStringLiteral(", %1 first")
                .arg(qstring(counted(now->calibration.size(), "calibration study", "calibration studies")));
    if (raters > 0) {
        const auto per = now->ratersPerCase == 0 ? raters : static_cast<std::size_t>(now->ratersPerCase);
        text += QStringLiteral(": about %1 cases each")
                    .arg(std::lround(static_cast<double>(cases * per) / static_cast<double>(raters) *
                                     (1.0 + now->repeats)));
        if (now->repeats > 0) text += QStringLiteral(", repeats included");
    }
    m_count->setText(text + QLatin1Char('.'));
    if (cases == 0) m_message->setText(QStringLiteral("No study fulfils this."));
}

void RoundDialog::accept() {
    auto wanted = plan();
    const auto made = wanted ? store::RoundRepository(m_workspace.store()).create(*wanted)
                             : Result<store::Round>(tl::unexpected(wanted.error()));
    if (!made) {
        m_message->setText(qstring(made.error().message));
        return;
    }
    m_plan = made->plan;
    const auto advice = store::roundAdvice(m_workspace.store(), m_plan);
    if (advice)
        for (const auto& sentence : advice->warnings())
            m_warnings << qstring(sentence);
    else
        m_warnings << qstring(advice.error().message);
    QDialog::accept();
}

} // namespace forameter::ui
