// An issuer list of a million entries at a follower: its first load, a change, look-ups meanwhile,
// memory. Publisher and follower are in this process, so that no network and no RPC is in the
// figures; the follower's store is RocksDB in a folder.
//
//   list_bench --folder EMPTY [--entries N] [--changes N]
// Prints one JSON object. Runs in the project's folder, whose packs and agreements it puts in
// force.

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/testing/ids.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/federation/in_force/trust_view_archive.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/recognition/issuer.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gateway/storage/open_store.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

constexpr char kRole[] = "j-31";
constexpr char kPath[] = "31/issuers";
// Keys that exist; the other entries hold bytes of a key's form, which costs the load the same.
constexpr int kRealKeys = 10000;
constexpr int kIdleRefreshes = 300;
constexpr absl::Duration kLookupTime = absl::Seconds(3);

absl::Duration CpuTime() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

// Ends the program when a step that must succeed did not.
void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "list_bench: " << status << "\n";
  std::exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  Must(result.status());
  return *std::move(result);
}

// What a peer sent.
class CountingFetcher : public Fetcher {
 public:
  explicit CountingFetcher(Fetcher* peer) : peer_(peer) {}

  size_t TakeBytes() { return std::exchange(bytes_, 0); }

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override {
    return Counted(peer_->FetchMetadata(role, version, bytes_max));
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override {
    return Counted(peer_->FetchTarget(path, sha256, bytes_max));
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    auto nodes = peer_->FetchNodes(sha256);
    if (nodes.ok()) {
      for (const std::string& node : *nodes) bytes_ += node.size();
    }
    return nodes;
  }

 private:
  absl::StatusOr<std::string> Counted(absl::StatusOr<std::string> answer) {
    if (answer.ok()) bytes_ += answer->size();
    return answer;
  }

  Fetcher* const peer_;
  size_t bytes_ = 0;
};

// Nodes of the publisher.
class PeerNodes : public NodeSource {
 public:
  explicit PeerNodes(Fetcher* peer) : peer_(peer) {}
  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    auto nodes = peer_->FetchNodes({std::string(sha256)});
    if (!nodes.ok()) return nodes.status();
    return std::move(nodes->front());
  }

 private:
  Fetcher* const peer_;
};

gateway::v1::IssuerEntry EntryOf(int number, std::string spki) {
  gateway::v1::IssuerEntry entry;
  entry.set_issuer_code(absl::StrFormat("11310000%09dX", number));
  entry.set_name(absl::StrFormat("样例市第%07d号发证机关", number));
  entry.set_public_key(std::move(spki));
  entry.set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
  entry.set_key_use(gateway::v1::ISSUER_KEY_USE_SIGNING);
  entry.add_type_codes("11100000XX0000019L003");
  entry.add_type_codes("11100000XX0000027F001");
  entry.add_area_prefixes("31");
  *entry.mutable_listed_from() = ToTimestamp(TimeOf("2020-01-01T00:00:00+08:00"));
  return entry;
}

TreeEntry TreeEntryOf(const gateway::v1::IssuerEntry& entry) {
  return {IssuerId(entry.issuer_code(), Sha256(entry.public_key())), CanonicalBytes(entry)};
}

class ListBench {
 public:
  ListBench(const std::string& folder, int entries, int changes)
      : entries_(entries),
        changes_(changes),
        store_(Must(OpenStore("rocksdb:" + folder))),
        blobs_(store_.get()),
        archive_(TrustLists::Owner(), store_.get(), &blobs_, &holder_),
        intake_(TrustLists::Owner(), {store_.get(), &blobs_, &archive_, &holder_, {}}),
        updater_(*MemberId::Parse(kDeltaMember), store_.get(), &fetcher_) {}

  void Run() {
    Prepare();
    const double load_seconds = FirstLoad();
    const double bytes_per_entry = MemoryOfAnEntry();
    const double change_bytes = ChangeBytes();
    const double refresh_us = IdleRefresh();
    const std::vector<double> changes_ms = TimesOfChanges(changes_);
    const double lookups = LookupsMeanwhile();
    std::cout << absl::StrFormat(
                     "{\"load_seconds\": %.3f, \"load_cpu_seconds\": %.3f, \"bytes_per_entry\": "
                     "%.1f, \"change_bytes\": %.0f, "
                     "\"refresh_cpu_us\": %.1f, \"change_p50_ms\": %.3f, \"change_p99_ms\": %.3f, "
                     "\"lookups_per_second\": %.0f}",
                     load_seconds, load_cpu_seconds_, bytes_per_entry, change_bytes, refresh_us,
                     changes_ms[changes_ms.size() / 2], changes_ms[changes_ms.size() * 99 / 100],
                     lookups)
              << "\n";
  }

 private:
  // The publisher's repository, and at the follower what the others published.
  void Prepare() {
    for (int i = 0; i < kRealKeys; ++i) {
      const auto pem = Must(GeneratePrivateKeyPem(Scheme::kEcdsaP256Sha256));
      real_.push_back(Must(NewEvpSigner(Scheme::kEcdsaP256Sha256, pem))->public_key().spki_der());
    }
    std::vector<TreeEntry> entries;
    for (int i = 0; i < entries_; ++i) entries.push_back(TreeEntryOf(EntryOf(i, KeyOf(i))));
    BuiltTree tree = Must(BuildTree(std::move(entries)));
    root_sha256_ = tree.root_sha256;
    repository_.SetTree(kRole, kPath, tree);
    const SnapshotFixture fixture;
    repository_.SetTree(
        kRole, "31/catalogue",
        Must(BuildTree(CatalogueEntries(fixture.jurisdictions.at("31").catalogue))));
    repository_.SetTree("status", "31/status/licences", Must(BuildTree({})));
    repository_.Publish("status");
    repository_.Publish(kRole);

    const TrustLists lists(fixture);
    Must(blobs_.Put(lists.blobs()));
    for (const InForceSet& set : lists.Sets()) {
      if (set.publisher.value() != kDeltaMember) Must(Take(set));
    }
    MetadataStore metadata(store_.get());
    Must(InitTrust(updater_.publisher(), repository_.root(1), std::nullopt, &metadata));
  }

  std::string KeyOf(int number) {
    const std::string& real = real_[static_cast<size_t>(number) % real_.size()];
    if (number < kRealKeys) return real;
    return real.substr(0, 27) + Sha256(absl::StrCat("x", number)) +
           Sha256(absl::StrCat("y", number));
  }

  // One refresh at the follower, until what it brought is in force.
  void TakeOver() { Must(Take(Must(updater_.Refresh(FixtureNow())).in_force)); }

  double FirstLoad() {
    const absl::Duration begin = clock_.Monotonic();
    const absl::Duration cpu_begin = CpuTime();
    TakeOver();
    const absl::Duration took = clock_.Monotonic() - begin;
    load_cpu_seconds_ = absl::ToDoubleSeconds(CpuTime() - cpu_begin);
    const auto* const facts = holder_.Current()->FindJurisdiction(AsJurisdiction("31"));
    if (facts == nullptr || facts->issuers->size() != static_cast<uint64_t>(entries_)) {
      Must(absl::InternalError("the list is not in force"));
    }
    return absl::ToDoubleSeconds(took);
  }

  double MemoryOfAnEntry() const {
    malloc_trim(0);
    const size_t before = mallinfo2().uordblks;
    const auto list = Must(IssuerList::Load(root_sha256_, BlobNodes(&blobs_)));
    malloc_trim(0);
    const size_t after = mallinfo2().uordblks;
    return static_cast<double>(after - before) / static_cast<double>(list.size());
  }

  // Signs and serves the list with one entry changed.
  void PublishChange() {
    const int number = static_cast<int>(random_() % static_cast<unsigned>(entries_));
    gateway::v1::IssuerEntry entry = EntryOf(number, KeyOf(number));
    entry.set_name(absl::StrCat("changed ", random_()));
    const BuiltTree tree =
        Must(UpdateTree(root_sha256_, PeerNodes(&repository_), {TreeEntryOf(entry)}, {}));
    root_sha256_ = tree.root_sha256;
    repository_.SetTree(kRole, kPath, tree);
    repository_.Publish(kRole);
  }

  double ChangeBytes() {
    fetcher_.TakeBytes();
    PublishChange();
    TakeOver();
    return static_cast<double>(fetcher_.TakeBytes());
  }

  double IdleRefresh() {
    const absl::Duration begin = CpuTime();
    for (int i = 0; i < kIdleRefreshes; ++i) Must(updater_.Refresh(FixtureNow()).status());
    return absl::ToDoubleMicroseconds(CpuTime() - begin) / kIdleRefreshes;
  }

  std::vector<double> TimesOfChanges(int count) {
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
      PublishChange();
      const absl::Duration begin = clock_.Monotonic();
      TakeOver();
      times.push_back(absl::ToDoubleMilliseconds(clock_.Monotonic() - begin));
    }
    std::sort(times.begin(), times.end());
    return times;
  }

  double LookupsMeanwhile() {
    std::vector<std::string> digests;
    for (const std::string& spki : real_) digests.push_back(Sha256(spki));
    std::atomic<bool> done = false;
    std::thread updates([this, &done] {
      while (!done.load()) {
        PublishChange();
        TakeOver();
      }
    });
    std::mt19937 random(1);
    size_t lookups = 0;
    const absl::Duration begin = clock_.Monotonic();
    while (clock_.Monotonic() - begin < kLookupTime) {
      for (int i = 0; i < 100; ++i, ++lookups) {
        const auto snapshot = holder_.Current();
        const std::string& digest = digests[random() % digests.size()];
        if (snapshot->FindJurisdiction(AsJurisdiction("31"))->issuers->FindByKey(digest).size() !=
            1) {
          Must(absl::InternalError("a listed key was not found"));
        }
      }
    }
    const absl::Duration took = clock_.Monotonic() - begin;
    done = true;
    updates.join();
    return static_cast<double>(lookups) / absl::ToDoubleSeconds(took);
  }

  // Puts a stored set in force.
  absl::Status Take(const InForceSet& set) {
    const auto row = Must(InForceStore(store_.get()).LoadRow(set.publisher));
    VerifiedSet verified{set, {}, std::nullopt, false};
    if (row.has_value()) verified.row_version = row->version;
    return intake_.Take(verified, WriteSet(), FixtureNow());
  }

  const int entries_;
  const int changes_;
  const RealClock clock_;
  std::mt19937 random_{1};
  std::vector<std::string> real_;  // SubjectPublicKeyInfo
  double load_cpu_seconds_ = 0;    // of all threads, those of the store too
  std::string root_sha256_;        // of the list last published
  RepositorySimulator repository_{FixtureNow()};
  CountingFetcher fetcher_{&repository_};
  const std::unique_ptr<OrderedStore> store_;
  BlobStore blobs_;
  TrustViewHolder holder_;
  const TrustViewArchive archive_;
  TrustIntake intake_;
  Updater updater_;
};

int Run(int argc, char** argv) {
  std::string folder;
  int entries = 1000000;
  int changes = 300;
  CLI::App app("An issuer list of a million entries at a follower");
  app.add_option("--folder", folder, "empty folder for the store")->required();
  app.add_option("--entries", entries, "of the list")->check(CLI::Range(kRealKeys, 16000000));
  app.add_option("--changes", changes, "timed")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  ListBench(folder, entries, changes).Run();
  return 0;
}

}  // namespace
}  // namespace mrg

int main(int argc, char** argv) { return mrg::Run(argc, argv); }
