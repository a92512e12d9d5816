#ifndef MRG_GATEWAY_AGREEMENT_AGREEMENT_HISTORY_H_
#define MRG_GATEWAY_AGREEMENT_AGREEMENT_HISTORY_H_

// Every revision and every repeal that the parties list, past, present and to come, and for each
// pair of jurisdictions what both of them list. Nothing is dropped when it ends, so that a question
// about any instant has one answer.
//
// Thread-safe: immutable after Build; copies share one set of data.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement.h"
#include "mrg/gateway/v1/agreement.pb.h"

namespace mrg {

// The instants [from, until); empty when until <= from.
struct TimeRange {
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();

  bool Contains(absl::Time t) const { return t >= from && t < until; }
  bool IsEmpty() const { return until <= from; }

  friend bool operator==(const TimeRange& a, const TimeRange& b) {
    return a.from == b.from && a.until == b.until;
  }
};

// A revision as one jurisdiction lists it.
struct AgreementListing {
  std::string jurisdiction;
  std::string path;    // TUF target path
  std::string sha256;  // of the bytes, 32 raw bytes
  std::shared_ptr<const Agreement> agreement;
};

// A repeal file as one jurisdiction lists it.
struct RepealListing {
  std::string jurisdiction;
  gateway::v1::Repeal repeal;
};

// One repeal of one party.
struct RepealStep {
  uint32_t revision = 0;  // 0: every revision
  absl::Time effective_from;

  friend bool operator==(const RepealStep& a, const RepealStep& b) {
    return a.revision == b.revision && a.effective_from == b.effective_from;
  }
};

// A revision that both jurisdictions of a pair list. The pointers live as long as the history.
struct SharedRevision {
  const AgreementListing* first = nullptr;   // of the jurisdiction with the lower code
  const AgreementListing* second = nullptr;  // the same as `first` for a pair of one jurisdiction
  bool same_text = false;
  // When either side's repeal takes effect; InfiniteFuture when none does.
  absl::Time repealed_at;
  // The instants that the text covers before any repeal; of texts that differ, those that either
  // covers, from the first to the last.
  TimeRange term;
};

// All revisions of one agreement that a pair shares.
struct SharedAgreement {
  std::string id;
  std::vector<SharedRevision> revisions;  // highest first, never empty
  // The first instant that a text of both covers; InfiniteFuture when no text is of both.
  absl::Time begin;

  // Result: the revision in force at `t`: the highest one with the same text on both sides whose
  // term covers `t`; null when there is none.
  const SharedRevision* InForceAt(absl::Time t) const;
  // Result: true when a revision whose texts differ covers `t`.
  bool DiffersAt(absl::Time t) const;
  // Result: when revisions[index] is in force: its term without the terms of higher revisions, in
  // the order of time, none empty. Nothing for texts that differ. REQUIRES: the index is one.
  std::vector<TimeRange> InForceTerms(size_t index) const;
};

class AgreementHistory {
 public:
  // (lower code, higher code); the same code twice for uses within one jurisdiction.
  using Pair = std::pair<std::string, std::string>;
  // (jurisdiction, agreement id).
  using PartyKey = std::pair<std::string, std::string>;

  // The empty history.
  AgreementHistory();
  // Takes what is listed. A jurisdiction that is no party cannot bind itself by listing the text,
  // so its listing is left out.
  static AgreementHistory Build(std::vector<AgreementListing> listings,
                                const std::vector<RepealListing>& repeals);

  // Result: the listings, revision by revision.
  const std::map<PartyKey, std::map<uint32_t, AgreementListing>>& listings() const {
    return data_->listings;
  }
  // Result: the repeals, in no order.
  const std::map<PartyKey, std::vector<RepealStep>>& repeals() const { return data_->repeals; }
  // Result: of every pair that shares a revision what it shares, in the order in which the
  // agreements began, those of one instant by id.
  const std::map<Pair, std::vector<SharedAgreement>>& pairs() const { return data_->pairs; }

  // Result: what the two share, in the order of pairs(); null when they share nothing. The order of
  // the arguments does not matter.
  const std::vector<SharedAgreement>* Between(absl::string_view a, absl::string_view b) const;

  // Result: true when any listed text names the scenario.
  bool KnowsScenario(absl::string_view scenario) const;

 private:
  struct Data {
    std::map<PartyKey, std::map<uint32_t, AgreementListing>> listings;
    std::map<PartyKey, std::vector<RepealStep>> repeals;
    std::map<Pair, std::vector<SharedAgreement>> pairs;
    std::set<std::string> scenarios;
  };
  // What one party lists of one agreement.
  using Listed = std::pair<const PartyKey, std::map<uint32_t, AgreementListing>>;

  explicit AgreementHistory(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  static absl::Time RepealedAt(const Data& data, const AgreementListing& listing);
  static void AddPairs(Data* data);
  // Adds what the two parties share of one agreement. REQUIRES: `mine` is of the lower code.
  static void AddShared(const Listed& mine, const Listed& theirs, Data* data);

  std::shared_ptr<const Data> data_;  // never null
};

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_AGREEMENT_HISTORY_H_
