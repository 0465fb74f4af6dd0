// SPDX-License-Identifier: Apache-2.0
#include "forameter/imaging/fourier.hpp"

#include <cassert>
#include <vector>

#include <vnl/algo/vnl_fft_1d.h>

namespace forameter::imaging {

struct Fourier::Plan {
    Plan(int columns, int rows)
        : alongRows(columns), alongColumns(rows), column(static_cast<std::size_t>(rows)) {}

    void transform(GridView<std::complex<float>> data, int direction) {
        assert(data.columns() == alongRows.size() && data.rows() == alongColumns.size());
        for (int r = 0; r < data.rows(); ++r)
            alongRows.transform(data.row(r).data(), direction);
        for (int c = 0; c < data.columns();
             ++c) { // gathered first: VNL with a stride misses the cache at every step
            for (int r = 0; r < data.rows(); ++r)
                column[static_cast<std::size_t>(r)] = data(c, r);
            alongColumns.transform(column.data(), direction);
            for (int r = 0; r < data.rows(); ++r)
                data(c, r) = column[static_cast<std::size_t>(r)];
        }
    }

    struct Line : vnl_fft_base<1, float> {
        explicit Line(int n) : count(n) { factors_[0].resize(n); }
        [[nodiscard]] int size() const { return count; }
        int count;
    };
    Line alongRows, alongColumns;
    std::vector<std::complex<float>> column;
};

Fourier::Fourier(int columns, int rows) : m_plan(std::make_unique<Plan>(columns, rows)) {}
Fourier::~Fourier() = default;
Fourier::Fourier(Fourier&&) noexcept = default;
Fourier& Fourier::operator=(Fourier&&) noexcept = default;

void Fourier::forward(GridView<std::complex<float>> data) {
    m_plan->transform(data, -1);
}
void Fourier::inverse(GridView<std::complex<float>> data) {
    m_plan->transform(data, +1);
}

int Fourier::smoothAtLeast(int n) {
    const auto smooth = [](int k) {
        for (const int factor : {2, 3, 5})
            while (k % factor == 0)
                k /= factor;
        return k == 1;
    };
    if (n < 2) n = 2;
    if (n % 2 != 0) ++n;
    while (!smooth(n))
        n += 2;
    return n;
}

} // namespace forameter::imaging
