// SPDX-License-Identifier: Apache-2.0
#include "manage_people.hpp"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "action_map.hpp"
#include "dialog_column.hpp"
#include "forameter/store/sign_in.hpp"
#include "labels.hpp"
#include "row_table.hpp"

namespace forameter::ui {

PersonEditor::PersonEditor(const workspace::Workspace& workspace, Kind kind, const store::Rater& person,
                           QWidget* parent)
    : QDialog(parent),
      m_workspace(workspace),
      m_kind(kind),
      m_person(person.name),
      m_name(new QLineEdit(qstring(person.name.text()), this)),
      m_password(new QLineEdit(this)),
      m_again(new QLineEdit(this)),
      m_role(new QComboBox(this)),
      m_message(plainLabel(QString(), this, "warning")) {
    setObjectName(QStringLiteral("PersonEditor"));
    setWindowTitle(kind == Kind::New    ? QStringLiteral("Add person")
                   : kind == Kind::Role ? QStringLiteral("Role")
                                        : QStringLiteral("Password"));
    setFixedWidth(440);
    auto* column = dialogColumn(this, windowTitle(), kWideMargins);
    auto* form = new QFormLayout;
    m_name->setObjectName(QStringLiteral("PersonEditorName"));
    m_name->setEnabled(kind == Kind::New);
    form->addRow(QStringLiteral("&Name"), m_name);
    m_role->setObjectName(QStringLiteral("PersonEditorRole"));
    for (const store::Role role : store::allRoles())
        m_role->addItem(qstring(store::name(role)), static_cast<int>(role));
    m_role->setCurrentIndex(m_role->findData(static_cast<int>(person.role)));
    m_role->setVisible(kind != Kind::Password);
    if (kind != Kind::Password) form->addRow(QStringLiteral("&Role"), m_role);
    for (QLineEdit* field : {m_password, m_again}) {
        field->setEchoMode(QLineEdit::Password);
        field->setVisible(kind != Kind::Role);
    }
    m_password->setObjectName(QStringLiteral("PersonEditorPassword"));
    m_again->setObjectName(QStringLiteral("PersonEditorAgain"));
    if (kind == Kind::New)
        m_password->setPlaceholderText(QStringLiteral("may be left out while nobody has one"));
    if (kind != Kind::Role) {
        form->addRow(QStringLiteral("&Password"), m_password);
        form->addRow(QStringLiteral("&Again"), m_again);
    }
    column->addLayout(form);
    m_message->setWordWrap(true);
    m_message->setMinimumHeight(36);
    m_message->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(m_message);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    markPrimary(buttons->button(QDialogButtonBox::Ok));
    connect(buttons, &QDialogButtonBox::accepted, this, &PersonEditor::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    (kind == Kind::New    ? static_cast<QWidget*>(m_name)
     : kind == Kind::Role ? static_cast<QWidget*>(m_role)
                          : m_password)
        ->setFocus();
}

void PersonEditor::accept() {
    store::RaterRepository raters(m_workspace.store());
    const auto role = static_cast<store::Role>(m_role->currentData().toInt());
    const std::string password = m_password->text().toStdString();
    const auto refuse = [this](const QString& why) {
        m_message->setText(why);
        return;
    };
    if (m_password->text() != m_again->text()) return refuse(QStringLiteral("The two passwords differ."));
    if (!password.empty() && m_password->text().size() < store::RaterRepository::kShortestPassword)
        return refuse(QStringLiteral("A password has at least %1 characters.")
                          .arg(store::RaterRepository::kShortestPassword));
    Result<> done;
    if (m_kind == Kind::New) {
        m_person = RaterId(typedName(m_name->text()).toStdString());
        done = raters.add(m_person, role);
        if (done) {
            m_stored = true;
            m_kind = Kind::Password; // should the password fail, the person is there already
            m_name->setEnabled(false);
            m_role->setEnabled(false);
            if (password.empty()) return QDialog::accept();
        }
    } else if (m_kind == Kind::Role) {
        done = raters.setRole(m_person, role);
        m_stored = done.has_value();
        if (done) return QDialog::accept();
    }
    if (done) done = raters.setPassword(m_person, password);
    if (!done) return refuse(qstring(done.error().message));
    m_stored = true;
    QDialog::accept();
}

ManagePeople::ManagePeople(workspace::Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      m_workspace(workspace),
      m_table(new QTableWidget(0, 3, this)),
      m_add(new QPushButton(QStringLiteral("Add person…"), this)),
      m_role(new QPushButton(QStringLiteral("Role…"), this)),
      m_password(new QPushButton(QStringLiteral("Password…"), this)),
      m_lock(new QSpinBox(this)),
      m_note(plainLabel(QString(), this, "quiet")) {
    setObjectName(QStringLiteral("SidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    setMinimumWidth(340); // a name beside "administrator"
    setMaximumWidth(380);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 14, 14, 14);
    column->setSpacing(10);
    column->addWidget(headingLabel(QStringLiteral("People"), this));
    m_table->setObjectName(QStringLiteral("People"));
    m_table->setAccessibleName(QStringLiteral("People"));
    m_table->setHorizontalHeaderLabels(
        {QStringLiteral("Name"), QStringLiteral("Role"), QStringLiteral("Password")});
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    showAsRows(m_table, QAbstractItemView::SingleSelection);
    column->addWidget(m_table, 1);
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    auto* row = new QHBoxLayout;
    m_add->setObjectName(QStringLiteral("AddPerson"));
    m_role->setObjectName(QStringLiteral("SetRole"));
    m_password->setObjectName(QStringLiteral("SetPassword"));
    for (QPushButton* button : {m_add, m_role, m_password})
        row->addWidget(button);
    column->addLayout(row);
    column->addWidget(headingLabel(QStringLiteral("Lock"), this));
    auto* lock = new QHBoxLayout;
    m_lock->setObjectName(QStringLiteral("AutoLock"));
    m_lock->setAccessibleName(QStringLiteral("Minutes until the screen locks"));
    m_lock->setRange(0, 1440);
    m_lock->setSuffix(QStringLiteral(" min"));
    m_lock->setSpecialValueText(QStringLiteral("never"));
    m_lock->setKeyboardTracking(false);
    auto* after = plainLabel(QStringLiteral("Without input the screen locks after"), this);
    after->setWordWrap(true); // larger fonts
    lock->addWidget(after, 1);
    lock->addWidget(m_lock);
    column->addLayout(lock);
    connect(m_add, &QPushButton::clicked, this, [this] { edit(PersonEditor::Kind::New); });
    connect(m_role, &QPushButton::clicked, this, [this] { edit(PersonEditor::Kind::Role); });
    connect(m_password, &QPushButton::clicked, this, [this] { edit(PersonEditor::Kind::Password); });
    connect(m_table, &QTableWidget::itemActivated, this, [this] { edit(PersonEditor::Kind::Role); });
    connect(m_table, &QTableWidget::itemSelectionChanged, this, [this] {
        const bool one = m_table->currentRow() >= 0;
        m_role->setEnabled(one);
        m_password->setEnabled(one);
    });
    connect(m_lock, &QSpinBox::valueChanged, this, [this](int minutes) {
        if (const auto set = store::setAutoLock(m_workspace.store(), std::chrono::minutes(minutes)); !set)
            Q_EMIT failed(qstring(set.error().message));
        Q_EMIT changed();
    });
}

void ManagePeople::refresh() {
    const store::Store& store = m_workspace.store();
    const auto known = store::RaterRepository(store).list();
    if (!known) Q_EMIT failed(qstring(known.error().message));
    const int before = m_table->currentRow();
    m_shown = known.value_or(std::vector<store::Rater>{});
    m_table->setRowCount(static_cast<int>(m_shown.size()));
    bool passwords = false;
    for (int i = 0; i < m_table->rowCount(); ++i) {
        const auto& person = m_shown[static_cast<std::size_t>(i)];
        passwords = passwords || person.hasPassword;
        m_table->setItem(i, 0, new QTableWidgetItem(qstring(person.name.text())));
        m_table->setItem(i, 1, new QTableWidgetItem(qstring(store::name(person.role))));
        m_table->setItem(
            i, 2, new QTableWidgetItem(person.hasPassword ? QStringLiteral("set") : QStringLiteral("–")));
    }
    if (m_table->rowCount() > 0) m_table->selectRow(std::clamp(before, 0, m_table->rowCount() - 1));
    m_note->setText(passwords
                        ? QStringLiteral("Everybody signs in. Who has no password cannot.")
                        : QStringLiteral("Nobody has a password, so everybody may act as anybody. Give an "
                                         "administrator one first; then the others."));
    const bool accounts = store::mayDo(store, store::Operation::ManageAccounts).value_or(false);
    for (QPushButton* button : {m_add, m_role, m_password})
        button->setVisible(accounts);
    const QSignalBlocker quiet(m_lock);
    m_lock->setValue(static_cast<int>(store::autoLock(store).value_or(std::chrono::minutes(15)).count()));
    m_lock->setEnabled(store::mayDo(store, store::Operation::MaintainStore).value_or(false));
}

void ManagePeople::edit(PersonEditor::Kind kind) {
    store::Rater person;
    if (kind != PersonEditor::Kind::New) {
        const int row = m_table->currentRow();
        if (row < 0) return;
        person = m_shown[static_cast<std::size_t>(row)];
    }
    PersonEditor editor(m_workspace, kind, person, this);
    editor.exec();
    if (editor.stored()) Q_EMIT changed();
}

} // namespace forameter::ui
