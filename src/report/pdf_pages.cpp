// SPDX-License-Identifier: Apache-2.0
#include "pdf_pages.hpp"

#include <QFontMetricsF>
#include <QPdfWriter>
#include <algorithm>
#include <cmath>

#include "canvas.hpp"

namespace forameter::report {

namespace {
constexpr double kMargin = 42, kHead = 24, kFoot = 26; // points
constexpr double kGap = 10;                            // between things
constexpr double kCell = 5;                            // beside a field's text
constexpr double kSmallest = 5.5;                      // font of a table that is too wide

const PlotStyle& style() {
    return PlotStyle::print();
}
QString text(const std::string& words) {
    return QString::fromStdString(words);
}
} // namespace

PdfPages::PdfPages(QPdfWriter& writer, Frame frame)
    : m_writer(writer), m_frame(std::move(frame)), m_painter(&writer) {
    m_width = m_writer.pageLayout().fullRectPoints().width() - 2 * kMargin;
    m_bottom = m_writer.pageLayout().fullRectPoints().height() - kMargin - kFoot + 14;
    m_x = kMargin;
    m_painter.setRenderHint(QPainter::Antialiasing);
    const double points = m_writer.resolution() / 72.0;
    m_painter.scale(points, points);
    m_page = 0;
    newPage();
}

void PdfPages::newPage() {
    if (m_page > 0) m_writer.newPage();
    ++m_page;
    m_y = kMargin;
    const QFont small = plotFont(7);
    const double foot = m_bottom + 20;
    m_painter.setPen(QPen(qcolor(style().grid), 0.75));
    m_painter.drawLine(QPointF(m_x, foot - 11), QPointF(m_x + m_width, foot - 11));
    const auto put = [&](double y, const std::string& words, Qt::Alignment align, const QFont& font,
                         Rgb color) {
        m_painter.setFont(font);
        m_painter.setPen(qcolor(color));
        m_painter.drawText(QRectF(m_x, y - 8, m_width, 12), static_cast<int>(align | Qt::AlignVCenter),
                           text(words));
    };
    put(foot, m_frame.foot, Qt::AlignLeft, plotFont(7, true), style().warning);
    std::string number = "Page " + std::to_string(m_page);
    if (m_frame.pages > 0) number += " of " + std::to_string(m_frame.pages);
    put(foot, number, Qt::AlignRight, small, style().quiet);
    if (m_page == 1) return;
    put(m_y, m_frame.head, Qt::AlignLeft, small, style().quiet);
    put(m_y, "Forameter", Qt::AlignRight, small, style().quiet);
    m_y += kHead;
}

void PdfPages::need(double height) {
    if (m_y + height > m_bottom && m_y > kMargin + kHead + 1) newPage();
}

double PdfPages::wrapped(QRectF rect, const std::string& words, const QFont& font, QRgb color, int flags,
                         bool paint) {
    m_painter.setFont(font);
    const int all = flags | Qt::TextWordWrap;
    const double height =
        m_painter.boundingRect(QRectF(rect.topLeft(), QSizeF(rect.width(), 1e5)), all, text(words)).height();
    if (paint) {
        m_painter.setPen(qcolor(color));
        m_painter.drawText(QRectF(rect.topLeft(), QSizeF(rect.width(), height + 1)), all, text(words));
    }
    return height;
}

void PdfPages::title(const std::string& words, const std::string& below) {
    m_y +=
        wrapped({m_x, m_y, m_width, 0}, words, plotFont(18, true), style().strong, Qt::AlignLeft, true) + 4;
    if (!below.empty())
        m_y +=
            wrapped({m_x, m_y, m_width, 0}, below, plotFont(9, true), style().warning, Qt::AlignLeft, true) +
            kGap;
}

void PdfPages::facts(const std::vector<std::pair<std::string, std::string>>& facts) {
    const QFont font = plotFont(8);
    constexpr double kNames = 70;
    for (const auto& [what, value] : facts) {
        const QRectF right(m_x + kNames, m_y, m_width - kNames, 0);
        need(wrapped(right, value, font, style().text, Qt::AlignLeft, false));
        wrapped({m_x, m_y, kNames, 0}, what, plotFont(8), style().quiet, Qt::AlignLeft, true);
        m_y += wrapped({m_x + kNames, m_y, m_width - kNames, 0}, value, font, style().text, Qt::AlignLeft,
                       true) +
               2.5;
    }
    m_y += kGap;
}

void PdfPages::heading(const std::string& words, double together) {
    need(24 + together);
    m_y += 6;
    m_y +=
        wrapped({m_x, m_y, m_width, 0}, words, plotFont(12, true), style().strong, Qt::AlignLeft, true) + 3;
    m_painter.setPen(QPen(qcolor(style().accent), 1.0));
    m_painter.drawLine(QPointF(m_x, m_y), QPointF(m_x + m_width, m_y));
    m_y += 7;
}

void PdfPages::paragraph(const std::string& words, double size, bool quiet) {
    const QFont font = plotFont(size);
    const Rgb color = quiet ? style().quiet : style().text;
    need(wrapped({m_x, m_y, m_width, 0}, words, font, color, Qt::AlignLeft, false));
    m_y += wrapped({m_x, m_y, m_width, 0}, words, font, color, Qt::AlignLeft, true) + 3;
}

void PdfPages::plots(const std::vector<Plot>& plots, int across) {
    const double gap = 16, width = (m_width - gap * (across - 1)) / across;
    for (std::size_t i = 0; i < plots.size(); i += static_cast<std::size_t>(across)) {
        double height = 0;
        const std::size_t end = std::min(plots.size(), i + static_cast<std::size_t>(across));
        for (std::size_t j = i; j < end; ++j)
            height = std::max(height, plots[j].heightFor(width));
        height = std::min(height, m_bottom - kMargin - kHead); // one page at most
        need(height);
        for (std::size_t j = i; j < end; ++j)
            plots[j].paint(m_painter,
                           QRectF(m_x + static_cast<double>(j - i) * (width + gap), m_y, width, height));
        m_y += height + kGap;
    }
}

void PdfPages::row(const std::vector<std::string>& texts, const std::vector<double>& widths,
                   const std::vector<bool>& numeric, const QFont& font, QRgb color) {
    double x = m_x;
    const double height = QFontMetricsF(font).height() + 3;
    m_painter.setFont(font);
    m_painter.setPen(qcolor(color));
    for (std::size_t c = 0; c < texts.size(); ++c) {
        const QRectF field(x + kCell / 2, m_y, widths[c] - kCell, height);
        m_painter.drawText(field,
                           static_cast<int>((numeric[c] ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter),
                           text(texts[c]));
        x += widths[c];
    }
    m_y += height;
}

void PdfPages::table(const Table& all) {
    const ShownTable shownTable = shown(all);
    double size = 7.5;
    std::vector<double> widths;
    for (;; size -= 0.5) { // as large as fits
        const QFont font = plotFont(size), bold = plotFont(size, true);
        widths.assign(shownTable.headings.size(), 0.0);
        double total = 0;
        for (std::size_t c = 0; c < widths.size(); ++c) {
            widths[c] = textWidth(bold, shownTable.headings[c]);
            for (const auto& line : shownTable.rows)
                widths[c] = std::max(widths[c], textWidth(font, line[c]));
            total += widths[c] += kCell;
        }
        if (total <= m_width || size <= kSmallest) {
            const double stretch =
                total < m_width ? std::min((m_width - total) / static_cast<double>(widths.size()), 14.0)
                                : 0.0;
            for (double& width : widths)
                width = total > m_width ? width * m_width / total : width + stretch;
            break;
        }
    }
    const QFont font = plotFont(size), bold = plotFont(size, true);
    const double line = QFontMetricsF(font).height() + 3;
    double tableWidth = 0;
    for (const double width : widths)
        tableWidth += width;
    const auto head = [&] {
        row(shownTable.headings, widths, shownTable.numeric, bold, style().quiet);
        m_painter.setPen(QPen(qcolor(style().quiet), 0.75));
        m_painter.drawLine(QPointF(m_x, m_y), QPointF(m_x + tableWidth, m_y));
        m_y += 1;
    };
    const double few = static_cast<double>(std::min<std::size_t>(shownTable.rows.size(), 4)) * line;
    need(3 * line + few + (all.title.empty() ? 0 : 14));
    if (!all.title.empty())
        m_y += wrapped({m_x, m_y, m_width, 0}, all.title, plotFont(8.5, true), style().strong, Qt::AlignLeft,
                       true) +
               3;
    head();
    bool striped = false;
    for (const auto& texts : shownTable.rows) {
        if (left() < line) {
            newPage();
            head();
        }
        if ((striped = !striped))
            m_painter.fillRect(QRectF(m_x, m_y, tableWidth, line), qcolor(style().grid, 0.35));
        row(texts, widths, shownTable.numeric, font, style().text);
    }
    m_y += 3;
    if (!all.note.empty()) paragraph(all.note, 7, true);
    m_y += kGap;
}

} // namespace forameter::report
