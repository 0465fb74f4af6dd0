// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <functional>
#include <map>

#include "forameter/store/access.hpp"
#include "forameter/store/consensus_repository.hpp"
#include "forameter/store/effort_repository.hpp"
#include "forameter/store/packet.hpp"
#include "forameter/store/review_repository.hpp"
#include "forameter/store/round_repository.hpp"
#include "forameter/store/sign_in.hpp"

#include "fixture.hpp"

namespace forameter::store {
namespace {

/// What is meant, written down a second time: (r)ater, re(v)iewer, (c)linician, re(s)earcher, (a)dministrator
/// by situation free, running, reading, opened, packet.
const std::map<std::string, std::array<std::string, 5>> kMeant{
    {"draw", {"rvcs", "rvcs", "rvcs", "rvcs", "rvcs"}},
    {"mark-levels", {"rvcs", "rvs", "rvs", "rvcs", ""}},
    {"change-levels", {"rvcs", "s", "", "vs", ""}},
    {"correct-weighting", {"rvcsa", "sa", "", "vsa", ""}},
    {"import-images", {"rvcsa", "rvcsa", "rvcsa", "rvcsa", ""}},
    {"read-others-readings", {"vsa", "", "", "rvsa", ""}},
    {"read-consensus", {"vcsa", "", "", "rvcsa", ""}},
    {"read-others-timings", {"vsa", "", "", "vsa", ""}},
    {"read-progress", {"sa", "sa", "", "vsa", ""}},
    {"read-raters", {"vsa", "sa", "", "vsa", ""}},
    {"reveal-names", {"vsa", "", "", "vsa", ""}},
    {"make-consensus", {"vs", "", "", "vs", ""}},
    {"sign-consensus", {"v", "", "", "v", ""}},
    {"create-round", {"sa", "sa", "sa", "sa", ""}},
    {"change-round", {"sa", "sa", "", "sa", ""}},
    {"read-audit", {"a", "a", "", "a", ""}},
    {"verify-store", {"sa", "sa", "", "sa", "rvcsa"}},
    {"maintain-store", {"a", "a", "", "a", ""}},
    {"manage-accounts", {"a", "a", "", "a", ""}},
};
constexpr std::string_view kLetters = "rvcsa";

bool meant(Operation operation, Role role, Situation situation) {
    return kMeant.at(std::string(name(operation)))
               .at(static_cast<std::size_t>(situation))
               .find(kLetters[static_cast<std::size_t>(role)]) != std::string::npos;
}

TEST(AccessTable, EveryCellIsAsWrittenDown) {
    EXPECT_EQ(kMeant.size(), allOperations().size());
    std::size_t cells = 0;
    for (const auto operation : allOperations())
        for (const auto role : allRoles())
            for (const auto situation : allSituations()) {
                EXPECT_EQ(allowed(role, operation, situation), meant(operation, role, situation))
                    << name(operation) << ", " << name(role) << ", " << name(situation);
                ++cells;
            }
    EXPECT_EQ(cells, 19u * 5u * 5u);
}

/// A store in which x has drawn in a study of no round, of a running round, and of an opened one. Of each
/// role there is one who reads in nothing but the opened round (u-) and one who reads in the running one
/// (d-).
class AccessTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        for (const auto role : allRoles()) {
            people.push_back({"u-" + std::string(name(role)), role, false});
            if (role != Role::Administrator) people.push_back({"d-" + std::string(name(role)), role, true});
        }
        RaterRepository raters(store());
        ASSERT_TRUE(raters.add(RaterId("x")));
        for (const auto& person : people)
            ASSERT_TRUE(raters.add(RaterId(person.name), person.role));
        for (const char* const uid : {"1.1", "1.2", "1.3", "2.1", "2.2", "2.3"})
            ASSERT_TRUE(StudyRepository(store()).add(someStudy(uid)));
        std::vector<RaterId> readers{RaterId("x")}, opened{RaterId("x")};
        for (const auto& person : people)
            if (person.reads)
                readers.emplace_back(person.name);
            else if (person.role != Role::Administrator)
                opened.emplace_back(person.name);
        RoundRepository rounds(store());
        RoundPlan plan;
        plan.name = "running";
        plan.raters = readers;
        plan.studies = {StudyUid("1.2"), StudyUid("2.2")};
        ASSERT_TRUE(rounds.create(plan));
        plan.name = "opened";
        plan.raters = opened;
        plan.studies = {StudyUid("1.3"), StudyUid("2.3")};
        ASSERT_TRUE(rounds.create(plan));
        for (const char* const uid : {"1.1", "1.2", "1.3"}) {
            const StudyUid study(uid);
            ASSERT_TRUE(LevelSetRepository(store()).confirm(study, someLevels(), RaterId("x"), 0));
            save(someForamen(5, anatomy::Level::L4_L5, "x", 2, uid));
            auto consensus = someForamen(4, anatomy::Level::L3_L4, "consensus-staple", 2, uid);
            consensus.source = protocol::Source::Consensus;
            save(consensus);
            Effort effort;
            effort.study = study;
            effort.active = std::chrono::seconds(5);
            ASSERT_TRUE(EffortRepository(store()).append(effort, RaterId("x")));
        }
        ASSERT_TRUE(rounds.open("opened"));
        close();
    }

    struct Person {
        std::string name;
        Role role;
        bool reads;
    };
    std::vector<Person> people;
};

template <class T>
bool isAllowed(const Result<T>& result) {
    return result || result.error().code != ErrorCode::NotAllowed;
}

TEST_F(AccessTest, RepositoriesAskTheTable) {
    // Index of the study and the round by situation: of no round, of the running one, of the opened one.
    const std::array<std::string, 3> uids{"1", "2", "3"}, rounds{"", "running", "opened"};
    int serial = 0;
    using Try = std::function<bool(Store&, const Person&, std::size_t)>;
    const auto cell = anatomy::Cell::foramen(anatomy::Level::L1_L2, anatomy::Side::L);
    const auto levels = [](Store& s, const Person& p, const std::string& uid) {
        const auto now = LevelSetRepository(s).current(StudyUid(uid));
        return isAllowed(LevelSetRepository(s).saveDraft(StudyUid(uid), someLevels(), RaterId(p.name),
                                                         now && *now ? (*now)->version : 0));
    };
    const auto sees = [](Store& s, const std::string& uid, protocol::Source source) {
        return ContourRepository(s).count({.study = StudyUid(uid), .source = source}).value_or(0) > 0;
    };
    const std::vector<std::pair<Operation, Try>> ofStudies{
        {Operation::Draw,
         [&](Store& s, const Person& p, std::size_t i) {
             const auto mark = [&](const std::string& as) {
                 return isAllowed(CellStateRepository(s).set(StudyUid("1." + uids[i]), cell, RaterId(as),
                                                             protocol::CellState::NotCovered));
             };
             EXPECT_FALSE(mark("x")) << "nobody writes under another's name";
             return mark(p.name);
         }},
        {Operation::ChangeLevels,
         [&](Store& s, const Person& p, std::size_t i) { return levels(s, p, "1." + uids[i]); }},
        {Operation::MarkLevels,
         [&](Store& s, const Person& p, std::size_t i) { return levels(s, p, "2." + uids[i]); }},
        {Operation::CorrectWeighting,
         [&](Store& s, const Person&, std::size_t i) {
             const auto to = ++serial % 2 ? Weighting::T2 : Weighting::PD;
             return isAllowed(
                 StudyRepository(s).correctWeighting(SeriesUid("2." + uids[i] + ".1"), std::array{0}, to));
         }},
        {Operation::ReadOthersReadings,
         [&](Store& s, const Person&, std::size_t i) {
             const bool marks =
                 !CellStateRepository(s).states(StudyUid("1." + uids[i]), RaterId("x")).value().empty();
             const bool contours = sees(s, "1." + uids[i], protocol::Source::Manual);
             EXPECT_EQ(marks, contours);
             return contours;
         }},
        {Operation::ReadConsensus,
         [&](Store& s, const Person&, std::size_t i) {
             return sees(s, "1." + uids[i], protocol::Source::Consensus);
         }},
        {Operation::MakeConsensus,
         [&](Store& s, const Person&, std::size_t i) {
             protocol::Consensus consensus; // of nobody: refused for that, where it is not for the actor
             const auto some = someForamen(5, anatomy::Level::L4_L5, "x", 2, "1." + uids[i]);
             consensus.study = some.study;
             consensus.image = some.image;
             const auto made = ConsensusRepository(s).add(consensus);
             EXPECT_FALSE(made);
             return isAllowed(made);
         }},
        {Operation::SignConsensus,
         [&](Store& s, const Person&, std::size_t i) {
             Review review;
             review.study = StudyUid("1." + uids[i]);
             review.cell = anatomy::Cell::foramen(anatomy::Level::L4_L5, anatomy::Side::R);
             EXPECT_EQ(isAllowed(demand(s, Operation::SignConsensus, "sign", review.study)),
                       isAllowed(ReviewRepository(s).set(review, 99)));
             return isAllowed(ReviewRepository(s).set(review, 99)); // Conflict, where it is not refused
         }},
        {Operation::RevealNames,
         [&](Store& s, const Person&, std::size_t i) {
             return isAllowed(demand(s, Operation::RevealNames, "see names", StudyUid("1." + uids[i])));
         }},
        {Operation::ReadOthersTimings,
         [&](Store& s, const Person&, std::size_t i) {
             return !EffortRepository(s).pieces({.study = StudyUid("1." + uids[i])}).value().empty();
         }},
    };
    const std::vector<std::pair<Operation, Try>> ofRounds{
        {Operation::ReadProgress,
         [&](Store& s, const Person& p, std::size_t i) {
             const auto all = RoundRepository(s).progress(rounds[i]);
             return all && (all->size() > 1 || (all->size() == 1 && all->front().rater.text() != p.name));
         }},
        {Operation::ChangeRound,
         [&](Store& s, const Person&, std::size_t i) {
             return isAllowed(collectPacket(s, rounds[i], "/nowhere"));
         }},
    };
    const std::vector<std::pair<Operation, Try>> ofStores{
        {Operation::ImportImages,
         [&](Store& s, const Person&, std::size_t) {
             return isAllowed(StudyRepository(s).add(someStudy("9." + std::to_string(++serial))));
         }},
        {Operation::ReadRaters,
         [](Store& s, const Person&, std::size_t) { return RaterRepository(s).list().value().size() > 1; }},
        {Operation::CreateRound,
         [&](Store& s, const Person&, std::size_t) {
             RoundPlan plan;
             plan.name = "new-" + std::to_string(++serial);
             plan.raters = {RaterId("x")};
             plan.studies = {StudyUid("1.2.3")};
             return isAllowed(RoundRepository(s).create(plan));
         }},
        {Operation::ReadAudit,
         [](Store& s, const Person& p, std::size_t) {
             const auto entries = AuditLog(s).entries().value();
             return std::ranges::any_of(entries, [&](const auto& e) { return e.actor != p.name; });
         }},
        {Operation::VerifyStore, [](Store& s, const Person&, std::size_t) { return isAllowed(verify(s)); }},
        {Operation::MaintainStore,
         [](Store& s, const Person&, std::size_t) {
             const TemporaryFolder there;
             const bool settings = isAllowed(setAutoLock(s, std::chrono::minutes(10)));
             EXPECT_EQ(isAllowed(backup(s, there / "copy.sqlite")), settings);
             return settings;
         }},
        {Operation::ManageAccounts,
         [&](Store& s, const Person&, std::size_t) {
             const bool may = isAllowed(RaterRepository(s).add(RaterId("n" + std::to_string(++serial))));
             EXPECT_EQ(isAllowed(RaterRepository(s).setPassword(RaterId("x"), "12")), may); // too short
             EXPECT_EQ(isAllowed(RaterRepository(s).setRole(RaterId("x"), Role::Rater)), may);
             return may;
         }},
    };
    for (const auto& person : people) {
        auto store = Store::open(file, Actor::as(RaterId(person.name)));
        ASSERT_TRUE(store) << why(store);
        const auto expect = [&](Operation operation, const Try& attempt, std::size_t i, Situation situation) {
            EXPECT_EQ(attempt(*store, person, i), meant(operation, person.role, situation))
                << person.name << ", " << name(operation) << ", " << name(situation);
        };
        for (std::size_t i = 0; i < 3; ++i) {
            Situation situation = i == 0         ? Situation::Free
                                  : i == 2       ? Situation::Opened
                                  : person.reads ? Situation::Reading
                                                 : Situation::Running;
            // Not opened to a rater who did not read in it.
            if (i == 2 && person.role == Role::Rater && person.reads) situation = Situation::Free;
            for (const auto& [operation, attempt] : ofStudies)
                expect(operation, attempt, i, situation);
            if (i > 0 && situation != Situation::Free)
                for (const auto& [operation, attempt] : ofRounds)
                    expect(operation, attempt, i, situation);
        }
        for (const auto& [operation, attempt] : ofStores)
            expect(operation, attempt, 0, person.reads ? Situation::Reading : Situation::Free);
    }
    // And all that was tried and refused has harmed nothing.
    reopen();
    expectSound();
}

TEST_F(AccessTest, WhatIsRefusedIsAuditedAlsoWhereTheChangeIsRolledBack) {
    {
        auto store = Store::open(file, Actor::as(RaterId("u-clinician")));
        ASSERT_TRUE(store) << why(store);
        EXPECT_EQ(RoundRepository(*store).create(RoundPlan{}).error().code,
                  ErrorCode::NotAllowed);                              // within a change
        EXPECT_EQ(verify(*store).error().code, ErrorCode::NotAllowed); // in none
        ASSERT_TRUE(CellStateRepository(*store).set(
            StudyUid("1.1"), anatomy::Cell::foramen(anatomy::Level::L1_L2, anatomy::Side::L),
            RaterId("u-clinician"), protocol::CellState::NotCovered));
    }
    reopen();
    std::vector<std::string> denied;
    const auto entries = AuditLog(store()).entries().value();
    for (const auto& entry : entries)
        if (entry.action == "denied") denied.push_back(entry.actor + " " + entry.subject);
    EXPECT_EQ(denied, (std::vector<std::string>{"u-clinician create-round", "u-clinician verify-store"}));
    expectSound();
}

TEST_F(StoreTest, SigningInNeedsThePasswordAndLeavesItNowhere) {
    RaterRepository raters(store());
    ASSERT_TRUE(raters.add(RaterId("ada"), Role::Administrator));
    ASSERT_TRUE(raters.add(kR1));
    EXPECT_EQ(raters.setPassword(kR1, "short").error().code, ErrorCode::InvalidArgument);
    EXPECT_FALSE(needsSignIn(file, Actor::administrator()).value());
    ASSERT_TRUE(raters.setPassword(RaterId("ada"), "a long secret of ada"));
    ASSERT_TRUE(raters.setPassword(kR1, "a long secret of r1"));
    close();
    EXPECT_TRUE(needsSignIn(file, Actor::administrator()).value());
    for (const auto& actor : {Actor::administrator(), Actor::as(kR1), Actor::as(RaterId("ada"))})
        EXPECT_EQ(Store::open(file, actor).error().code, ErrorCode::NotAllowed);
    EXPECT_EQ(why(signIn(file, kR1, "a long secret of ada")), why(signIn(file, RaterId("nobody"), "x")));
    const auto actor = signIn(file, kR1, "a long secret of r1");
    ASSERT_TRUE(actor) << why(actor);
    auto mine = Store::open(file, *actor);
    ASSERT_TRUE(mine) << why(mine);
    ASSERT_TRUE(RaterRepository(*mine).setPassword(kR1, "another secret of r1"));
    EXPECT_EQ(RaterRepository(*mine).setPassword(RaterId("ada"), "mine now, I think").error().code,
              ErrorCode::NotAllowed);
    ASSERT_TRUE(signOut(*mine));
    const auto ada = signIn(file, RaterId("ada"), "a long secret of ada");
    ASSERT_TRUE(ada) << why(ada);
    auto whole = Store::open(file, *ada);
    ASSERT_TRUE(whole) << why(whole);
    EXPECT_EQ(RaterRepository(*whole).setRole(RaterId("ada"), Role::Rater).error().code, ErrorCode::Conflict);
    std::vector<std::string> actions;
    const auto entries = AuditLog(*whole).entries().value();
    for (const auto& entry : entries)
        actions.push_back(entry.action);
    for (const char* const action : {"sign-in", "sign-in.refused", "sign-out", "password.set"})
        EXPECT_TRUE(std::ranges::count(actions, action)) << action;
    EXPECT_TRUE(verify(*whole).value().ok());
    EXPECT_EQ(rawText(file, "SELECT substr(hash, 1, 10) FROM rater_password"), "$argon2id$");
    EXPECT_EQ(autoLock(*whole).value(), std::chrono::minutes(15));
    ASSERT_TRUE(setAutoLock(*whole, std::chrono::minutes(5)));
    EXPECT_EQ(autoLock(*whole).value(), std::chrono::minutes(5));
}

TEST_F(StoreTest, ANameMayHaveLettersOfAnyScriptInTheirComposedForm) {
    for (const char* name : {"r1", "Jürgen.Müller", "Дарья", "佐藤", "नेहा", "m@x_1-2"})
        EXPECT_TRUE(RaterRepository(store()).add(RaterId(name))) << name;
    const auto there = RaterRepository(store()).find(RaterId("Jürgen.Müller"));
    ASSERT_TRUE(there);
    EXPECT_TRUE(verify(store()).value().ok()) << "the chain of the audit takes them as they are";
    EXPECT_TRUE(Store::open(file, Actor::as(RaterId("佐藤"))));
    for (const char* name :
         {"", "a b", "Ju\xCC\x88rgen", "a/b", "a,b", "☺", "\xCC\x88", "bad\xFF", "r\u200B1", "１"})
        EXPECT_EQ(RaterRepository(store()).add(RaterId(name)).error().code, ErrorCode::InvalidArgument)
            << name;
    EXPECT_FALSE(RaterRepository(store()).add(RaterId(std::string(65, 'a'))));
}

TEST_F(StoreTest, AfterFiveFailuresTheRightPasswordHasToWaitToo) {
    ASSERT_TRUE(RaterRepository(store()).add(kR1));
    ASSERT_TRUE(RaterRepository(store()).setPassword(kR1, "a long secret of r1"));
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(why(signIn(file, kR1, "wrong")), "not-allowed: The name or the password is wrong.");
    const auto refused = signIn(file, kR1, "a long secret of r1");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("too often"), std::string::npos);
}

} // namespace
} // namespace forameter::store
