// SPDX-License-Identifier: Apache-2.0
#include "expression.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "rows.hpp"

namespace forameter::store {

namespace {

enum class Kind { Text, Number };

/// A comparison becomes before + value + " OP ?" + after.
struct Column {
    std::string_view name;
    std::string_view meaning;
    Kind kind;
    std::string_view before;
    std::string_view value;
    std::string_view after;
    bool counted = false; ///< counts rows of raters: what the actor may not see is left out
};

constexpr std::string_view kStack =
    "EXISTS (SELECT 1 FROM series e JOIN stack k ON k.series_id = e.id WHERE e.study_id = s.id AND ";
constexpr std::string_view kSeries = "EXISTS (SELECT 1 FROM series e WHERE e.study_id = s.id AND ";

constexpr std::array kColumns{
    Column{"study_uid", "Study Instance UID", Kind::Text, "", "s.study_uid", ""},
    Column{"patient_id", "Patient ID", Kind::Text, "", "s.patient_id", ""},
    Column{"study_date", "date of the study, '2026-01-31'", Kind::Text, "", "s.study_date", ""},
    Column{"age", "age in years", Kind::Number, "", "s.age", ""},
    Column{"sex", "'M', 'F' or 'O'", Kind::Text, "", "s.sex", ""},
    Column{"description", "study description", Kind::Text, "", "s.description", ""},
    Column{"scanner", "manufacturer and model", Kind::Text, "", "s.scanner", ""},
    Column{"field", "field strength in tesla", Kind::Number, "", "s.field", ""},
    Column{"series", "number of series", Kind::Number, "",
           "(SELECT COUNT(*) FROM series e WHERE e.study_id = s.id)", ""},
    Column{"contours", "number of current contours", Kind::Number, "",
           "(SELECT COUNT(*) FROM contour_current c WHERE c.study_id = s.id AND ", "", true},
    Column{"plane", "plane of any of its stacks: 'sagittal', 'axial', 'coronal', 'oblique'", Kind::Text,
           kStack, "k.plane", ")"},
    Column{"weighting", "weighting of any of its stacks: 'T1', 'T2', 'PD', 'STIR'", Kind::Text, kStack,
           "k.weighting", ")"},
    Column{"modality", "modality of any of its series", Kind::Text, kSeries, "e.modality", ")"},
};

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

struct Token {
    enum class Type { Word, Quoted, Symbol, End };
    Type type = Type::End;
    std::string text;
    std::size_t position = 0; ///< from 1
};

bool isWordLetter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '+' ||
           c == ':' || c == '@' || static_cast<unsigned char>(c) >= 0x80;
}

tl::unexpected<Error> wrong(std::size_t position, const std::string& why) {
    return fail(ErrorCode::InvalidArgument,
                "The condition cannot be read at position " + std::to_string(position) + ": " + why);
}

Result<std::vector<Token>> tokens(std::string_view text) {
    constexpr std::size_t kLongest = 20000;
    if (text.size() > kLongest) return wrong(kLongest, "it is longer than 20000 characters.");
    std::vector<Token> result;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        const std::size_t position = i + 1;
        if (std::isspace(static_cast<unsigned char>(c))) {
            ++i;
        } else if (c == '\'' || c == '"') {
            std::string value;
            for (++i;; ++i) {
                if (i >= text.size())
                    return wrong(position, "the quoted text that starts here does not end.");
                if (text[i] != c) {
                    value += text[i];
                } else if (i + 1 < text.size() && text[i + 1] == c) {
                    value += c;
                    ++i;
                } else {
                    break;
                }
            }
            ++i;
            result.push_back({Token::Type::Quoted, value, position});
        } else if (isWordLetter(c)) {
            const std::size_t start = i;
            while (i < text.size() && isWordLetter(text[i]))
                ++i;
            result.push_back({Token::Type::Word, std::string(text.substr(start, i - start)), position});
        } else {
            const auto two = text.substr(i, 2);
            const bool pair = two == "<=" || two == ">=" || two == "!=" || two == "<>";
            if (!pair && std::string_view("=<>(),").find(c) == std::string_view::npos)
                return wrong(position, std::string("\"") +
                                           (std::isprint(static_cast<unsigned char>(c)) ? c : '?') +
                                           "\" has no meaning here.");
            result.push_back({Token::Type::Symbol, std::string(pair ? two : two.substr(0, 1)), position});
            i += pair ? 2 : 1;
        }
    }
    result.push_back({Token::Type::End, "", text.size() + 1});
    return result;
}

/// Recursive descent; the first error ends it.
class Parser {
public:
    Parser(std::vector<Token> tokens, const Condition& readable)
        : m_tokens(std::move(tokens)), m_access(readable) {}

    Result<Condition> parse() {
        auto result = expression(0);
        if (result && !at(Token::Type::End))
            return wrong(next().position,
                         "\"" + next().text + "\" was not expected; join comparisons by and, or.");
        return result;
    }

private:
    static constexpr int kDeepest = 16; ///< SQLite's parser has room for 100 open parts
    static constexpr int kMost = 800;   ///< comparisons; SQLite takes 1000 operators in a row

    const Token& next() const { return m_tokens[m_at]; }
    bool at(Token::Type type) const { return next().type == type; }
    bool takeWord(std::string_view word) {
        if (!at(Token::Type::Word) || lower(next().text) != word) return false;
        ++m_at;
        return true;
    }
    bool takeSymbol(std::string_view symbol) {
        if (!at(Token::Type::Symbol) || next().text != symbol) return false;
        ++m_at;
        return true;
    }

    Result<Condition> joined(std::string_view word, std::string_view sql, int depth,
                             Result<Condition> (Parser::*part)(int)) {
        auto all = (this->*part)(depth);
        bool several = false;
        while (all && takeWord(word)) {
            auto more = (this->*part)(depth);
            if (!more) return more;
            all->sql += std::string(sql) + more->sql;
            all->args += more->args;
            several = true;
        }
        if (all && several) all->sql = "(" + all->sql + ")";
        return all;
    }
    Result<Condition> expression(int depth) { return joined("or", " OR ", depth, &Parser::term); }
    Result<Condition> term(int depth) { return joined("and", " AND ", depth, &Parser::factor); }

    Result<Condition> factor(int depth) {
        if (depth >= kDeepest) return wrong(next().position, "it is nested too deeply.");
        if (takeWord("not")) {
            auto inner = factor(depth + 1);
            if (inner) inner->sql = "NOT (" + inner->sql + ")";
            return inner;
        }
        if (takeSymbol("(")) {
            auto inner = expression(depth + 1);
            if (inner && !takeSymbol(")")) return wrong(next().position, "a closing parenthesis is missing.");
            return inner;
        }
        return comparison();
    }

    Result<Condition> comparison() {
        if (!at(Token::Type::Word)) return wrong(next().position, "the name of a column was expected.");
        const Token name = next();
        if (++m_comparisons > kMost)
            return wrong(name.position, "it has more than " + std::to_string(kMost) + " comparisons.");
        const auto column = std::ranges::find(kColumns, lower(name.text), &Column::name);
        if (column == kColumns.end()) {
            std::string known;
            for (const auto& c : kColumns)
                known += (known.empty() ? "" : ", ") + std::string(c.name);
            return wrong(name.position,
                         "there is no column \"" + name.text + "\"; columns are " + known + ".");
        }
        ++m_at;
        Condition result{std::string(column->before) + std::string(column->value), {}};
        if (column->counted) {
            result.sql += m_access.sql + ")";
            result.args = m_access.args;
        }
        const bool negated = takeWord("not");
        if (takeWord("in")) {
            if (!takeSymbol("(")) return wrong(next().position, "in needs a list in parentheses.");
            std::string places;
            do {
                const auto value = literal(*column);
                if (!value) return tl::unexpected(value.error());
                result.args.push_back(*value);
                places += places.empty() ? "?" : ", ?";
            } while (takeSymbol(","));
            if (!takeSymbol(")")) return wrong(next().position, "the list after in is not closed.");
            result.sql += (negated ? " NOT IN (" : " IN (") + places + ")";
        } else if (takeWord("like")) {
            if (column->kind != Kind::Text)
                return wrong(name.position, std::string(column->name) + " is a number; like compares text.");
            const auto value = literal(*column);
            if (!value) return tl::unexpected(value.error());
            result.args.push_back(*value);
            result.sql += negated ? " NOT LIKE ?" : " LIKE ?";
        } else if (negated) {
            return wrong(next().position, "not was expected before in, like or a whole comparison.");
        } else if (const auto done = compared(*column, result); !done) {
            return tl::unexpected(done.error());
        }
        result.sql += column->after;
        return result;
    }

    Result<> compared(const Column& column, Condition& result) {
        static constexpr std::array<std::string_view, 7> operators{"=", "!=", "<>", "<", "<=", ">", ">="};
        const Token op = next();
        if (op.type != Token::Type::Symbol || std::ranges::find(operators, op.text) == operators.end())
            return wrong(op.position, "one of = != < <= > >= like in was expected after " +
                                          std::string(column.name) + ".");
        ++m_at;
        if (takeWord("null")) {
            if (op.text != "=" && op.text != "!=" && op.text != "<>")
                return wrong(op.position, "null can only be compared by = and !=.");
            result.sql += op.text == "=" ? " IS NULL" : " IS NOT NULL";
            return {};
        }
        const auto value = literal(column);
        if (!value) return tl::unexpected(value.error());
        result.args.push_back(*value);
        result.sql += " " + (op.text == "!=" ? "<>" : op.text) + " ?";
        return {};
    }

    Result<QVariant> literal(const Column& column) {
        const Token token = next();
        if (token.type != Token::Type::Word && token.type != Token::Type::Quoted)
            return wrong(token.position, "a value was expected for " + std::string(column.name) + ".");
        ++m_at;
        if (column.kind == Kind::Text) return bindable(token.text);
        double number = 0.0;
        const char* start = token.text.data() + (token.text.starts_with('+') ? 1 : 0);
        const char* stop = token.text.data() + token.text.size();
        const auto [end, error] = std::from_chars(start, stop, number);
        if (error != std::errc{} || end != stop || start == stop || !std::isfinite(number))
            return wrong(token.position,
                         std::string(column.name) + " is a number; \"" + token.text + "\" is none.");
        return bindable(number);
    }

    std::vector<Token> m_tokens;
    const Condition& m_access;
    std::size_t m_at = 0;
    int m_comparisons = 0;
};

} // namespace

Result<Condition> studyCondition(std::string_view expression, const Condition& readable) {
    auto read = tokens(expression);
    if (!read) return tl::unexpected(read.error());
    if (read->size() == 1) return Condition{"1 = 1", {}};
    return Parser(std::move(*read), readable).parse();
}

const std::vector<StudyColumn>& studyColumns() {
    static const std::vector<StudyColumn> columns = [] {
        std::vector<StudyColumn> all;
        for (const auto& column : kColumns)
            all.push_back({std::string(column.name), std::string(column.meaning)});
        return all;
    }();
    return columns;
}

} // namespace forameter::store
