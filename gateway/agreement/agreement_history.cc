#include "gateway/agreement/agreement_history.h"

#include <algorithm>
#include <tuple>

#include "gateway/base/proto_time.h"

namespace mrg {
namespace {

SharedRevision Shared(const AgreementListing& first, const AgreementListing& second,
                      absl::Time repealed_at) {
  SharedRevision shared;
  shared.first = &first;
  shared.second = &second;
  shared.same_text = first.sha256 == second.sha256;
  shared.repealed_at = repealed_at;
  shared.term.from = std::min(first.agreement->from(), second.agreement->from());
  shared.term.until =
      std::min(std::max(first.agreement->until(), second.agreement->until()), repealed_at);
  return shared;
}

}  // namespace

const SharedRevision* SharedAgreement::InForceAt(absl::Time t) const {
  const auto found = std::find_if(
      revisions.begin(), revisions.end(),
      [t](const SharedRevision& one) { return one.same_text && one.term.Contains(t); });
  return found == revisions.end() ? nullptr : &*found;
}

bool SharedAgreement::DiffersAt(absl::Time t) const {
  return std::any_of(revisions.begin(), revisions.end(), [t](const SharedRevision& one) {
    return !one.same_text && one.term.Contains(t);
  });
}

std::vector<TimeRange> SharedAgreement::InForceTerms(size_t index) const {
  std::vector<TimeRange> terms;
  if (!revisions[index].same_text || revisions[index].term.IsEmpty()) return terms;
  terms.push_back(revisions[index].term);
  for (size_t higher = 0; higher < index; ++higher) {
    if (!revisions[higher].same_text || revisions[higher].term.IsEmpty()) continue;
    const TimeRange& taken = revisions[higher].term;
    std::vector<TimeRange> left;
    for (const TimeRange& term : terms) {
      left.push_back({term.from, std::min(term.until, taken.from)});
      left.push_back({std::max(term.from, taken.until), term.until});
    }
    terms = std::move(left);
    terms.erase(std::remove_if(terms.begin(), terms.end(),
                               [](const TimeRange& term) { return term.IsEmpty(); }),
                terms.end());
  }
  return terms;
}

AgreementHistory::AgreementHistory() : data_(std::make_shared<const Data>()) {}

AgreementHistory AgreementHistory::Build(std::vector<AgreementListing> listings,
                                         const std::vector<RepealListing>& repeals) {
  auto data = std::make_shared<Data>();
  for (AgreementListing& listing : listings) {
    if (!listing.agreement->HasParty(listing.jurisdiction)) continue;
    for (const auto& scenario : listing.agreement->message().scenarios()) {
      data->scenarios.insert(scenario.id());
    }
    const uint32_t revision = listing.agreement->revision();
    auto& revisions = data->listings[{listing.jurisdiction, listing.agreement->id()}];
    revisions.insert_or_assign(revision, std::move(listing));
  }
  for (const RepealListing& listing : repeals) {
    const gateway::v1::Repeal& repeal = listing.repeal;
    std::vector<RepealStep>& steps = data->repeals[{listing.jurisdiction, repeal.agreement_id()}];
    steps.push_back({repeal.revision(), ToTime(repeal.effective_from())});
    for (const auto& further : repeal.further()) {
      steps.push_back({further.revision(), ToTime(further.effective_from())});
    }
  }
  AddPairs(data.get());
  return AgreementHistory(std::move(data));
}

void AgreementHistory::AddPairs(Data* data) {
  // By id, so that the work is that of what pairs share and not of all pairs and all that is
  // listed.
  std::map<std::string, std::vector<const Listed*>> listed_by_id;
  for (const Listed& listed : data->listings) {
    listed_by_id[listed.first.second].push_back(&listed);
  }
  for (const auto& [id, parties] : listed_by_id) {  // the parties in order
    for (auto first = parties.begin(); first != parties.end(); ++first) {
      for (auto second = first; second != parties.end(); ++second) {
        AddShared(**first, **second, data);
      }
    }
  }
  for (auto& [pair, shared] : data->pairs) {
    std::sort(shared.begin(), shared.end(), [](const SharedAgreement& a, const SharedAgreement& b) {
      return std::tie(a.begin, a.id) < std::tie(b.begin, b.id);
    });
  }
}

void AgreementHistory::AddShared(const Listed& mine, const Listed& theirs, Data* data) {
  SharedAgreement agreement{mine.first.second, {}, absl::InfiniteFuture()};
  for (auto revision = mine.second.rbegin(); revision != mine.second.rend(); ++revision) {
    const auto other = theirs.second.find(revision->first);
    if (other == theirs.second.end()) continue;
    const absl::Time repealed_at =
        std::min(RepealedAt(*data, revision->second), RepealedAt(*data, other->second));
    agreement.revisions.push_back(Shared(revision->second, other->second, repealed_at));
    const SharedRevision& added = agreement.revisions.back();
    if (added.same_text) agreement.begin = std::min(agreement.begin, added.term.from);
  }
  if (agreement.revisions.empty()) return;
  data->pairs[{mine.first.first, theirs.first.first}].push_back(std::move(agreement));
}

absl::Time AgreementHistory::RepealedAt(const Data& data, const AgreementListing& listing) {
  absl::Time at = absl::InfiniteFuture();
  const auto steps = data.repeals.find({listing.jurisdiction, listing.agreement->id()});
  if (steps == data.repeals.end()) return at;
  for (const RepealStep& step : steps->second) {
    if (step.revision == 0 || step.revision == listing.agreement->revision()) {
      at = std::min(at, step.effective_from);
    }
  }
  return at;
}

const std::vector<SharedAgreement>* AgreementHistory::Between(absl::string_view a,
                                                              absl::string_view b) const {
  const auto found = data_->pairs.find(a < b ? Pair(a, b) : Pair(b, a));
  return found == data_->pairs.end() ? nullptr : &found->second;
}

bool AgreementHistory::KnowsScenario(absl::string_view scenario) const {
  return data_->scenarios.count(std::string(scenario)) != 0;
}

}  // namespace mrg
