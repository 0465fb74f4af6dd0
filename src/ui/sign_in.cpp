// SPDX-License-Identifier: Apache-2.0
#include "sign_in.hpp"

#include <QComboBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "action_map.hpp"
#include "dialog_column.hpp"
#include "forameter/store/rater_repository.hpp"
#include "labels.hpp"
#include "theme.hpp"

namespace forameter::ui {

namespace {

QLabel* messageLabel(QWidget* parent) {
    auto* label = plainLabel(QString(), parent, "warning");
    label->setObjectName(QStringLiteral("SignInMessage"));
    label->setWordWrap(true);
    label->setMinimumHeight(38); // the dialog does not jump when it speaks
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    return label;
}

QString heading(SignInDialog::Purpose purpose) {
    switch (purpose) {
    case SignInDialog::Purpose::Locked:
        return QStringLiteral("Locked");
    case SignInDialog::Purpose::Change:
        return QStringLiteral("Change person");
    default:
        return QStringLiteral("Sign in");
    }
}

} // namespace

SignInDialog::SignInDialog(std::filesystem::path store, Purpose purpose, const QString& name,
                           std::function<Result<>(const store::Actor&)> enter, QWidget* parent)
    : QDialog(parent),
      m_store(std::move(store)),
      m_purpose(purpose),
      m_enter(std::move(enter)),
      m_name(new QLineEdit(name, this)),
      m_password(new QLineEdit(this)),
      m_message(messageLabel(this)),
      m_ok(new QPushButton(purpose == Purpose::Locked ? QStringLiteral("Unlock") : QStringLiteral("Sign in"),
                           this)) {
    setObjectName(QStringLiteral("SignIn"));
    setWindowTitle(heading(purpose));
    setWindowFlag(Qt::WindowContextHelpButtonHint, false);
    setFixedWidth(420);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(28, 26, 28, 22);
    column->setSpacing(12);
    auto* picture = new QLabel(this);
    picture->setPixmap(QIcon(QStringLiteral(":/icons/forameter.svg")).pixmap(44, 44));
    column->addWidget(picture);
    column->addWidget(plainLabel(heading(purpose), this, "title"));
    auto* said = plainLabel(
        purpose == Purpose::Locked
            ? QStringLiteral("Nothing was closed: sign in to go on where you were. If somebody else "
                             "signs in, your study is closed.")
            : QStringLiteral("Store %1").arg(qstring(m_store.filename().string())),
        this, "quiet");
    said->setWordWrap(true);
    column->addWidget(said);
    auto* form = new QFormLayout;
    form->setSpacing(8);
    m_name->setObjectName(QStringLiteral("SignInName"));
    m_password->setObjectName(QStringLiteral("SignInPassword"));
    m_password->setEchoMode(QLineEdit::Password);
    form->addRow(QStringLiteral("&Name"), m_name);
    form->addRow(QStringLiteral("&Password"), m_password);
    column->addLayout(form);
    column->addWidget(m_message);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    auto* leave =
        new QPushButton(purpose == Purpose::Change ? QStringLiteral("Cancel") : QStringLiteral("Quit"), this);
    leave->setProperty("quiet", true);
    leave->setAutoDefault(false);
    m_ok->setObjectName(QStringLiteral("SignInButton"));
    m_ok->setDefault(true);
    markPrimary(m_ok);
    row->addWidget(m_ok);
    row->addWidget(leave);
    column->addLayout(row);
    connect(m_ok, &QPushButton::clicked, this, &SignInDialog::submit);
    connect(leave, &QPushButton::clicked, this, [this] {
        if (m_purpose == Purpose::Start || m_purpose == Purpose::Change) return QDialog::reject();
        Q_EMIT quitRequested();
    });
    const auto enable = [this] {
        m_ok->setEnabled(!m_name->text().isEmpty() && !m_password->text().isEmpty());
    };
    connect(m_name, &QLineEdit::textChanged, this, enable);
    connect(m_password, &QLineEdit::textChanged, this, enable);
    enable();
    (name.isEmpty() ? m_name : m_password)->setFocus();
}

void SignInDialog::reject() {
    if (m_purpose == Purpose::Start || m_purpose == Purpose::Change) QDialog::reject();
}

void SignInDialog::submit() {
    m_message->setText(QStringLiteral("Checking…"));
    m_message->repaint();
    QGuiApplication::setOverrideCursor(Qt::WaitCursor);
    const auto actor = store::signIn(m_store, RaterId(typedName(m_name->text()).toStdString()),
                                     m_password->text().toStdString());
    const Result<> entered = actor ? m_enter(*actor) : tl::unexpected(actor.error());
    QGuiApplication::restoreOverrideCursor();
    m_password->clear();
    if (entered) {
        m_message->clear();
        return accept();
    }
    m_message->setText(qstring(entered.error().message));
    m_password->setFocus();
}

PersonDialog::PersonDialog(std::filesystem::path store, const QString& current, QWidget* parent)
    : QDialog(parent),
      m_store(std::move(store)),
      m_name(new QComboBox(this)),
      m_role(new QComboBox(this)),
      m_message(messageLabel(this)),
      m_ok(new QPushButton(QStringLiteral("Go on as this person"), this)) {
    setObjectName(QStringLiteral("PersonDialog"));
    setWindowTitle(QStringLiteral("Change person"));
    setFixedWidth(440);
    auto* column = dialogColumn(this, windowTitle(), kWideMargins);
    auto* said =
        plainLabel(QStringLiteral("This store has no passwords: whoever sits here may be anybody. An "
                                  "administrator gives passwords in the Manage room."),
                   this, "quiet");
    said->setWordWrap(true);
    column->addWidget(said);
    m_name->setObjectName(QStringLiteral("PersonName"));
    m_name->setEditable(true);
    m_name->setInsertPolicy(QComboBox::NoInsert);
    m_role->setObjectName(QStringLiteral("PersonRole"));
    for (const store::Role role : store::allRoles())
        m_role->addItem(qstring(store::name(role)), static_cast<int>(role));
    if (const auto opened = store::Store::open(m_store, store::Actor::administrator()))
        if (const auto known = store::RaterRepository(*opened).list())
            for (const store::Rater& rater : *known)
                m_name->addItem(qstring(rater.name.text()), static_cast<int>(rater.role));
    m_name->setCurrentText(current);
    auto* form = new QFormLayout;
    form->addRow(QStringLiteral("&Name"), m_name);
    form->addRow(QStringLiteral("&Role"), m_role);
    column->addLayout(form);
    column->addWidget(m_message);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    auto* cancel = new QPushButton(QStringLiteral("Cancel"), this);
    cancel->setProperty("quiet", true);
    cancel->setAutoDefault(false);
    m_ok->setDefault(true);
    markPrimary(m_ok);
    row->addWidget(m_ok);
    row->addWidget(cancel);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_ok, &QPushButton::clicked, this, &PersonDialog::accept);
    connect(m_name, &QComboBox::currentTextChanged, this, &PersonDialog::refresh);
    refresh();
    m_name->setFocus();
    m_name->lineEdit()->selectAll();
}

QString PersonDialog::name() const {
    return typedName(m_name->currentText());
}

bool PersonDialog::isKnown() const {
    return m_name->findText(name(), Qt::MatchExactly) >= 0;
}

void PersonDialog::refresh() {
    const int at = m_name->findText(name(), Qt::MatchExactly);
    m_role->setEnabled(at < 0);
    if (at >= 0) m_role->setCurrentIndex(m_role->findData(m_name->itemData(at)));
    m_ok->setEnabled(!name().isEmpty());
    m_message->setText(at < 0 && !name().isEmpty() ? QStringLiteral("New in this store.") : QString());
}

void PersonDialog::accept() {
    if (!isKnown()) {
        const auto store = store::Store::open(m_store, store::Actor::administrator());
        const Result<> added =
            store
                ? store::RaterRepository(*store).add(RaterId(name().toStdString()),
                                                     static_cast<store::Role>(m_role->currentData().toInt()))
                : tl::unexpected(store.error());
        if (!added) {
            m_message->setText(qstring(added.error().message));
            return;
        }
    }
    QDialog::accept();
}

Curtain::Curtain(QWidget* window) : QWidget(window) {
    setObjectName(QStringLiteral("Curtain"));
    setAccessibleName(QStringLiteral("Locked"));
    window->installEventFilter(this);
    setGeometry(window->rect());
    raise();
    show();
}

bool Curtain::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize) setGeometry(parentWidget()->rect());
    if (watched == parentWidget() && event->type() == QEvent::ChildAdded) raise();
    return false;
}

void Curtain::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().background);
    painter.setPen(theme().quiet);
    painter.setFont(uiFont(15));
    painter.drawText(rect().adjusted(0, 0, 0, -height() / 8), Qt::AlignHCenter | Qt::AlignBottom,
                     QStringLiteral("Nothing is shown until somebody signs in."));
}

} // namespace forameter::ui
