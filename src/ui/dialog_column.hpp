// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QVBoxLayout>

#include "labels.hpp"

namespace forameter::ui {

/// Of dialogs that hold a form or a table.
inline constexpr QMargins kWideMargins{22, 18, 22, 16};

/// The column that a dialog is built in, with its title on top.
inline QVBoxLayout* dialogColumn(QDialog* dialog, const QString& title,
                                 const QMargins& margins = {18, 16, 18, 14}) {
    auto* column = new QVBoxLayout(dialog);
    column->setContentsMargins(margins);
    column->setSpacing(10);
    column->addWidget(plainLabel(title, dialog, "title"));
    return column;
}

} // namespace forameter::ui
