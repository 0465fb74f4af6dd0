// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTextBrowser>

#include "forameter/workspace/actions.hpp"

namespace forameter::ui {

/// The guides as they are in docs/, in the program's colours. Links lead from guide to guide (Alt+Left goes
/// back); what is not built in is read as plain words, and pictures are left out: the program itself is
/// there.
class GuideBrowser : public QTextBrowser {
    Q_OBJECT

public:
    using QTextBrowser::QTextBrowser;
    void open(const QString& name); ///< "user-guide-rater"

    [[nodiscard]] QVariant loadResource(int type, const QUrl& name) override;

protected:
    void doSetSource(const QUrl& name, QTextDocument::ResourceType type) override;

private:
    void dress();
};

/// The guide to a room, built into the program.
void showGuide(workspace::Room room, QWidget* parent);

} // namespace forameter::ui
