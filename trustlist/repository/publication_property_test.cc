// Whatever the publisher says OK to, followers take: one that begins today, one that took
// everything so far, and one that was away for some publications. Random trees of delegations and
// random revisions of them, sound and faulty ones, with every limit so low that it is met.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/repository/repository_editor.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/testing/reader_fetcher.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr absl::Duration kRootLife = absl::Hours(24 * 365);
constexpr absl::Duration kTargetsLife = absl::Hours(24 * 90);
constexpr uint64_t kSeeds = 8;
constexpr int kRevisions = 16;
constexpr size_t kKeys = 12;
constexpr size_t kOnlineKey = kKeys - 1;

const std::vector<std::string> kRoles = {"j-31", "j-32",     "city",  "district",
                                         "town", "j-31-sub", "status"};
const std::vector<std::string> kPatterns = {"31/*", "*/*",  "32/*",    "31/packs/*/*/*",
                                            "31/?", "31/a", "3[12]/a", "*"};
const std::vector<std::string> kPaths = {"31/a", "31/b", "32/a", "31/packs/x/y/1", "log-keys"};
const std::vector<std::string> kBadPaths = {"31/A", "../a", "/31/a", "31//a"};

// Met by what is made below.
MetadataLimits LowLimits() {
  MetadataLimits limits;
  limits.root_bytes_max = 3600;
  limits.timestamp_bytes_max = 1000;
  limits.snapshot_bytes_max = 1900;
  limits.targets_bytes_max = 6000;
  limits.target_bytes_max = 200;
  limits.root_rotations_max = 3;
  limits.delegated_roles_max = 6;
  limits.targets_max = 6;
  limits.tree_nodes_max = 4;
  return limits;
}

// Made once: the test is about who signs what, not about keys.
const Signer& Key(size_t index) {
  static const auto* const keys = [] {
    auto* made = new std::vector<std::unique_ptr<Signer>>;
    for (size_t i = 0; i < kKeys; ++i) {
      const Scheme scheme = i % 4 == 2 ? Scheme::kSm2Sm3 : Scheme::kEd25519;
      made->push_back(*NewEvpSigner(scheme, *GeneratePrivateKeyPem(scheme)));
    }
    return made;
  }();
  return *keys->at(index);
}

RoleSigners SignersOf(const std::vector<size_t>& keys) {
  RoleSigners signers;
  for (const size_t key : keys) signers.keys.push_back(Key(key).public_key());
  signers.threshold = static_cast<int>(keys.size());
  return signers;
}

// A targets role as its people have it.
struct WrittenRole {
  std::vector<size_t> keys;  // all of which sign it
  int64_t version = 0;
  std::vector<Delegation> delegations;
  std::map<std::string, TargetFile> targets;
};

struct World {
  int64_t root_version = 0;
  size_t root_key = 0;
  size_t timestamp_key = 1;
  size_t snapshot_key = 2;
  std::map<std::string, WrittenRole> roles = {{"targets", {{3}, 0, {}, {}}}};
};

// What was answered to how many publications.
using Tally = std::map<std::string, int>;

class RandomRepository {
 public:
  explicit RandomRepository(uint64_t seed) : random_(seed) {}

  void Run(Tally* tally) {
    for (int revision = 0; revision < kRevisions && !testing::Test::HasFailure(); ++revision) {
      SCOPED_TRACE(absl::StrCat("revision ", revision));
      now_ += absl::Minutes(static_cast<int64_t>(Below(90)));
      Publish(tally);
      if (world_.root_version == 0 || !OneIn(4)) continue;
      now_ += absl::Hours(static_cast<int64_t>(1 + Below(40)));
      ExpectTaken();
    }
  }

 private:
  size_t Below(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }
  bool OneIn(size_t n) { return Below(n) == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& list) {
    return list[Below(list.size())];
  }

  void Publish(Tally* tally) {
    World next = world_;
    const Publication publication = Revise(&next);
    const std::string before = store_.Dump();

    const auto published = Publisher(next)->Publish(publication, now_);

    const std::optional<Reason> refusal = ReasonOf(published.status());
    ++(*tally)[refusal.has_value() ? std::string(TokenOf(*refusal)) : "OK"];
    if (!published.ok()) {
      EXPECT_EQ(store_.Dump(), before) << published.status();
      return;
    }
    world_ = std::move(next);
    ExpectTaken();
  }

  std::unique_ptr<RepositoryPublisher> Publisher(const World& world) {
    PublisherOptions options{member_};
    options.limits = LowLimits();
    return std::make_unique<RepositoryPublisher>(
        std::move(options),
        OnlineSigners{&Key(world.timestamp_key), &Key(world.snapshot_key), &Key(kOnlineKey)},
        &store_, &intake_);
  }

  // Every follower takes what is in force; one that is behind by more roots than are followed at
  // once in as many refreshes as that takes.
  void ExpectTaken() {
    // A publication without news signs nothing; what runs out the node renews by itself.
    const absl::Status renewed = Publisher(world_)->RenewIfDue(now_).status();
    ASSERT_TRUE(renewed.ok()) << renewed;
    const std::optional<InForceSet> set = *InForceStore(&store_).Load(member_);
    ASSERT_TRUE(set.has_value());
    MemoryStore fresh;
    ExpectTakenBy(&fresh, *set, "one that begins today");
    ExpectTakenBy(&following_, *set, "one that took everything");
    if (OneIn(4)) ExpectTakenBy(&absent_, *set, "one that was away");
  }

  void ExpectTakenBy(MemoryStore* store, const InForceSet& set, const char* who) {
    MetadataStore metadata(store);
    const auto root = RepositoryReader(&store_).ReadMetadata(member_, "root", 1);
    ASSERT_TRUE(root.ok() && InitTrust(member_, *root, std::nullopt, &metadata).ok());
    ReaderFetcher fetcher(member_, &store_);
    Updater updater(member_, store, &fetcher, LowLimits());
    absl::StatusOr<Updater::Outcome> outcome = updater.Refresh(now_);
    const int64_t more = world_.root_version / LowLimits().root_rotations_max;
    for (int64_t i = 0; i < more && !IsRoot(outcome, set); ++i) outcome = updater.Refresh(now_);
    ASSERT_TRUE(outcome.ok()) << who << ": " << outcome.status();
    EXPECT_TRUE(SameInForce(outcome->in_force, set)) << who;
  }

  static bool IsRoot(const absl::StatusOr<Updater::Outcome>& outcome, const InForceSet& set) {
    return outcome.ok() &&
           outcome->in_force.FindRole("root")->version == set.FindRole("root")->version;
  }

  // --- What people write and hand over, right or wrong ------------------------------------------

  Publication Revise(World* world) {
    Publication publication;
    if (world->root_version == 0 || OneIn(5)) WriteRoots(world, &publication);
    std::set<std::string> changed;
    if (world->roles.size() == 1 || OneIn(3)) {
      GrowTree(world);
      for (const auto& [name, role] : world->roles) changed.insert(name);
    } else {
      for (const auto& [name, role] : world->roles) {
        if (OneIn(3)) changed.insert(name);
      }
    }
    for (const std::string& name : changed) {
      if (name == "status" && !OneIn(20)) continue;  // the node signs it itself
      WrittenRole& role = world->roles[name];
      if (OneIn(2)) ChangeTargets(&role, &publication);
      NextVersion(&role);
      publication.metadata.emplace_back(name, Signed(role));
    }
    if (!publication.metadata.empty() && OneIn(16)) {
      publication.metadata.erase(publication.metadata.begin() +
                                 static_cast<int64_t>(Below(publication.metadata.size())));
    }
    if (!publication.metadata.empty() && OneIn(40)) {
      std::string& bytes = publication.metadata[Below(publication.metadata.size())].second;
      bytes[Below(bytes.size())] ^= 1;
    }
    return publication;
  }

  void WriteRoots(World* world, Publication* publication) {
    const size_t count = world->root_version == 0 ? 1 : 1 + Below(4);
    for (size_t i = 0; i < count; ++i) {
      const size_t root_before = world->root_key;
      world->root_version += world->root_version > 0 && OneIn(40) ? 2 : 1;
      if (world->root_version > 1) {
        if (OneIn(3)) world->root_key = Below(kKeys);
        if (OneIn(3)) world->timestamp_key = Below(kKeys);
        if (OneIn(3)) world->snapshot_key = Below(kKeys);
      }
      MetadataDraft root =
          MakeRoot({SignersOf({world->root_key}), SignersOf({world->timestamp_key}),
                    SignersOf({world->snapshot_key}), SignersOf(world->roles.at("targets").keys)},
                   world->root_version, kStart + kRootLife);
      if (OneIn(60)) root.SetMember("x-pad", std::string(LowLimits().root_bytes_max, 'x'));
      Sign({world->root_key}, &root);
      if (!OneIn(30)) Sign({root_before}, &root);
      publication->metadata.emplace_back(absl::StrCat(world->root_version, ".root"), root.Bytes());
    }
  }

  // Delegations of the top-level targets and of each other, of any depth; now and then in a circle.
  void GrowTree(World* world) {
    for (auto& [name, role] : world->roles) role.delegations.clear();
    std::vector<std::string> names = kRoles;
    std::shuffle(names.begin(), names.end(), random_);
    names.resize(Below(OneIn(12) ? names.size() + 1 : 6));
    std::vector<std::string> delegators = {"targets"};
    for (const std::string& name : names) {
      WrittenRole& role = world->roles[name];
      if (role.keys.empty()) {
        role.keys = {Below(kKeys)};
        if (OneIn(3)) role.keys.push_back((role.keys.front() + 1) % kKeys);
      }
      if (name == "status") role.keys = {kOnlineKey};
      Delegate(Of(delegators), name, world);
      if (OneIn(4)) Delegate(Of(delegators), name, world);
      delegators.push_back(name);
    }
    if (names.size() > 1 && OneIn(3)) Delegate(names.back(), names.front(), world);
    // Roles to which nobody delegates any more.
    std::erase_if(world->roles, [&](const auto& one) {
      return one.first != "targets" && OneIn(2) &&
             std::find(names.begin(), names.end(), one.first) == names.end();
    });
  }

  void Delegate(const std::string& delegator, const std::string& role, World* world) {
    std::vector<Delegation>& delegations = world->roles[delegator].delegations;
    const bool there = std::any_of(delegations.begin(), delegations.end(),
                                   [&](const Delegation& one) { return one.role == role; });
    if (there && !OneIn(20)) return;
    RoleSigners signers = SignersOf(world->roles[role].keys);
    if (OneIn(30)) signers = SignersOf({Below(kKeys)});
    std::vector<std::string> patterns = {Of(kPatterns)};
    if (OneIn(2)) patterns.push_back(Of(kPatterns));
    if (OneIn(60)) patterns.push_back("[");
    delegations.push_back({OneIn(80) ? "J-31" : role, std::move(signers), std::move(patterns)});
  }

  void ChangeTargets(WrittenRole* role, Publication* publication) {
    if (OneIn(3)) role->targets.clear();
    for (size_t count = 1 + Below(3); count > 0; --count) {
      const std::string& path = OneIn(30) ? Of(kBadPaths) : Of(kPaths);
      if (OneIn(4)) {
        ListTree(path, role, publication);
        continue;
      }
      const std::string content(OneIn(20) ? 201 : Below(200), static_cast<char>('a' + Below(26)));
      role->targets[path] = {content.size() + (OneIn(40) ? 1 : 0), Sha256(content), false};
      if (!OneIn(30)) publication->targets.emplace_back(path, content);
    }
  }

  void ListTree(const std::string& path, WrittenRole* role, Publication* publication) {
    // Up to 64 entries are one node.
    std::vector<TreeEntry> entries;
    for (size_t i = OneIn(5) ? 300 : Below(60); i > 0; --i) {
      entries.push_back({absl::StrCat("id-", i), absl::StrCat("v", Below(3))});
    }
    const BuiltTree tree = *BuildTree(std::move(entries));
    role->targets[path] = {tree.root_bytes().size(), tree.root_sha256, !OneIn(30)};
    for (const auto& [sha256, bytes] : tree.nodes) {
      if (!OneIn(60)) publication->tree_nodes.push_back(bytes);
    }
  }

  void NextVersion(WrittenRole* role) {
    ++role->version;
    if (OneIn(40)) role->version += static_cast<int64_t>(Below(100));
    if (OneIn(40)) role->version = std::max<int64_t>(1, role->version - 2);
    if (OneIn(60)) role->version -= 1;
    if (OneIn(60)) role->version = kUsualVersionMax + 7;
    if (OneIn(80)) role->version = kPublishedVersionMax + 1;
  }

  std::string Signed(const WrittenRole& role) {
    MetadataDraft draft = MakeTargets(role.delegations, role.version, now_ + kTargetsLife);
    for (const auto& [path, file] : role.targets) draft.SetTarget(path, file);
    if (OneIn(40)) draft.SetExpires(now_);
    if (OneIn(50)) draft.SetMember("x-pad", std::string(LowLimits().targets_bytes_max, 'x'));
    std::vector<size_t> keys = role.keys;
    if (OneIn(30)) keys.pop_back();
    if (OneIn(30)) keys.assign(1, Below(kKeys));
    Sign(keys, &draft);
    return draft.Bytes();
  }

  static void Sign(const std::vector<size_t>& keys, MetadataDraft* draft) {
    for (const size_t key : keys) EXPECT_TRUE(draft->Sign(Key(key)).ok());
  }

  std::mt19937_64 random_;
  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  absl::Time now_ = kStart;
  World world_;
  MemoryStore store_;
  StoringIntake intake_{&store_};
  MemoryStore following_;
  MemoryStore absent_;
};

// MRG_SEED runs one seed alone; without it the seeds are fixed, so that a run is as long as the
// last.
TEST(PublicationProperty, H1_WhatIsPublishedIsTakenByWhoBeginsWhoFollowedAndWhoWasAway) {
  uint64_t given = 0;
  const char* const text = std::getenv("MRG_SEED");
  const bool one_alone = text != nullptr && absl::SimpleAtoi(text, &given);
  Tally tally;
  for (uint64_t seed = one_alone ? given : 1; seed <= (one_alone ? given : kSeeds); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomRepository(seed).Run(&tally);
    if (HasFailure()) return;
  }
  std::string counted;
  for (const auto& [answer, count] : tally) absl::StrAppend(&counted, answer, " ", count, "; ");
  RecordProperty("answers", counted);
  if (one_alone) return;

  // What is never said proves nothing.
  EXPECT_GE(tally["OK"], 40) << counted;
  EXPECT_GE(tally.size(), 8u) << counted;
}

}  // namespace
}  // namespace mrg
