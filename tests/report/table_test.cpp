// SPDX-License-Identifier: Apache-2.0
#include "forameter/report/table.hpp"

#include <gtest/gtest.h>

namespace forameter::report {
namespace {

Table table() {
    Table out;
    out.id = "t";
    out.columns = {{"name", "Name"},   {"n", "Cases"},      {"icc", "ICC", 2, true},
                   {"icc_low", "", 2}, {"icc_high", "", 2}, {"only_csv", ""}};
    out.rows = {{std::string("a, \"b\""), 12LL, 0.123456789, 0.1, 0.25, 7LL},
                {std::string("c"), Value(), -0.001, Value(), Value(), Value()}};
    return out;
}

TEST(Table, CsvHasEveryColumnUnroundedAndQuotesWhatNeedsIt) {
    EXPECT_EQ(toCsv(table()), "name,n,icc,icc_low,icc_high,only_csv\n"
                              "\"a, \"\"b\"\"\",12,0.123456789,0.1,0.25,7\n"
                              "c,,-0.001,,,\n");
}

TEST(Table, PeopleSeeIntervalsBesideTheNumberAndADashForNothing) {
    const ShownTable seen = shown(table());
    EXPECT_EQ(seen.headings, (std::vector<std::string>{"Name", "Cases", "ICC"}));
    EXPECT_EQ(seen.numeric, (std::vector<bool>{false, true, true}));
    EXPECT_EQ(seen.rows[0], (std::vector<std::string>{"a, \"b\"", "12", "0.12 [0.10, 0.25]"}));
    EXPECT_EQ(seen.rows[1], (std::vector<std::string>{"c", "\u2013", "0.00"})) << "and no minus zero";
    EXPECT_EQ(shown(Value(-3.14), 1), "\u22123.1");
}

} // namespace
} // namespace forameter::report
