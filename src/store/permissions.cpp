// SPDX-License-Identifier: Apache-2.0
#include "permissions.hpp"

namespace forameter::store {

namespace {

Result<bool> exists(Connection& sql, std::string_view query, const QVariantList& args) {
    bool found = false;
    const auto done = sql.forEachBound(query, args, [&](const Row&) { found = true; });
    if (!done) return tl::unexpected(done.error());
    return found;
}

} // namespace

Result<Role> roleOf(Connection& sql, std::string_view rater) {
    const auto found = sql.first(
        "SELECT role FROM rater_role WHERE rater = ? ORDER BY id DESC LIMIT 1",
        [](const Row& r) { return roleFromName(r.text(0)); }, rater);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return Role::Rater;
    if (!**found)
        return fail(ErrorCode::Corrupt, "The store has a role of rater " + std::string(rater) +
                                            " that this version does not know.");
    return ***found;
}

Result<Standing> standing(Connection& sql, const Actor& actor) {
    const auto packet = exists(sql, "SELECT 1 FROM store_info WHERE name = 'packet'", {});
    if (!packet) return tl::unexpected(packet.error());
    if (!actor.rater) return Standing{true, Role::Administrator, *packet};
    const auto role = roleOf(sql, actor.rater->text());
    if (!role) return tl::unexpected(role.error());
    return Standing{false, *role, *packet};
}

Result<Situation> situation(Connection& sql, const Actor& actor, const Matter& matter) {
    const auto now = standing(sql, actor);
    if (!now) return tl::unexpected(now.error());
    if (now->packet) return Situation::Packet;
    std::string where = "1 = 1";
    QVariantList args;
    if (matter.studyId) {
        where += " AND study_id = ?";
        args.push_back(bindable(*matter.studyId));
    }
    if (matter.roundId) {
        where += " AND round_id = ?";
        args.push_back(bindable(*matter.roundId));
    }
    if (actor.rater) {
        auto own = args;
        own.push_back(bindable(*actor.rater));
        const auto reads =
            exists(sql, "SELECT 1 FROM blinded WHERE " + where + " AND rater = ? LIMIT 1", own);
        if (!reads) return tl::unexpected(reads.error());
        if (*reads) return Situation::Reading;
    }
    if (!matter.studyId && !matter.roundId) return Situation::Free;
    const auto running = exists(sql, "SELECT 1 FROM blinded WHERE " + where + " LIMIT 1", args);
    if (!running) return tl::unexpected(running.error());
    if (*running) return Situation::Running;
    // Opened to a rater only where she took part.
    const bool part = actor.rater && now->role == Role::Rater;
    if (part) args.push_back(bindable(*actor.rater));
    const auto read = exists(
        sql, "SELECT 1 FROM assignment WHERE " + where + (part ? " AND rater = ?" : "") + " LIMIT 1", args);
    if (!read) return tl::unexpected(read.error());
    return *read ? Situation::Opened : Situation::Free;
}

Result<bool> mayDo(Connection& sql, const Actor& actor, Operation operation, const Matter& matter) {
    const auto now = standing(sql, actor);
    if (!now) return tl::unexpected(now.error());
    if (now->nameless && !now->packet) return true;
    const auto where = situation(sql, actor, matter);
    if (!where) return tl::unexpected(where.error());
    return allowed(now->role, operation, *where);
}

Result<> demand(Connection& sql, const Actor& actor, Operation operation, const std::string& what,
                const Matter& matter) {
    const auto may = mayDo(sql, actor, operation, matter);
    if (!may) return tl::unexpected(may.error());
    if (*may) return {};
    sql.denials().waiting.emplace(name(operation));
    Transaction::auditDenials(sql, actor);
    const auto now = standing(sql, actor);
    if (!now) return tl::unexpected(now.error());
    const auto where = situation(sql, actor, matter);
    if (!where) return tl::unexpected(where.error());
    std::string why = " in the role of " + std::string(name(now->role));
    if (*where == Situation::Packet) why = " in a packet";
    if (*where == Situation::Reading) why = " before the round in which she reads has been opened";
    if (*where == Situation::Running && allowed(now->role, operation, Situation::Opened))
        why = matter.roundId ? " before the round has been opened"
                             : " before every round that reads this study has been opened";
    return fail(ErrorCode::NotAllowed,
                (actor.rater ? "Rater " + actor.name() : std::string("The administrator")) + " may not " +
                    what + why + ".");
}

Result<Condition> readable(Connection& sql, const Actor& actor, std::string_view row, Operation operation,
                           std::optional<Operation> consensus) {
    const auto now = standing(sql, actor);
    if (!now) return tl::unexpected(now.error());
    if (now->nameless) return Condition{"1 = 1", {}};
    const std::string v(row);
    const QVariant me = bindable(*actor.rater);
    const auto may = [&](Operation what, Situation where) {
        return !now->packet && allowed(now->role, what, where);
    };
    std::string others;
    QVariantList args;
    const auto add = [&](const std::string& condition) {
        others += (others.empty() ? "" : " OR ") + condition;
    };
    const std::string named = consensus ? v + ".source <> 'consensus' AND " : "";
    const std::string inOpened = "EXISTS (SELECT 1 FROM assignment x WHERE x.study_id = " + v +
                                 ".study_id AND x.rater = " + v + ".rater";
    if (consensus && may(*consensus, Situation::Free)) add(v + ".source = 'consensus'");
    if (may(operation, Situation::Free) && may(operation, Situation::Opened)) {
        add("(" + named + "1 = 1)");
    } else if (may(operation, Situation::Opened)) {
        // A rater sees those with whom she read; what is not hidden below is of opened rounds.
        add("(" + named + inOpened +
            " AND EXISTS (SELECT 1 FROM assignment y WHERE y.round_id = x.round_id AND y.study_id = "
            "x.study_id AND y.rater = ?)))");
        args.push_back(me);
    } else if (may(operation, Situation::Free)) {
        add("(" + named + "NOT " + inOpened + "))");
    }
    if (consensus && !may(*consensus, Situation::Free) && may(*consensus, Situation::Opened)) {
        add("(" + v + ".source = 'consensus' AND EXISTS (SELECT 1 FROM assignment y WHERE y.study_id = " + v +
            ".study_id AND y.rater = ?))");
        args.push_back(me);
    }
    if (others.empty()) return Condition{v + ".rater = ?", {me}};
    // Neither what a rater of a round not opened did, nor, to such a rater, what anybody did.
    const std::string hidden = "EXISTS (SELECT 1 FROM blinded b WHERE b.study_id = " + v +
                               ".study_id AND (b.rater = " + v + ".rater OR b.rater = ?" +
                               (consensus ? " OR " + v + ".source = 'consensus'" : "") + "))";
    Condition clause{"(" + v + ".rater = ? OR (NOT " + hidden + " AND (" + others + ")))", {me, me}};
    clause.args += args;
    return clause;
}

Result<bool> mayReadReadings(Connection& sql, const Actor& actor, std::int64_t studyId,
                             std::string_view rater) {
    if (actor.is(rater)) return true;
    const auto clause = readable(sql, actor, "o", Operation::ReadOthersReadings);
    if (!clause) return tl::unexpected(clause.error());
    QVariantList args{bindable(studyId), bindable(rater)};
    args += clause->args;
    return exists(sql, "SELECT 1 FROM (SELECT ? AS study_id, ? AS rater) o WHERE " + clause->sql, args);
}

} // namespace forameter::store
