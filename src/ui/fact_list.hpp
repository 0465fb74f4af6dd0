// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <vector>

namespace forameter::ui {

/// One line of a table of facts: what, and its value at the right in tabular figures.
struct Fact {
    QString label, value;
    bool warning = false;

    friend bool operator==(const Fact&, const Fact&) = default;
};

/// A quiet two-column table with a hairline below each row.
class FactList : public QWidget {
    Q_OBJECT

public:
    explicit FactList(QWidget* parent);
    void setFacts(std::vector<Fact> facts);
    [[nodiscard]] const std::vector<Fact>& facts() const { return m_facts; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QRect rowRect(std::size_t row) const;

    std::vector<Fact> m_facts;
};

} // namespace forameter::ui
