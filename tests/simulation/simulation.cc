#include "tests/simulation/simulation.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/snapshot/testing/trust_lists.h"

namespace mrg {
namespace {

constexpr char kThirdMember[] = "pearl-river";
constexpr char kThirdProvince[] = "44";
constexpr char kThirdIssuerCode[] = "11440000YY000001XL";

constexpr absl::Duration kDay = absl::Hours(24);

std::string ReasonText(const absl::Status& status) {
  if (status.ok()) return "ok";
  const std::optional<Reason> reason = ReasonOf(status);
  return reason.has_value() ? std::string(TokenOf(*reason)) : std::string(status.message());
}

// Adds a third region, which has no agreement with the others and so is only followed by them.
void AddThirdRegion(SnapshotFixture* fixture) {
  JurisdictionParts parts = fixture->jurisdictions.at("34");
  parts.member = kThirdMember;
  const Scheme schemes[] = {Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256};
  for (size_t i = 0; i < parts.issuers.size(); ++i) {
    parts.issuers[i].set_issuer_code(kThirdIssuerCode);
    parts.issuers[i].set_public_key(IssuerKey(kThirdProvince, schemes[i]).public_key().spki_der());
    parts.issuers[i].clear_area_prefixes();
    parts.issuers[i].add_area_prefixes(kThirdProvince);
  }
  fixture->jurisdictions[kThirdProvince] = std::move(parts);
  fixture->known_jurisdictions[kThirdProvince] = kThirdMember;
  fixture->roles[kThirdMember];
}

// What the member's roles list, of the fixture's parts; all but what the node itself signs.
std::map<std::string, RoleContent> ContentOf(TrustLists* lists, const std::string& member) {
  std::map<std::string, RoleContent> content;
  for (const InForceTarget& target : lists->Set(member).targets) {
    if (target.role == "status") continue;
    RoleContent& role = content[target.role];
    if (!target.is_tree) {
      role.files[target.path] = lists->blobs().at(target.sha256);
      continue;
    }
    BuiltTree tree;
    tree.root_sha256 = target.sha256;
    tree.nodes.emplace(target.sha256, lists->blobs().at(target.sha256));
    role.trees.emplace(target.path, std::move(tree));
  }
  return content;
}

}  // namespace

Simulation::Simulation(uint64_t seed) : draws_(seed), timeline_(FixtureNow()) {
  MakeMembers();
  PublishAll();
  for (const std::string& name : names_) {
    timeline_.After(draws_.Between(absl::Minutes(1), absl::Minutes(10)),
                    [this, name] { RenewTurn(name); });
    timeline_.After(draws_.Between(absl::Minutes(1), absl::Minutes(30)),
                    [this, name] { PollTurn(name); });
    timeline_.After(draws_.Between(absl::Minutes(1), absl::Hours(4)),
                    [this, name] { HeadsTurn(name); });
  }
  timeline_.After(absl::Minutes(5), [this] { WorldTurn(); });
  timeline_.After(kDay, [this] { CalmTurn(); });
}

Simulation::~Simulation() = default;

void Simulation::MakeMembers() {
  AddThirdRegion(&fixture_);
  TrustLists lists(fixture_);
  for (const char* name : {kHubMember, kDeltaMember, kSichuanMember, kThirdMember}) {
    names_.emplace_back(name);
    Member& member = members_[name];
    SnapshotOwner owner{*MemberId::Parse(name), {}, *MemberId::Parse(kHubMember)};
    for (const auto& [province, of_member] : fixture_.known_jurisdictions) {
      if (of_member != name) continue;
      member.provinces.push_back(province);
      member.listed[province] = true;
      owner.jurisdictions.push_back(*JurisdictionId::Parse(province));
    }
    member.desk = std::make_unique<MemberDesk>(owner.member, ContentOf(&lists, name), FixtureNow());
    member.node = std::make_unique<SimulatedNode>(std::move(owner), member.desk.get());
  }
  for (const auto& [province, parts] : fixture_.jurisdictions) {
    for (const InForceTarget& target : lists.Set(parts.member).targets) {
      if (target.path != absl::StrCat(province, "/issuers")) continue;
      At(parts.member).issuers[target.path] = target.sha256;
      ledger_.IssuersSay(target.sha256, true);
    }
  }
}

void Simulation::PublishAll() {
  for (const std::string& name : names_) {
    Member& member = At(name);
    absl::Status status = member.node->Start(timeline_.now());
    for (const std::string& publisher : names_) {
      status.Update(
          member.node->Pin(At(publisher).desk->member(), At(publisher).desk->first_root()));
    }
    // The regions need the hub's dictionary before they can judge their own content.
    if (name != kHubMember) {
      status.Update(
          member.node
              ->Refresh(At(kHubMember).desk->member(), DoorTo(name, kHubMember), timeline_.now())
              .status());
    }
    const Publication first = member.desk->First();
    for (const auto& [role, bytes] : first.metadata) {
      if (!member.provinces.empty() && role == absl::StrCat("j-", member.provinces.front())) {
        member.first_province = bytes;
      }
    }
    status.Update(member.node->Publish(first, timeline_.now()));
    log_.Step(timeline_.now(), absl::StrCat(name, " begins"));
    log_.Note(ReasonText(status));
    if (!status.ok()) log_.Broken(status.ToString());
    Observe(&member);
  }
  for (const std::string& name : names_) {
    for (const std::string& publisher : names_) {
      if (publisher != name) Refresh(name, publisher, publisher);
    }
  }
}

int64_t Simulation::Run(int64_t hours, const std::function<bool()>& go_on) {
  for (int64_t hour = 0; hour < hours; ++hour) {
    if (go_on && !go_on()) return hour;
    const absl::Time end = timeline_.now() + absl::Hours(1);
    while (!log_.broken().has_value() && timeline_.RunNext(end)) {
    }
    if (log_.broken().has_value()) return hour;
  }
  return hours;
}

bool Simulation::Cut(const std::string& a, const std::string& b) const {
  return cuts_.contains({std::min(a, b), std::max(a, b)});
}

Door Simulation::DoorTo(const std::string& from, const std::string& to) {
  return [this, from, to]() -> OrderedStore* {
    Member& peer = At(to);
    return peer.node->up() && !Cut(from, to) ? &peer.node->store() : nullptr;
  };
}

Simulation::Member* Simulation::AnyUp() {
  Member& member = At(draws_.OneOf(names_));
  return member.node->up() ? &member : nullptr;
}

absl::Status Simulation::Attempt(Member* member, absl::string_view what,
                                 const std::function<absl::Status()>& act) {
  log_.Step(timeline_.now(), absl::StrCat(member->node->name(), " ", what));
  const absl::Status status = act();
  log_.Note(ReasonText(status));
  if (ReasonOf(status) == Reason::kStoreCorrupt || ReasonOf(status) == Reason::kInvariantBroken) {
    log_.Broken(status.ToString());
  }
  if (member->fault_ordered && member->node->store().fault_fired()) {
    member->fault_ordered = false;
    if (member->fatal_fault) {
      CrashNode(member);
    } else {
      log_.Rare("a commit without an answer");
    }
  }
  return status;
}

void Simulation::CrashNode(Member* member) {
  log_.Note("goes down");
  log_.Rare("a node crashed");
  member->node->Crash();
  member->fault_ordered = false;
  member->fatal_fault = false;
  timeline_.After(draws_.Between(absl::Minutes(1), absl::Minutes(150)), [this, member] {
    if (!member->node->up()) StartNode(member);
  });
}

void Simulation::StartNode(Member* member) {
  log_.Step(timeline_.now(), absl::StrCat(member->node->name(), " starts again"));
  const absl::Status status = member->node->Start(ClockOf(*member));
  log_.Note(ReasonText(status));
  if (!status.ok()) {
    log_.Broken(absl::StrCat("a node does not start: ", status.ToString()));
    return;
  }
  Observe(member);
  for (const std::string& publisher : names_) CheckVersions(member, publisher);
  CheckRecords(member);
}

void Simulation::TellPeers(const std::string& name) {
  for (const std::string& peer : names_) {
    if (peer == name) continue;
    timeline_.After(draws_.Between(absl::Seconds(1), absl::Seconds(5)), [this, peer, name] {
      if (At(peer).node->up() && !Cut(peer, name)) Refresh(peer, name, name);
    });
  }
}

void Simulation::Refresh(const std::string& name, const std::string& publisher,
                         const std::string& from) {
  Member& member = At(name);
  bool changed = false;
  const absl::Status status = Attempt(
      &member, absl::StrCat("refreshes ", publisher, " from ", from), [&]() -> absl::Status {
        const auto refreshed =
            member.node->Refresh(At(publisher).desk->member(), DoorTo(name, from), ClockOf(member));
        changed = refreshed.ok() && *refreshed;
        return refreshed.status();
      });
  if (changed && from != publisher) log_.Rare("lists came by a relay");
  if (ReasonOf(status) == Reason::kMetadataExpired) log_.Rare("lists were refused as expired");
  if (ReasonOf(status) == Reason::kMetadataThreshold) log_.Rare("a lost root was refused");
  if (ReasonOf(status) == Reason::kPublisherFrozen) log_.Rare("a frozen member was refused");
  if (ReasonOf(status) == Reason::kFetchFailed) log_.Rare("a peer was not reached");
  if (member.node->up()) CheckVersions(&member, publisher);
}

void Simulation::PublishWhatWaits(Member* member) {
  if (!member->unpublished.has_value()) return;
  const absl::Status status = Attempt(member, "publishes", [&] {
    return member->node->Publish(*member->unpublished, ClockOf(*member));
  });
  if (!status.ok()) return;
  member->unpublished.reset();
  for (const auto& [path, tree] : member->unpublished_issuers) member->issuers[path] = tree;
  member->unpublished_issuers.clear();
}

void Simulation::RenewTurn(const std::string& name) {
  Member& member = At(name);
  absl::Duration wait = absl::Minutes(10);
  if (member.node->up()) PublishWhatWaits(&member);
  if (member.node->up()) {
    Attempt(&member, "renews", [&]() -> absl::Status {
      const auto next = member.node->Renew(ClockOf(member));
      if (next.ok()) wait = *next - ClockOf(member);
      return next.status();
    }).IgnoreError();
  }
  if (member.node->up()) Observe(&member);
  wait = std::clamp(wait, absl::Minutes(1), absl::Minutes(10));
  timeline_.After(wait, [this, name] { RenewTurn(name); });
}

void Simulation::PollTurn(const std::string& name) {
  for (const std::string& publisher : names_) {
    if (publisher == name || !At(name).node->up()) continue;
    // Who cannot be asked itself is asked after at somebody else's.
    const bool reached = DoorTo(name, publisher)() != nullptr;
    const std::string from = reached ? publisher : draws_.OneOf(names_);
    if (from != name) Refresh(name, publisher, from);
  }
  timeline_.After(draws_.Between(absl::Minutes(20), absl::Minutes(40)),
                  [this, name] { PollTurn(name); });
}

void Simulation::HeadsTurn(const std::string& name) {
  Member& member = At(name);
  const std::string peer = draws_.OneOf(names_);
  if (member.node->up() && peer != name) {
    std::vector<MemberId> publishers;
    for (const std::string& one : names_) publishers.push_back(At(one).desk->member());
    Attempt(&member, absl::StrCat("compares histories with ", peer), [&] {
      return member.node->CompareHeads(publishers, DoorTo(name, peer), ClockOf(member));
    }).IgnoreError();
  }
  timeline_.After(draws_.Between(absl::Hours(2), absl::Hours(4)),
                  [this, name] { HeadsTurn(name); });
}

void Simulation::RepinAt(Member* member, const std::string& publisher) {
  Member& lost = At(publisher);
  const absl::Status status =
      Attempt(member, absl::StrCat("repins ", publisher), [&]() -> absl::Status {
        const absl::Status repinned =
            member->node->Repin(lost.desk->member(), lost.desk->first_root(), ClockOf(*member));
        // The answer of an earlier attempt was lost.
        if (ReasonOf(repinned) == Reason::kMetadataMismatch) return absl::OkStatus();
        return repinned;
      });
  if (!status.ok()) return;
  lost.to_repin.erase(member->node->name());
  // Another history begins.
  member->seen.erase(publisher);
}

void Simulation::WorldTurn() {
  const uint64_t drawn = draws_.Below(400);
  if (drawn < 140) {
    AskAboutLicence();
  } else if (drawn < 210) {
    ChangeLicence();
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
  }
  timeline_.After(draws_.Between(absl::Minutes(5), absl::Minutes(25)), [this] { WorldTurn(); });
}

}  // namespace mrg
