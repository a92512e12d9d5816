// What happens in the world of a simulation.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/testing/list_trees.h"
#include "tests/simulation/simulation.h"

namespace mrg {
namespace {

// An entry of a status list holds at most 256 intervals; a licence changes no more often than this.
constexpr size_t kChangesMax = 200;

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
  const absl::Time now = ClockOf(*member);
  log_.Step(timeline_.now(),
            absl::StrCat(member->node->name(), " is asked about ", licence, " in ", used_in));
  const auto decision = member->node->Decide(QuestionAbout(licence, used_in), now);
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

void Simulation::ChangeLicence() {
  const std::string licence = draws_.OneOf(SimulatedLicences());
  Member& member = At(fixture_.known_jurisdictions.at(Sample(licence).jurisdiction));
  const absl::Time now = ClockOf(member);
  const auto terms = ledger_.acknowledged().find(licence);
  const bool known = terms != ledger_.acknowledged().end();
  if (!member.node->up() || member.lost_answer.has_value() ||
      (known && terms->second.size() >= kChangesMax)) {
    return;
  }
  const bool is_out =
      known && !terms->second.empty() && terms->second.back().second == absl::InfiniteFuture();
  // A term never ends before it began, as the clocks of a simulation step back.
  if (is_out && terms->second.back().first >= now) return;
  if (known && !is_out && !terms->second.empty() && terms->second.back().second >= now) return;
  const absl::Status status =
      Attempt(&member, absl::StrCat(is_out ? "restores " : "revokes ", licence),
              [&] { return member.node->SetStatus(licence, !is_out, now); });
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
  // The first key is the one with which the sample licences are signed.
  if (!listed) entries.erase(entries.begin());
  auto tree = BuildTree(IssuerEntries(entries));
  if (!tree.ok()) return log_.Broken(tree.status().ToString());
  ledger_.IssuersSay(tree->root_sha256, listed);
  const std::string path = absl::StrCat(province, "/issuers");
  member->unpublished_issuers[path] = tree->root_sha256;
  member->unpublished = member->desk->ListTree(absl::StrCat("j-", province), path, *std::move(tree),
                                               ClockOf(*member));
  log_.Rare(listed ? "an authority's key was listed"
                   : "an authority's key was taken from the list");
  PublishWhatWaits(member);
  if (member->node->up()) Observe(member);
}

void Simulation::PartNetwork() {
  const std::string a = draws_.OneOf(names_);
  const std::string b = draws_.OneOf(names_);
  if (a == b) return;
  const auto cut = std::pair(std::min(a, b), std::max(a, b));
  if (!cuts_.insert(cut).second) return;
  log_.Step(timeline_.now(), absl::StrCat(a, " and ", b, " are parted"));
  log_.Rare("the network parted");
  timeline_.After(draws_.Between(absl::Minutes(10), absl::Hours(8)), [this, cut] {
    if (cuts_.erase(cut) == 0) return;
    log_.Step(timeline_.now(), absl::StrCat(cut.first, " and ", cut.second, " meet again"));
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
  member->clock_error = back ? -by : by;
  log_.Step(timeline_.now(), absl::StrCat("the clock of ", member->node->name(), " steps by ",
                                          absl::FormatDuration(member->clock_error)));
  log_.Rare(back ? "a clock stepped back" : "a clock stepped on");
  timeline_.After(draws_.Between(absl::Hours(1), absl::Hours(6)), [this, member] {
    log_.Step(timeline_.now(), absl::StrCat("the clock of ", member->node->name(), " is right"));
    member->clock_error = absl::ZeroDuration();
  });
}

void Simulation::RotateKey() {
  Member* const member = AnyUp();
  if (member == nullptr || member->unpublished.has_value() || !member->to_repin.empty()) return;
  member->unpublished = member->desk->RotateTimestampKey(ClockOf(*member));
  member->node->TakeNodeKeys();
  log_.Rare("a node's key was replaced");
  PublishWhatWaits(member);
  if (member->node->up()) Observe(member);
}

void Simulation::LoseRootKey() {
  Member* const member = AnyUp();
  if (member == nullptr || member->unpublished.has_value() || !member->to_repin.empty() ||
      forked_ == member->node->name()) {
    return;
  }
  const std::string lost = member->node->name();
  member->desk->LoseRootKey(timeline_.now());
  member->to_repin.insert(names_.begin(), names_.end());
  log_.Rare("a root key was lost");
  RepinAt(member, lost);
  for (const std::string& name : names_) {
    if (name == lost) continue;
    timeline_.After(draws_.Between(absl::Minutes(10), absl::Hours(6)), [this, name, lost] {
      Member& other = At(name);
      if (other.node->up() && At(lost).to_repin.contains(name)) RepinAt(&other, lost);
    });
  }
}

void Simulation::ShowTwoHistories() {
  const std::string licence = draws_.OneOf(SimulatedLicences());
  const std::string name = fixture_.known_jurisdictions.at(Sample(licence).jurisdiction);
  const std::string shown_to = draws_.OneOf(names_);
  Member& member = At(name);
  Member& deceived = At(shown_to);
  if (!forked_.empty() || shown_to == name || !member.node->up() || !deceived.node->up() ||
      member.unpublished.has_value() || !member.to_repin.empty() || member.fatal_fault ||
      member.lost_answer.has_value() || deceived.fatal_fault || Cut(name, shown_to)) {
    return;
  }
  log_.Step(timeline_.now(), absl::StrCat(name, " shows another history to ", shown_to));
  const absl::Time now = ClockOf(member);
  auto shadow = std::make_unique<MemoryStore>();
  const auto other = ForkRepository(member.node->store(), *member.desk, licence, now, shadow.get());
  log_.Note(other.ok() ? "signed" : "not signed");
  if (!other.ok()) return;
  ledger_.Signed(*other);
  const std::string path = absl::StrCat(Sample(licence).jurisdiction, "/status/licences");
  ledger_.StatusSays(other->FindTarget(path)->sha256, {{licence, {{now, absl::InfiniteFuture()}}}});
  shadow_ = std::move(shadow);
  const absl::Status taken = Attempt(&deceived, absl::StrCat("is shown it"), [&]() -> absl::Status {
    return deceived.node
        ->Refresh(
            member.desk->member(), [this]() { return shadow_.get(); }, ClockOf(deceived))
        .status();
  });
  // The rest of the world is shown a history that says something else of the same version.
  ChangeLicence();
  const auto set = member.node->up() && deceived.node->up()
                       ? deceived.node->InForce(member.desk->member())
                       : absl::StatusOr<std::optional<InForceSet>>(std::nullopt);
  const auto real = member.node->up() ? member.node->InForce(member.desk->member()) : set;
  if (!taken.ok() || !set.ok() || !set->has_value() || !real.ok() || !real->has_value()) return;
  const RoleVersion* const theirs = (*set)->FindRole("timestamp");
  if (theirs->signed_sha256 != other->FindRole("timestamp")->signed_sha256) return;
  forked_ = name;
  log_.Rare("a member showed two histories");
  CheckVersions(&deceived, name);
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
  const absl::Status status = Attempt(member, "is brought an old publication",
                                      [&] { return member->node->Publish(old, ClockOf(*member)); });
  if (status.ok()) log_.Broken("a publication of an old version was taken");
  if (ReasonOf(status) == Reason::kMetadataRollback) log_.Rare("a publication was out of date");
  if (member->node->up()) Observe(member);
}

}  // namespace mrg
