// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>
#include <string>
#include <utility>
#include <vector>

#include "forameter/report/plot.hpp"
#include "forameter/report/table.hpp"

class QPdfWriter;

namespace forameter::report {

/// A4 pages that fill from the top, with a head and a foot on each. Units are points.
class PdfPages {
public:
    struct Frame {
        std::string head, foot;
        int pages = 0; ///< for "3 of 7"; 0 while it is not known
    };
    PdfPages(QPdfWriter& writer, Frame frame);

    void title(const std::string& text, const std::string& below);
    void facts(const std::vector<std::pair<std::string, std::string>>& facts);
    /// Begins a new page where less than `together` is left.
    void heading(const std::string& text, double together);
    void paragraph(const std::string& text, double size = 8.0, bool quiet = false);
    void plots(const std::vector<Plot>& plots, int across);
    void table(const Table& table);
    [[nodiscard]] int pages() const { return m_page; }

private:
    void newPage();
    void need(double height);
    [[nodiscard]] double left() const { return m_bottom - m_y; }
    /// The height of wrapped text; paints it where asked for.
    double wrapped(QRectF rect, const std::string& text, const QFont& font, QRgb color, int flags,
                   bool paint);
    void row(const std::vector<std::string>& texts, const std::vector<double>& widths,
             const std::vector<bool>& numeric, const QFont& font, QRgb color);

    QPdfWriter& m_writer;
    Frame m_frame;
    QPainter m_painter;
    int m_page = 1;
    double m_x = 0, m_y = 0, m_width = 0, m_bottom = 0;
};

} // namespace forameter::report
