#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_TESTING_INTAKE_NODE_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_TESTING_INTAKE_NODE_H_

// One process of a node as far as it puts sets in force, above a store in memory, and who listens.
//
// Threads: the listener may be told from any; the rest belongs to one.

#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/federation/in_force/trust_view_archive.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// Keeps what it was told, and of each view which timestamps it holds.
class IntakeListener : public TrustViewListener {
 public:
  void OnTaken(const TrustView& view, const MemberId& publisher, absl::Time) override {
    std::map<std::string, int64_t> timestamps;
    for (const auto& [id, in_force] : view.publishers()) {
      timestamps[id.value()] = in_force.set->FindRole("timestamp")->version;
    }
    std::this_thread::yield();
    MutexLock lock(mu_);
    told_.push_back({publisher.value(), std::move(timestamps)});
  }

  struct Told {
    std::string publisher;
    std::map<std::string, int64_t> timestamps;
  };
  std::vector<Told> told() const {
    MutexLock lock(mu_);
    return told_;
  }

 private:
  mutable Mutex mu_;
  std::vector<Told> told_ ABSL_GUARDED_BY(mu_);
};

// What one process of a node holds above its store.
struct IntakeNode {
  // `reader`: of `node_store`; null: the usual one.
  explicit IntakeNode(OrderedStore* node_store, const SnapshotOwner& owner = TrustLists::Owner(),
                      const BlobReader* reader = nullptr)
      : store(node_store),
        blobs(node_store),
        archive(owner, node_store, reader == nullptr ? &blobs : reader, &holder),
        intake(owner,
               {node_store, reader == nullptr ? &blobs : reader, &archive, &holder, {&listener}}) {}

  std::string CurrentId() const {
    const auto current = holder.Current();
    return current == nullptr ? "" : current->id();
  }

  // As a caller that has just read what is in force; with the caller's own rows.
  absl::Status Take(const InForceSet& set, absl::Time now = FixtureNow(), WriteSet writes = {}) {
    const auto row = InForceStore(store).LoadRow(set.publisher);
    if (!row.ok()) return row.status();
    VerifiedSet verified{set, {}, std::nullopt, false};
    if (row->has_value()) verified.row_version = (*row)->version;
    return intake.Take(verified, std::move(writes), now);
  }

  absl::Time SinceOf(const char* publisher) const {
    return holder.View()->Find(*MemberId::Parse(publisher))->since;
  }

  OrderedStore* const store;
  BlobStore blobs;
  IntakeListener listener;
  TrustViewHolder holder;
  TrustViewArchive archive;
  TrustIntake intake;
};

class TrustIntakeTest : public ::testing::Test {
 protected:
  TrustIntakeTest() { Store(lists_); }

  void Store(const TrustLists& lists) { ASSERT_TRUE(BlobStore(&store_).Put(lists.blobs()).ok()); }

  // The set of Sichuan after it revoked a licence; its blobs are stored.
  InForceSet SichuanAfterARevocation() {
    SnapshotFixture fixture;
    fixture.jurisdictions.at("50").statuses = {StatusOf(
        Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())};
    TrustLists lists(fixture);
    Store(lists);
    return Later(lists.Set(kSichuanMember));
  }

  // The set as its publisher signs it anew.
  static InForceSet Later(InForceSet set) {
    for (RoleVersion& role : set.roles) {
      if (role.role != "root") ++role.version;
    }
    return set;
  }

  void OfferAll(IntakeNode* node) {
    for (const InForceSet& set : lists_.Sets()) {
      const absl::Status status = node->Take(set);
      ASSERT_TRUE(status.ok()) << status;
    }
  }

  audit::v1::Outcome OutcomeIn(const IntakeNode& node) const {
    return Answer(*node.holder.Current(), AskAbout(Sample("50-driving-licence"), "31")).outcome;
  }

  TrustLists lists_;
  MemoryStore store_;
};

class Threat : public TrustIntakeTest {};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_TESTING_INTAKE_NODE_H_
