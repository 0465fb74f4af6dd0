// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace forameter {

/// A borrowed two-dimensional array, row by row: element (column, row) is data[row * columns + column].
template <class T>
class GridView {
public:
    GridView() = default;
    GridView(std::span<T> data, int columns, int rows) : m_data(data), m_columns(columns), m_rows(rows) {
        assert(data.size() == static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    }

    operator GridView<const T>() const // NOLINT(google-explicit-constructor): what is written may be read
        requires(!std::is_const_v<T>)
    {
        return GridView<const T>(m_data, m_columns, m_rows);
    }

    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_rows; }
    [[nodiscard]] std::span<T> data() const { return m_data; }
    [[nodiscard]] std::span<T> row(int r) const {
        return m_data.subspan(static_cast<std::size_t>(r) * static_cast<std::size_t>(m_columns),
                              static_cast<std::size_t>(m_columns));
    }
    [[nodiscard]] T& operator()(int column, int row) const {
        assert(contains(column, row));
        return m_data[static_cast<std::size_t>(row) * static_cast<std::size_t>(m_columns) +
                      static_cast<std::size_t>(column)];
    }
    [[nodiscard]] bool contains(int column, int row) const {
        return column >= 0 && row >= 0 && column < m_columns && row < m_rows;
    }

private:
    std::span<T> m_data;
    int m_columns = 0;
    int m_rows = 0;
};

/// An owned two-dimensional array with the layout of GridView.
template <class T>
class Grid {
public:
    Grid() = default;
    Grid(int columns, int rows, const T& value = T{})
        : m_data(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), value), m_columns(columns), m_rows(rows) {}

    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_rows; }
    [[nodiscard]] GridView<T> view() { return GridView<T>(m_data, m_columns, m_rows); }
    [[nodiscard]] GridView<const T> view() const { return GridView<const T>(m_data, m_columns, m_rows); }
    [[nodiscard]] T& operator()(int column, int row) { return view()(column, row); }
    [[nodiscard]] const T& operator()(int column, int row) const { return view()(column, row); }
    [[nodiscard]] std::span<T> data() { return m_data; }
    [[nodiscard]] std::span<const T> data() const { return m_data; }

    friend bool operator==(const Grid&, const Grid&) = default;

private:
    std::vector<T> m_data;
    int m_columns = 0;
    int m_rows = 0;
};

} // namespace forameter
