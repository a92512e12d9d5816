// The members of a simulation and the turns of their nodes.

#include "tests/simulation/simulation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/target_paths.h"
#include "gateway/base/testing/ids.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "trustlist/client/first_trust.h"

namespace mrg {
namespace {

constexpr char kThirdMember[] = "pearl-river";
constexpr char kThirdProvince[] = "44";
constexpr char kThirdIssuerCode[] = "11440000YY000001XL";

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
    timeline_.After(draws_.Between(absl::Minutes(1), absl::Minutes(20)),
                    [this, name] { ListsTurn(name); });
    timeline_.After(draws_.Between(absl::Minutes(1), absl::Hours(4)),
                    [this, name] { LinkTurn(name); });
  }
  timeline_.After(absl::Minutes(5), [this] { WorldTurn(); });
  timeline_.After(absl::Hours(24), [this] { BeginCalm(); });
}

Simulation::~Simulation() = default;

void Simulation::MakeMembers() {
  AddThirdRegion(&fixture_);
  TrustLists lists(fixture_);
  names_ = {kHubMember, kDeltaMember, kSichuanMember, kThirdMember};
  federation_.ParseFromString(
      ContentOf(&lists, kHubMember).at("targets").files.at(kFederationPath));
  // The hub last, because it lists the roots of the others.
  for (auto name = names_.rbegin(); name != names_.rend(); ++name) {
    Member& member = members_.try_emplace(*name, &timeline_).first->second;
    for (const auto& [province, of_member] : fixture_.known_jurisdictions) {
      if (of_member != *name) continue;
      member.provinces.push_back(province);
      member.listed[province] = true;
    }
    std::map<std::string, RoleContent> content = ContentOf(&lists, *name);
    if (*name == kHubMember)
      content["targets"].files[kFederationPath] = CanonicalBytes(federation_);
    member.desk = std::make_unique<MemberDesk>(AsMember(*name), std::move(content), FixtureNow());
    NameRoot(*name);
  }
  for (const std::string& name : names_) MakeNode(name);
  for (const auto& [province, parts] : fixture_.jurisdictions) {
    for (const InForceTarget& target : lists.Set(parts.member).targets) {
      if (target.path != IssuersPath(province)) continue;
      At(parts.member).issuers[target.path] = target.sha256;
      ledger_.IssuersSay(target.sha256, true);
    }
  }
}

// The hub's own root stands in no list.
void Simulation::NameRoot(const std::string& name) {
  for (trustlist::v1::FederationMember& entry : *federation_.mutable_members()) {
    if (entry.member() != name || name == kHubMember) continue;
    entry.set_first_root_sha256(*RootDigest(At(name).desk->first_root()));
  }
}

void Simulation::MakeNode(const std::string& name) {
  Member& member = At(name);
  SnapshotOwner owner{IdOf(name), {}, IdOf(kHubMember)};
  for (const std::string& province : member.provinces) {
    owner.jurisdictions.push_back(AsJurisdiction(province));
  }
  std::vector<Peer> peers;
  for (const std::string& other : names_) {
    if (other == name) continue;
    Peer peer{IdOf(other), "", "", "", At(other).desk->first_root(), "", other == kHubMember};
    peers.push_back(std::move(peer));
  }
  member.node = std::make_unique<SimulatedNode>(
      NodePlace{std::move(owner), member.desk.get(), std::move(peers), &network_, &member.clock},
      EarsOf(name));
}

NodeEars Simulation::EarsOf(const std::string& name) {
  Member* const member = &At(name);
  return {[this, name](const MemberId& publisher) { Wake(name, publisher.value()); },
          [this, member](const MemberId&, const absl::Status& why) { Refused(member, why); },
          [this, member](const MemberId&, const absl::Status& result) {
            member->told.push_back(absl::StrCat("taken: ", ReasonText(result)));
          },
          [this, member](Event event) { Heard(member, event); }};
}

void Simulation::PublishAll() {
  for (const std::string& name : names_) {
    Member& member = At(name);
    absl::Status status = member.node->Start();
    // The regions need the hub's dictionary before they can judge their own content.
    if (name != kHubMember) BringLists(name, kHubMember);
    const Publication first = member.desk->First();
    for (const auto& [role, bytes] : first.metadata) {
      if (!member.provinces.empty() && role == absl::StrCat("j-", member.provinces.front())) {
        member.first_province = bytes;
      }
    }
    status.Update(member.node->Publish(first));
    log_.Step(timeline_.now(), absl::StrCat(name, " begins"));
    log_.Note(ReasonText(status));
    if (!status.ok()) log_.Broken(status.ToString());
    Observe(&member);
  }
  for (const std::string& name : names_) {
    for (const std::string& peer : names_) {
      if (peer == name) continue;
      ServeLink(name, peer);
      BringLists(name, peer);
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

bool Simulation::Reaches(const std::string& from, const std::string& to) {
  return At(to).node->up() && !network_.IsCut(IdOf(from), IdOf(to));
}

Simulation::Member* Simulation::AnyUp() {
  Member& member = At(draws_.OneOf(names_));
  return member.node->up() ? &member : nullptr;
}

void Simulation::Heard(Member* member, Event event) {
  // Refusals are told one by one.
  if (event == Event::kTrustRefreshFailed) return;
  const std::string token(InfoOf(event).token);
  member->told.push_back(token);
  // No log was ever set back, and with the network whole nothing is in the way of an exchange.
  const bool has_excuse =
      event != Event::kLogContradicted &&
      !(calm_ && (event == Event::kHeadExchangeFailed || event == Event::kEpochKeyFetchFailed));
  if (InfoOf(event).level != EventLevel::kInfo) log_.Rare(absl::StrCat("a node told ", token));
  if (!has_excuse) log_.Broken(absl::StrCat(member->node->name(), " told ", token));
}

void Simulation::Refused(Member* member, const absl::Status& why) {
  member->told.push_back(absl::StrCat("refused: ", ReasonText(why)));
  const std::optional<Reason> reason = ReasonOf(why);
  if (reason == Reason::kMetadataExpired) log_.Rare("lists were refused as expired");
  if (reason == Reason::kMetadataThreshold) log_.Rare("a lost root was refused");
  if (reason == Reason::kPublisherFrozen) log_.Rare("a frozen member was refused");
  if (reason == Reason::kFetchFailed) log_.Rare("a peer was not reached");
  if (reason == Reason::kStoreCorrupt || reason == Reason::kInvariantBroken) {
    log_.Broken(why.ToString());
  }
}

absl::Status Simulation::Attempt(Member* member, absl::string_view what,
                                 const std::function<absl::Status()>& act) {
  log_.Step(timeline_.now(), absl::StrCat(member->node->name(), " ", what));
  member->told.clear();
  const absl::Status status = act();
  log_.Note(ReasonText(status));
  NoteTold(member);
  if (ReasonOf(status) == Reason::kStoreCorrupt || ReasonOf(status) == Reason::kInvariantBroken) {
    log_.Broken(status.ToString());
  }
  Settle();
  return status;
}

void Simulation::NoteTold(Member* member) {
  for (const std::string& words : member->told) log_.Note(words);
}

// Of all: a node can die of what another one asked.
void Simulation::Settle() {
  for (auto& [name, member] : members_) {
    if (!member.fault_ordered || !member.node->store().fault_fired()) continue;
    member.fault_ordered = false;
    if (member.fatal_fault) {
      CrashNode(&member);
    } else {
      log_.Rare("a commit without an answer");
    }
  }
}

void Simulation::CrashNode(Member* member) {
  log_.Note(absl::StrCat(member->node->name(), " goes down"));
  log_.Rare("a node crashed");
  member->node->Crash();
  member->fault_ordered = false;
  member->fatal_fault = false;
  timeline_.After(draws_.Between(absl::Minutes(1), absl::Minutes(150)), [this, member] {
    if (!member->node->up()) StartNode(member);
  });
}

void Simulation::StartNode(Member* member) {
  const std::string& name = member->node->name();
  log_.Step(timeline_.now(), absl::StrCat(name, " starts again"));
  member->told.clear();
  const absl::Status status = member->node->Start();
  log_.Note(ReasonText(status));
  NoteTold(member);
  if (!status.ok()) {
    log_.Broken(absl::StrCat("a node does not start: ", status.ToString()));
    return;
  }
  Observe(member);
  for (const std::string& publisher : names_) {
    CheckVersions(member, publisher);
    if (publisher != name) LinkSoon(name, publisher);
  }
  CheckRecords(member);
}

void Simulation::LinkSoon(const std::string& name, const std::string& peer) {
  timeline_.After(draws_.Between(absl::Seconds(1), absl::Seconds(30)), [this, name, peer] {
    ServeLink(name, peer);
    ServeLink(peer, name);
  });
}

void Simulation::Wake(const std::string& name, const std::string& publisher) {
  if (!At(name).awake.insert(publisher).second) return;
  timeline_.After(draws_.Between(absl::Seconds(1), absl::Seconds(5)), [this, name, publisher] {
    At(name).awake.erase(publisher);
    BringLists(name, publisher);
  });
}

void Simulation::BringLists(const std::string& name, const std::string& publisher) {
  Member& member = At(name);
  if (!member.node->up()) return;
  const bool direct = Reaches(name, publisher);
  member.told.clear();
  member.node->BringLists(IdOf(publisher));
  if (member.told.empty()) return;  // nothing was due
  log_.Step(timeline_.now(), absl::StrCat(name, " brings the lists of ", publisher));
  NoteTold(&member);
  Settle();
  if (CheckVersions(&member, publisher) && !direct) log_.Rare("lists came by a relay");
}

void Simulation::ServeLink(const std::string& name, const std::string& peer) {
  Member& member = At(name);
  if (!member.node->up()) return;
  log_.Step(timeline_.now(), absl::StrCat(name, " serves its link to ", peer));
  member.told.clear();
  member.node->ServeLink(IdOf(peer));
  NoteTold(&member);
  Settle();
}

void Simulation::PublishWhatWaits(Member* member) {
  if (!member->unpublished.has_value()) return;
  const absl::Status status =
      Attempt(member, "publishes", [&] { return member->node->Publish(*member->unpublished); });
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
      const auto next = member.node->Renew();
      if (next.ok()) wait = *next - member.clock.Now();
      return next.status();
    }).IgnoreError();
  }
  if (member.node->up()) Observe(&member);
  wait = std::clamp(wait, absl::Minutes(1), absl::Minutes(30));
  timeline_.After(wait, [this, name] { RenewTurn(name); });
}

void Simulation::ListsTurn(const std::string& name) {
  for (const std::string& publisher : names_) {
    if (publisher != name) BringLists(name, publisher);
  }
  timeline_.After(draws_.Between(absl::Minutes(10), absl::Minutes(20)),
                  [this, name] { ListsTurn(name); });
}

void Simulation::LinkTurn(const std::string& name) {
  for (const std::string& peer : names_) {
    if (peer != name) ServeLink(name, peer);
  }
  timeline_.After(draws_.Between(absl::Hours(3), absl::Hours(5)), [this, name] { LinkTurn(name); });
}

}  // namespace mrg
