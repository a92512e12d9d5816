// What happens in the world of a simulation.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/target_paths.h"
#include "gateway/recognition/testing/list_trees.h"
#include "gateway/storage/testing/memory_store.h"
#include "tests/simulation/simulation.h"
#include "trustlist/repository/repository_reader.h"

namespace mrg {
namespace {

// An entry of a status list holds at most 256 intervals; under one epoch a licence is put out no
// more often than this.
constexpr int kChangesMax = 200;
// From when a licence-tag key is made to its first use, so that others have it by then.
constexpr absl::Duration kKeyAhead = absl::Hours(6);
// How soon after another one has brought what contradicts; few have compared by then.
constexpr absl::Duration kCoveredAfter = absl::Minutes(10);

}  // namespace

const LicenceQuestion& Simulation::QuestionAbout(const std::string& licence,
                                                 const std::string& used_in) {
  const auto key = std::pair(licence, used_in);
  const auto known = questions_.find(key);
  if (known != questions_.end()) return known->second;
  return questions_.emplace(key, AskAbout(Sample(licence), used_in)).first->second;
}

void Simulation::AskAboutLicence() {
  Member* const member = AnyUp();
  if (member == nullptr) return;
  const std::string licence = draws_.OneOf(SimulatedLicences());
  const std::string used_in = member->provinces.empty() ? "31" : draws_.OneOf(member->provinces);
  const absl::Time now = member->clock.Now();
  log_.Step(timeline_.now(),
            absl::StrCat(member->node->name(), " is asked about ", licence, " in ", used_in));
  const auto decision = member->node->Decide(QuestionAbout(licence, used_in));
  if (!decision.has_value()) return;
  log_.Note(audit::v1::Outcome_Name(decision->outcome));
  log_.Rare(absl::StrCat("decided ", audit::v1::Outcome_Name(decision->outcome)));
  for (const Reason reason : decision->reasons) {
    log_.Rare(absl::StrCat("a reason was ", TokenOf(reason)));
  }
  const std::string issuing = fixture_.known_jurisdictions.at(Sample(licence).jurisdiction);
  const absl::Status verdict = ledger_.Judge(*decision, licence, issuing, now);
  if (!verdict.ok()) log_.Broken(verdict.message());

  const std::string record = CanonicalBytes(decision->record);
  Attempt(member, "logs it", [&]() -> absl::Status {
    const auto index = member->node->Log(record);
    if (index.ok()) member->records.emplace_back(*index, record);
    return index.status();
  }).IgnoreError();
}

void Simulation::ChangeLicence(const std::string& licence) {
  Member& member = At(fixture_.known_jurisdictions.at(Sample(licence).jurisdiction));
  const absl::Time now = member.clock.Now();
  const auto terms = ledger_.acknowledged().find(licence);
  const bool known = terms != ledger_.acknowledged().end();
  const auto key = InUseAt(member.desk->licence_keys().at(Sample(licence).jurisdiction), now);
  int& changes = changes_[{licence, key->epoch}];
  if (!member.node->up() || member.lost_answer.has_value() || changes >= kChangesMax) return;
  const bool is_out =
      known && !terms->second.empty() && terms->second.back().second == absl::InfiniteFuture();
  // A term never ends before it began, as the clocks of a simulation step back.
  if (is_out && terms->second.back().first >= now) return;
  if (known && !is_out && !terms->second.empty() && terms->second.back().second >= now) return;
  if (!is_out) ++changes;
  const absl::Status status =
      Attempt(&member, absl::StrCat(is_out ? "restores " : "revokes ", licence),
              [&] { return member.node->SetStatus(licence, !is_out); });
  if (status.ok()) {
    ledger_.Acknowledge(licence, !is_out, now);
    log_.Rare(is_out ? "a licence was restored" : "a licence was revoked");
  } else {
    member.lost_answer = {licence, !is_out, now};
  }
  if (member.node->up()) Observe(&member);
}

void Simulation::ChangeIssuers() {
  Member* const member = AnyUp();
  if (member == nullptr || member->provinces.empty() || member->unpublished.has_value()) return;
  const std::string province = draws_.OneOf(member->provinces);
  std::vector<gateway::v1::IssuerEntry> entries = fixture_.jurisdictions.at(province).issuers;
  bool& listed = member->listed[province];
  listed = !listed;
  // The first key is the one with which the sample licences are signed. Entries are never deleted.
  gateway::v1::IssuerEntry& first = entries.front();
  gateway::v1::IssuerState* const state = first.add_states();
  state->set_kind(gateway::v1::ISSUER_STATE_KIND_SUSPENDED);
  *state->mutable_from() = first.listed_from();
  if (listed) *state->mutable_until() = ToTimestamp(ToTime(first.listed_from()) + absl::Seconds(1));
  auto tree = BuildTree(IssuerEntries(entries));
  if (!tree.ok()) return log_.Broken(tree.status().ToString());
  ledger_.IssuersSay(tree->root_sha256, listed);
  const std::string path = IssuersPath(province);
  member->unpublished_issuers[path] = tree->root_sha256;
  member->unpublished = member->desk->ListTree(absl::StrCat("j-", province), path, *std::move(tree),
                                               member->clock.Now());
  log_.Rare(listed ? "an authority's key is good again" : "an authority's key was suspended");
  PublishWhatWaits(member);
  if (member->node->up()) Observe(member);
}

void Simulation::PartNetwork() {
  const std::string a = draws_.OneOf(names_);
  const std::string b = draws_.OneOf(names_);
  if (a == b || network_.IsCut(IdOf(a), IdOf(b))) return;
  network_.Cut(IdOf(a), IdOf(b));
  log_.Step(timeline_.now(), absl::StrCat(a, " and ", b, " are parted"));
  log_.Rare("the network parted");
  timeline_.After(draws_.Between(absl::Minutes(10), absl::Hours(8)), [this, a, b] {
    if (!network_.IsCut(IdOf(a), IdOf(b))) return;
    network_.Join(IdOf(a), IdOf(b));
    log_.Step(timeline_.now(), absl::StrCat(a, " and ", b, " meet again"));
    LinkSoon(a, b);
  });
}

void Simulation::OrderFault() {
  using Fault = FaultyStore::Fault;
  static const auto* const kinds = new std::vector<std::pair<Fault, const char*>>{
      {Fault::kErrorAndLost, "a commit was lost"},
      {Fault::kErrorButPersisted, "a commit was kept, and called lost"},
      {Fault::kCrashBefore, "a crash before a commit"},
      {Fault::kCrashAfter, "a crash after a commit"},
      {Fault::kSyncFailed, "a failed sync"}};
  Member* const member = AnyUp();
  if (member == nullptr || member->fault_ordered) return;
  if (draws_.OneIn(6)) {
    log_.Step(timeline_.now(), absl::StrCat(member->node->name(), " loses its power"));
    return CrashNode(member);
  }
  const auto& [fault, name] = draws_.OneOf(*kinds);
  log_.Step(timeline_.now(), absl::StrCat(member->node->name(), " will meet ", name));
  log_.Rare(name);
  member->fault_ordered = true;
  member->fatal_fault = fault != Fault::kErrorAndLost && fault != Fault::kErrorButPersisted;
  member->node->store().FailCommit(1 + static_cast<int>(draws_.Below(8)), fault);
}

void Simulation::StepClock() {
  Member* const member = &At(draws_.OneOf(names_));
  const absl::Duration by = draws_.Between(absl::Minutes(1), absl::Hours(3));
  const bool back = draws_.OneIn(2);
  member->clock.SetError(back ? -by : by);
  log_.Step(timeline_.now(), absl::StrCat("the clock of ", member->node->name(), " steps by ",
                                          absl::FormatDuration(member->clock.error())));
  log_.Rare(back ? "a clock stepped back" : "a clock stepped on");
  timeline_.After(draws_.Between(absl::Hours(1), absl::Hours(6)), [this, member] {
    log_.Step(timeline_.now(), absl::StrCat("the clock of ", member->node->name(), " is right"));
    member->clock.SetError(absl::ZeroDuration());
  });
}

void Simulation::RotateKey() {
  Member* const member = AnyUp();
  if (member == nullptr || member->unpublished.has_value() || !member->to_repin.empty()) return;
  // Who shows two histories replaces it to cover them: PlanCover.
  if (Forks(member->node->name())) return;
  ReplaceKeyOf(member);
}

void Simulation::ReplaceKeyOf(Member* member) {
  member->unpublished = member->desk->RotateTimestampKey(member->clock.Now());
  member->node->TakeNodeKeys();
  log_.Rare("a node's key was replaced");
  PublishWhatWaits(member);
  if (member->node->up()) Observe(member);
}

void Simulation::RotateLicenceKey() {
  Member* const member = AnyUp();
  if (member == nullptr || member->provinces.empty()) return;
  const std::string province = draws_.OneOf(member->provinces);
  if (member->desk->licence_keys().at(province).size() >= kTagEpochsMax) return;
  const EpochKey key = member->desk->NextLicenceKey(province, timeline_.now() + kKeyAhead);
  log_.Rare("a licence-tag key was replaced");
  Attempt(member, absl::StrCat("takes licence-tag key ", key.epoch, " of ", province), [&] {
    return member->node->TakeLicenceKey(province, key);
  }).IgnoreError();
}

void Simulation::ListRoots() {
  for (const std::string& name : names_) NameRoot(name);
  Member& hub = At(kHubMember);
  hub.unpublished =
      hub.desk->ListFile("targets", kFederationPath, CanonicalBytes(federation_), timeline_.now());
  if (hub.node->up()) PublishWhatWaits(&hub);
  if (hub.node->up()) Observe(&hub);
}

void Simulation::LoseRootKey() {
  Member* const member = AnyUp();
  if (member == nullptr || member->unpublished.has_value() || !member->to_repin.empty() ||
      Forks(member->node->name()) || At(kHubMember).unpublished.has_value()) {
    return;
  }
  const std::string lost = member->node->name();
  member->desk->LoseRootKey(timeline_.now());
  member->to_repin.insert(names_.begin(), names_.end());
  log_.Rare("a root key was lost");
  if (lost == kHubMember) {
    RepinAt(member, lost);
  } else {
    ListRoots();
  }
  for (const std::string& name : names_) PlanRepin(name, lost);
}

void Simulation::RepinAt(Member* member, const std::string& publisher) {
  Member& lost = At(publisher);
  const absl::Status status =
      Attempt(member, absl::StrCat("repins ", publisher), [&]() -> absl::Status {
        const absl::Status repinned =
            member->node->Repin(lost.desk->member(), lost.desk->first_root());
        // The answer of an earlier attempt was lost.
        if (ReasonOf(repinned) == Reason::kMetadataMismatch) return absl::OkStatus();
        return repinned;
      });
  if (ReasonOf(status) == Reason::kMemberRootUnconfirmed) {
    log_.Rare("a new root waited for the hub's list");
  }
  if (!status.ok()) return;
  lost.to_repin.erase(member->node->name());
  // Another history begins.
  member->seen.erase(publisher);
}

void Simulation::PlanRepin(const std::string& name, const std::string& publisher) {
  timeline_.After(draws_.Between(absl::Minutes(1), absl::Hours(3)), [this, name, publisher] {
    if (!At(publisher).to_repin.contains(name)) return;
    if (At(name).node->up()) RepinAt(&At(name), publisher);
    if (At(publisher).to_repin.contains(name)) PlanRepin(name, publisher);
  });
}

void Simulation::ShowTwoHistories() {
  const std::string licence = draws_.OneOf(SimulatedLicences());
  const std::string name = fixture_.known_jurisdictions.at(Sample(licence).jurisdiction);
  const std::string shown_to = draws_.OneOf(names_);
  Member& member = At(name);
  Member& deceived = At(shown_to);
  if (fork_.has_value() || shown_to == name || !member.node->up() || !deceived.node->up() ||
      member.unpublished.has_value() || !member.to_repin.empty() || member.fatal_fault ||
      member.lost_answer.has_value() || deceived.fatal_fault || !Reaches(shown_to, name)) {
    return;
  }
  log_.Step(timeline_.now(), absl::StrCat(name, " shows another history to ", shown_to));
  const absl::Time now = member.clock.Now();
  MemoryStore shadow;
  const auto other = ForkRepository(member.node->store(), *member.desk, licence, now, &shadow);
  log_.Note(other.ok() ? "signed" : "not signed");
  if (!other.ok()) return;
  ledger_.Signed(*other);
  ledger_.StatusSays(other->FindTarget(LicenceStatusPath(Sample(licence).jurisdiction))->sha256,
                     {{licence, {{now, absl::InfiniteFuture()}}}});
  const RepositoryReader reader(&shadow);
  MemoryNode impostor;
  impostor.repositories = &reader;
  network_.Add(IdOf(name), impostor);
  deceived.node->Hint(IdOf(name), other->FindRole("timestamp")->version);
  BringLists(shown_to, name);
  network_.Add(IdOf(name), member.node->Answering());
  // Trusted is enough, in force or not.
  const auto trusted =
      deceived.node->FindHead(IdOf(name), other->FindRole("timestamp")->signed_sha256);
  if (!trusted.ok()) return log_.Broken(trusted.status().ToString());
  if (trusted->has_value()) {
    fork_ = Fork{name, shown_to, **trusted};
    log_.Rare("a member showed two histories");
  }
  // The rest of the world is shown a history that says something else of the same version.
  ChangeLicence(licence);
  // Some cover it with another key, which everybody follows.
  if (trusted->has_value() && draws_.OneIn(2)) PlanCover(**trusted);
}

void Simulation::PlanCover(const Head& shown) {
  timeline_.After(kCoveredAfter, [this, shown] {
    if (!fork_.has_value() || fork_->shown.signed_sha256 != shown.signed_sha256) return;
    Member& member = At(fork_->publisher);
    if (!member.to_repin.empty()) return;
    // Before that a new key would leave nothing to prove with (ADR-0027).
    const bool others_contradict =
        std::any_of(names_.begin(), names_.end(), [&](const std::string& other) {
          return other != fork_->publisher && other != fork_->deceived && At(other).node->up() &&
                 At(other).node->Contradicts(shown);
        });
    if (!others_contradict || !member.node->up() || member.unpublished.has_value()) {
      return PlanCover(shown);
    }
    ReplaceKeyOf(&member);
    log_.Rare("two histories were covered with a new key");
  });
}

void Simulation::PublishOutOfDate() {
  Member* const member = AnyUp();
  if (member == nullptr || member->provinces.empty()) return;
  const absl::StatusOr<std::optional<InForceSet>> before =
      member->node->InForce(member->desk->member());
  if (!before.ok() || !before->has_value()) return;
  const std::string role = absl::StrCat("j-", member->provinces.front());
  if ((*before)->FindRole(role)->version < 2) return;
  Publication old;
  old.metadata.emplace_back(role, member->first_province);
  const absl::Status status =
      Attempt(member, "is brought an old publication", [&] { return member->node->Publish(old); });
  if (status.ok()) log_.Broken("a publication of an old version was taken");
  if (ReasonOf(status) == Reason::kMetadataRollback) log_.Rare("a publication was out of date");
  if (member->node->up()) Observe(member);
}

void Simulation::WorldTurn() {
  const uint64_t drawn = draws_.Below(400);
  if (calm_) {
    // Nothing happens.
  } else if (drawn < 140) {
    AskAboutLicence();
  } else if (drawn < 210) {
    ChangeLicence(draws_.OneOf(SimulatedLicences()));
  } else if (drawn < 235) {
    ChangeIssuers();
  } else if (drawn < 260) {
    PartNetwork();
  } else if (drawn < 290) {
    OrderFault();
  } else if (drawn < 310) {
    StepClock();
  } else if (drawn < 322) {
    RotateKey();
  } else if (drawn < 328) {
    LoseRootKey();
  } else if (drawn < 344) {
    ShowTwoHistories();
  } else if (drawn < 352) {
    PublishOutOfDate();
  } else if (drawn < 354) {
    RotateLicenceKey();
  }
  timeline_.After(draws_.Between(absl::Minutes(5), absl::Minutes(25)), [this] { WorldTurn(); });
}

}  // namespace mrg
