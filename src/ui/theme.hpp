// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QString>

class QPainter;
class QRectF;

namespace forameter::ui {

/// The colours of the product, by what they mean: widgets take theirs from here, charts have palettes of
/// their own. Image areas stay black in both themes, since a bright surround lowers the contrast that an eye
/// can see in an MR image.
struct Theme {
    bool dark = true;
    QColor background, panel, raised, hover, line;
    QColor field; ///< what is typed into
    QColor text, strong, quiet;
    QColor accent, accentText; ///< accentText: on a surface filled with accent
    QColor good, warning, alarm;

    [[nodiscard]] static const Theme& darkTheme();
    [[nodiscard]] static const Theme& lightTheme();
};

/// Colours of what is painted over images, the same in both themes.
namespace image_colors {
inline constexpr QRgb kBackground = 0xff000000, kText = 0xffe2e7ec, kQuiet = 0xffc2cad2,
                      kOrientation = 0xffe9c46a, kAccent = 0xff3fc1b0, kHandle = 0xff0d1114,
                      kReference = 0xffe9c46a, kWarning = 0xffe9a23b, kAlarm = 0xffff7a33,
                      kOther = 0xff56b4e9, kDraft = 0xff9fd8ff, kProposal = 0xffe58fd0,
                      kConsensus = 0xffffffff, kBand = 0xffff7a33, kScene = 0xff0b0d10;
}

/// The theme in force; set by applyTheme(), read while painting (GUI thread only).
[[nodiscard]] const Theme& theme();
/// Sets palette, style sheet and font of the application.
void applyTheme(const Theme& theme);

/// The interface font at a pixel size: Inter where installed, else the platform's.
[[nodiscard]] QFont uiFont(int pixelSize, QFont::Weight weight = QFont::Normal);

/// An icon of resources/icons in the colours of the theme, sharp at every device pixel ratio.
[[nodiscard]] QIcon icon(const QString& name);
[[nodiscard]] QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal devicePixelRatio);

/// Width of and drawing of a number with every digit in the same advance, so that live figures do not jitter
/// (Qt 6.4 cannot ask the font for its tabular figures). `baseline`: its left end.
[[nodiscard]] qreal figuresWidth(const QFont& font, const QString& text);
void drawFigures(QPainter& painter, QPointF baseline, const QString& text);

} // namespace forameter::ui
